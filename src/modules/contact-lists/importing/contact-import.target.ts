import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RepeatFilter } from '../../../kernel/repeat-filter.js';
import { EventBus } from '../../../platform/events/event-bus.js';
import { type DivisionScope, EVERYWHERE } from '../../access/index.js';
import {
  type BatchCounts,
  ImportFailure,
  ImportFinished,
  type ImportHead,
  type ImportOptions,
  type ImportReason,
  type ImportSession,
  ImportsService,
  type ImportTarget,
} from '../../imports/index.js';
import { ContactsAdded } from '../contact-lists.events.js';
import { ContactRoom } from '../contacts/contact-room.js';
import { ContactsRepository } from '../contacts/contacts.repository.js';
import { MAX_CONTACTS, MAX_CONTACTS_OF_ORGANIZATION } from '../lists/contact-list-definition.js';
import { ContactListsRepository } from '../lists/contact-lists.repository.js';
import { mapHeader } from './contact-header.js';
import { ContactBatch, type ContactRows } from './contact-batch.js';
import { ContactImportRepository } from './contact-import.repository.js';
import { ContactRecordReader } from './contact-records.js';

/** Options of an import into a contact list. */
interface ContactImportOptions {
  /** Column with the contact id; contacts of that id are updated. Without it every record is a new contact. */
  contactIdName?: string;
  clearSystemData?: boolean;
}

const GONE: [ImportReason] = [
  { code: 'IMPORT_LIST_NO_LONGER_EXISTS', message: 'The contact list was deleted.' },
];
const FULL: ImportReason = {
  code: 'EXCEEDED_CONTACT_LIMIT',
  message: `A contact list may have at most ${MAX_CONTACTS} contacts, all lists together ${MAX_CONTACTS_OF_ORGANIZATION}. Those that fit were imported; delete contacts that nobody needs, or put the rest into another list.`,
};

/** What an import under way knows of its list. */
interface ListWrite {
  listId: string;
  /** False when the ids are made here, so that each record is a new contact. */
  idsAreGiven: boolean;
  clearSystemData: boolean;
  /** Contacts that this worker has added. */
  added: number;
}

/** Imports CSV files into contact lists. */
@Injectable()
export class ContactImportTarget implements ImportTarget, OnModuleInit {
  readonly kind = 'contact-list';
  readonly entityKind = 'contactList';
  readonly permission = 'outbound:contactList:upload';
  readonly inProgressCode = 'contact.list.import.in.progress';

  constructor(
    private readonly imports: ImportsService,
    private readonly lists: ContactListsRepository,
    private readonly contacts: ContactsRepository,
    private readonly room: ContactRoom,
    private readonly batches: ContactImportRepository,
    private readonly events: EventBus,
  ) {}

  onModuleInit(): void {
    this.imports.register(this);
    this.events.on(ImportFinished, ({ kind, targetId, addedRows }) =>
      kind === this.kind && addedRows > 0 ? this.events.publish(new ContactsAdded(targetId)) : undefined,
    );
  }

  readForm(fields: Readonly<Record<string, string>>): ImportOptions {
    const clear = fields['clear-system-data'] ?? fields.clearSystemData;
    return {
      contactIdName: fields['contact-id-name'] || fields.contactIdName || undefined,
      clearSystemData: clear === 'true',
    };
  }

  async getName(scope: DivisionScope, targetId: string): Promise<string> {
    return (await this.lists.get(scope, targetId)).name;
  }

  async check(scope: DivisionScope, targetId: string): Promise<void> {
    await this.lists.get(scope, targetId);
  }

  async begin(
    targetId: string,
    options: ImportOptions,
    { columns, recordCount }: ImportHead,
  ): Promise<[ImportReason, ...ImportReason[]] | ImportSession> {
    const [list] = await this.lists.find(EVERYWHERE, [targetId]);
    if (!list) return GONE;
    const { contactIdName, clearSystemData = false } = options as ContactImportOptions;
    const header = mapHeader(columns, list.columnNames, contactIdName);
    if (Array.isArray(header)) return header;
    const whatsAppColumns = list.whatsAppColumns.map(({ columnName }) => columnName);
    const reader = new ContactRecordReader({
      header,
      whatsAppColumns,
      trimWhitespace: list.trimWhitespace,
      columnDataTypes: list.columnDataTypeSpecifications,
    });
    const idsAreGiven = header.idAt !== undefined;
    const write: ListWrite = { listId: targetId, idsAreGiven, clearSystemData, added: 0 };
    const save = (contacts: ContactRows): Promise<BatchCounts> => this.write(write, contacts);
    const ids = idsAreGiven ? new RepeatFilter(recordCount) : undefined;
    return { newBatch: () => new ContactBatch(reader, { listId: targetId, ids, save }) };
  }

  private async write(list: ListWrite, contacts: ContactRows): Promise<BatchCounts> {
    const { listId, idsAreGiven, clearSystemData } = list;
    const size = await this.contacts.lockList(listId);
    if (size === undefined) throw new ImportFailure(GONE);
    if (contacts.rows.count === 0) return { added: 0, updated: 0 };
    const room = Math.min(MAX_CONTACTS - size, await this.room.find());
    const listIsOurs = size === list.added;
    // On a list that has nothing but what this import put there, what is new in the file is new on the list. Should
    // somebody have added one contact and removed another, PostgreSQL refuses the batch, and the next attempt updates.
    const areNew = !idsAreGiven || (listIsOurs && !contacts.mayRepeat);
    const { added, updated, repeated } = areNew
      ? await this.batches.insert(listId, contacts, room)
      : await this.batches.upsert(listId, contacts, { room, clearSystemData, listIsOurs });
    await this.contacts.changeSize(listId, added);
    list.added += added;
    const isFull = added + updated + repeated < contacts.rows.count;
    return { added, updated: updated + repeated, stop: isFull ? FULL : undefined };
  }
}
