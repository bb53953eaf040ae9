import { Injectable } from '@nestjs/common';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { Caller } from '../../access/index.js';
import { type ExportFile, type ExportLayout, ExportsService } from '../../exports/index.js';
import { ContactSelections, type SelectionRequest } from '../contacts/contact-selections.service.js';
import type { ContactList } from '../lists/contact-list.entity.js';
import { CONTACT_LISTS_PATH } from '../lists/contact-list.view.js';
import { ContactListsRepository } from '../lists/contact-lists.repository.js';
import { type ContactExportOptions, getExportable } from './contact-export.source.js';
import type { ExportUriView } from './contact-export.dto.js';

/** Exports of contact lists (Genesys Cloud API, contact list export). */
@Injectable()
export class ContactExports {
  constructor(
    private readonly lists: ContactListsRepository,
    private readonly selections: ContactSelections,
    private readonly exports: ExportsService,
  ) {}

  /** Begins an export of the contacts meant. Throws 404, 400 with everything that is wrong with the request. */
  async start(
    caller: Caller,
    listId: string,
    request: SelectionRequest,
    layout: Partial<ExportLayout>,
  ): Promise<{ id: string; name: string; selfUri: string }> {
    const list = await getExportable(this.lists, caller, listId);
    const { selected, reasons } = await this.selections.read(list, request);
    if (reasons.length > 0) throw reasonsError(reasons);
    const options: ContactExportOptions = { ...selected, purpose: 'export', at: new Date().toISOString() };
    await this.exports.start({
      kind: 'contact-list',
      subjectId: listId,
      ownerId: caller.identity.subjectId,
      options: { ...options },
      layout,
      name: list.name,
    });
    return { id: list.id, name: list.name, selfUri: `${CONTACT_LISTS_PATH}/${list.id}` };
  }

  /** The newest export, once it is complete. Throws 404 `no.available.list.export.uri` before. */
  async find(caller: Caller, listId: string): Promise<ExportUriView> {
    const file = await this.newest(caller, listId);
    return { uri: this.exports.uriOf(file.id), exportTimestamp: toWireDate(file.finishedAt!) };
  }

  /** A link to the newest export that works without token. */
  async createLink(caller: Caller, listId: string): Promise<string> {
    const { id } = await this.newest(caller, listId);
    return this.exports.createLink(caller, id);
  }

  // An older file would be taken for the one just asked for.
  private async newest(caller: Caller, listId: string): Promise<ExportFile> {
    const list = await getExportable(this.lists, caller, listId);
    const file = await this.exports.findNewest('contact-list', listId, { purpose: 'export' });
    if (file?.state === 'complete') return file;
    throw noExport(list, file);
  }
}

function noExport(list: ContactList, file: ExportFile | undefined): ApiError {
  const why = !file
    ? 'ask for an export first'
    : file.state === 'failed'
      ? `the newest one failed: ${file.failureMessage}`
      : `it is being written, ${file.rowCount} contacts until now; ask again`;
  return new ApiError(
    'not-found',
    'no.available.list.export.uri',
    'There is no export of the contact list "{name}": {why}',
    { params: { name: list.name, why } },
  );
}
