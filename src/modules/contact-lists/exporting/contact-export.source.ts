import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Caller, EVERYWHERE, isInScope } from '../../access/index.js';
import {
  type ExportContent,
  type ExportSource,
  type ExportSubject,
  ExportsService,
} from '../../exports/index.js';
import { selectionSql } from '../contacts/contact-selection.repository.js';
import type { SelectedContacts } from '../contacts/contact-selections.service.js';
import type { ContactList } from '../lists/contact-list.entity.js';
import { contactListNotFound } from '../lists/contact-list.errors.js';
import { ContactListsRepository } from '../lists/contact-lists.repository.js';
import { exportColumns } from './contact-export-columns.js';

/** Why contacts are exported: somebody asked for them, or they are about to be changed. */
export type ExportPurpose = 'export' | 'backup';

/** Stored with an export of contacts. */
export interface ContactExportOptions extends SelectedContacts {
  purpose: ExportPurpose;
  /** The moment that relative dates of the criteria are counted from. */
  at: string;
}

/** Contacts of a list as rows of a file. */
@Injectable()
export class ContactExportSource implements ExportSource, OnModuleInit {
  readonly kind = 'contact-list';

  constructor(
    private readonly exports: ExportsService,
    private readonly lists: ContactListsRepository,
  ) {}

  onModuleInit(): void {
    this.exports.register(this);
  }

  async check(caller: Caller, { subjectId }: ExportSubject): Promise<void> {
    await getExportable(this.lists, caller, subjectId);
  }

  async open({ subjectId, options }: ExportSubject): Promise<ExportContent> {
    const { criteria, contactIds, at } = options as unknown as ContactExportOptions;
    const list = await this.lists.get(EVERYWHERE, subjectId);
    const params: unknown[] = [];
    const columns = exportColumns(list, params);
    const selection = { contactListId: subjectId, criteria, contactIds, now: new Date(at) };
    const cells = columns.map(({ sql }) => sql).join(', ');
    const sql = `SELECT ${cells} FROM contacts c WHERE ${selectionSql(selection, params)} ORDER BY c.seq`;
    return { columns: columns.map(({ column }) => column), query: { sql, params } };
  }
}

/** The list, for a caller who may see both it and its contacts. Throws 404 for others. */
export async function getExportable(
  lists: ContactListsRepository,
  caller: Caller,
  listId: string,
): Promise<ContactList> {
  const list = await lists.get(caller.scope('outbound:contactList:view'), listId);
  if (!isInScope(caller.scope('outbound:contact:view'), list.divisionId)) throw contactListNotFound(listId);
  return list;
}
