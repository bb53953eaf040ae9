import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../../platform/events/event-bus.js';
import { type DivisionScope, EVERYWHERE } from '../../access/index.js';
import {
  type BatchResult,
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
import type { ContactRow } from '../contacts/contact-row.js';
import { ContactsRepository, type UpsertOptions } from '../contacts/contacts.repository.js';
import { MAX_CONTACTS } from '../lists/contact-list-definition.js';
import { ContactListsRepository } from '../lists/contact-lists.repository.js';
import { mapHeader } from './contact-header.js';
import { toContacts } from './contact-records.js';

/** Options of an import into a contact list. */
interface ContactImportOptions {
  /** Column with the contact id; contacts of that id are updated. Without it every record is a new contact. */
  contactIdName?: string;
  clearSystemData?: boolean;
}

const GONE: [ImportReason] = [
  { code: 'IMPORT_LIST_NO_LONGER_EXISTS', message: 'The contact list was deleted.' },
];
const FULL: [ImportReason] = [
  {
    code: 'EXCEEDED_CONTACT_LIMIT',
    message: `A contact list may have at most ${MAX_CONTACTS} contacts. Those that fit were imported; put the rest into another list.`,
  },
];

/** Imports CSV files into contact lists. */
@Injectable()
export class ContactImportTarget implements ImportTarget, OnModuleInit {
  readonly kind = 'contact-list';
  readonly permission = 'outbound:contactList:upload';
  readonly inProgressCode = 'contact.list.import.in.progress';

  constructor(
    private readonly imports: ImportsService,
    private readonly lists: ContactListsRepository,
    private readonly contacts: ContactsRepository,
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

  async check(scope: DivisionScope, targetId: string): Promise<void> {
    await this.lists.get(scope, targetId);
  }

  async begin(
    targetId: string,
    options: ImportOptions,
    { columns }: ImportHead,
  ): Promise<[ImportReason, ...ImportReason[]] | ImportSession> {
    const [list] = await this.lists.find(EVERYWHERE, [targetId]);
    if (!list) return GONE;
    const { contactIdName, clearSystemData = false } = options as ContactImportOptions;
    const header = mapHeader(columns, list.columnNames, contactIdName);
    if (Array.isArray(header)) return header;
    const whatsAppColumns = list.whatsAppColumns.map(({ columnName }) => columnName);
    const rules = { header, whatsAppColumns, trimWhitespace: list.trimWhitespace };
    return {
      writeBatch: async (records) => {
        const { contacts, rejections } = toContacts(records, rules);
        const counts = await this.write(targetId, contacts, {
          clearSystemData,
          idsAreNew: header.idAt === undefined,
        });
        return { ...counts, rejections };
      },
    };
  }

  private async write(
    listId: string,
    contacts: ContactRow[],
    options: UpsertOptions,
  ): Promise<Omit<BatchResult, 'rejections'>> {
    // The same id twice in a file: the later record updates the earlier.
    const unique = [...new Map(contacts.map((contact) => [contact.contactId, contact])).values()];
    const size = await this.contacts.lockList(listId);
    if (size === undefined) throw new ImportFailure(GONE);
    if (unique.length === 0) return { added: 0, updated: 0 };
    const { added, updated } = await this.contacts.upsert(listId, unique, options);
    if (size + added > MAX_CONTACTS) throw new ImportFailure(FULL);
    await this.contacts.changeSize(listId, added);
    return { added, updated: updated + contacts.length - unique.length };
  }
}
