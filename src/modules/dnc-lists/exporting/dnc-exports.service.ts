import { Injectable } from '@nestjs/common';
import { ApiError } from '../../../platform/errors/api-error.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { Caller } from '../../access/index.js';
import { type ExportFile, ExportsService } from '../../exports/index.js';
import { DNC_LISTS_PATH } from '../dnc-list.view.js';
import { DncListsRepository } from '../dnc-lists.repository.js';
import type { DncExportUriView } from './dnc-export.dto.js';
import { getExportable } from './dnc-export.source.js';

/** Exports of DNC lists (Genesys Cloud API, DNC export). */
@Injectable()
export class DncExports {
  constructor(
    private readonly lists: DncListsRepository,
    private readonly exports: ExportsService,
  ) {}

  /** Begins an export of the entries in force. */
  async start(caller: Caller, listId: string): Promise<{ id: string; name: string; selfUri: string }> {
    const { id, name } = await getExportable(this.lists, caller, listId);
    const ownerId = caller.identity.subjectId;
    await this.exports.start({ kind: 'dnc-list', subjectId: id, ownerId, options: {}, layout: {}, name });
    return { id, name, selfUri: `${DNC_LISTS_PATH}/${id}` };
  }

  /** The newest export, once it is complete. Throws 404 `no.available.list.export.uri` before. */
  async find(caller: Caller, listId: string): Promise<DncExportUriView> {
    const { id, finishedAt } = await this.newest(caller, listId);
    return { uri: this.exports.uriOf(id), exportTimestamp: toWireDate(finishedAt!) };
  }

  /** A link to the newest export that works without token. */
  async createLink(caller: Caller, listId: string): Promise<string> {
    const { id } = await this.newest(caller, listId);
    return this.exports.createLink(caller, id);
  }

  // An older file would be taken for the one just asked for.
  private async newest(caller: Caller, listId: string): Promise<ExportFile> {
    const { name } = await getExportable(this.lists, caller, listId);
    const file = await this.exports.findNewest('dnc-list', listId);
    if (file?.state === 'complete') return file;
    throw new ApiError(
      'not-found',
      'no.available.list.export.uri',
      'There is no export of the DNC list "{name}": {why}',
      { params: { name, why: explainMissing(file) } },
    );
  }
}

function explainMissing(file: ExportFile | undefined): string {
  if (!file) return 'ask for an export first';
  if (file.state === 'failed') return `the newest one failed: ${file.failureMessage}`;
  return `it is being written, ${file.rowCount} entries until now; ask again`;
}
