import { Injectable } from '@nestjs/common';
import type { Reason } from '../../../kernel/reason.js';
import { isUnstorable } from '../../../kernel/storable.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { EventBus } from '../../../platform/events/event-bus.js';
import type { DivisionScope } from '../../access/index.js';
import { ImportsService } from '../../imports/index.js';
import { ContactsAdded, type ContactsInFront } from '../contact-lists.events.js';
import { MAX_CONTACTS, MAX_CONTACTS_OF_ORGANIZATION } from '../lists/contact-list-definition.js';
import type { ContactList } from '../lists/contact-list.entity.js';
import { contactListNotFound } from '../lists/contact-list.errors.js';
import { ContactListsRepository } from '../lists/contact-lists.repository.js';
import { type ContactInput, readContact } from './contact-body.js';
import type { AddContactsQuery } from './contact.dto.js';
import { type ContactView, toContactView } from './contact.view.js';
import { ContactRoom } from './contact-room.js';
import { ContactsRepository } from './contacts.repository.js';

/** Greatest number of contacts in one call (Genesys Cloud API, add contacts). */
export const MAX_PER_CALL = 1_000;
/** Greatest number of ids in one call (Genesys Cloud API, contacts). */
export const MAX_PER_READ = 50;
export const MAX_PER_DELETE = 250;
const MAX_REASONS = 100;

/** Contacts one by one and in small numbers; large numbers come by import. */
@Injectable()
export class ContactsService {
  constructor(
    private readonly lists: ContactListsRepository,
    private readonly contacts: ContactsRepository,
    private readonly room: ContactRoom,
    private readonly imports: ImportsService,
    private readonly uow: UnitOfWork,
    private readonly events: EventBus,
  ) {}

  /** Adds contacts, and updates those whose id exists. Nothing is written unless all are good. */
  async add(
    scope: DivisionScope,
    listId: string,
    body: unknown,
    query: AddContactsQuery,
  ): Promise<ContactView[]> {
    const list = await this.lists.get(scope, listId);
    const contacts = readContacts(body, list);
    await this.uow.run(async () => {
      const size = await this.lockList(listId);
      const options = { clearSystemData: query.clearSystemData ?? false, priority: query.priority };
      const { added } = await this.contacts.upsert(listId, contacts, options);
      if (size + added > MAX_CONTACTS) throw listFull(list);
      if (added > (await this.room.find())) throw organizationFull();
      await this.contacts.setStatus(listId, contacts);
      await this.contacts.changeSize(listId, added);
      const inFront = query.priority ? inFrontOf(contacts, query) : undefined;
      if (added > 0 || inFront) await this.events.publish(new ContactsAdded(listId, inFront));
    });
    const stored = await this.contacts.find(
      listId,
      contacts.map(({ contactId }) => contactId),
    );
    return stored.map((contact) => toContactView(listId, list.whatsAppColumns, contact));
  }

  async get(scope: DivisionScope, listId: string, contactId: string): Promise<ContactView> {
    return this.view(await this.lists.get(scope, listId), contactId);
  }

  /** The contacts with these ids, in the order of the ids; those that don't exist are left out. */
  async getMany(scope: DivisionScope, listId: string, body: unknown): Promise<ContactView[]> {
    const list = await this.lists.get(scope, listId);
    const stored = await this.contacts.find(listId, readIds(body));
    return stored.map((contact) => toContactView(listId, list.whatsAppColumns, contact));
  }

  /** Replaces the values of a contact; what it says about being reachable is taken over. */
  async update(scope: DivisionScope, listId: string, contactId: string, body: unknown): Promise<ContactView> {
    const list = await this.lists.get(scope, listId);
    const reasons: Reason[] = [];
    const read = readContact(body, list, '', reasons);
    if (!read) throw reasonsError(reasons.slice(0, MAX_REASONS));
    const contact = { ...read, contactId };
    await this.uow.run(async () => {
      await this.lockList(listId);
      if (!(await this.contacts.replace(listId, contact))) throw contactNotFound(contactId);
      await this.contacts.setStatus(listId, [contact]);
    });
    return this.view(list, contactId);
  }

  async delete(scope: DivisionScope, listId: string, contactId: string): Promise<void> {
    await this.lists.get(scope, listId);
    await this.uow.run(async () => {
      await this.lockList(listId);
      const deleted = await this.contacts.delete(listId, [contactId]);
      if (deleted === 0) {
        const [kept] = await this.contacts.find(listId, [contactId]);
        throw kept ? contactInUse(contactId) : contactNotFound(contactId);
      }
      await this.contacts.changeSize(listId, -deleted);
    });
  }

  /** Deletes the contacts with these ids; those that don't exist are no error, so that a call can be repeated. */
  async deleteMany(scope: DivisionScope, listId: string, contactIds: readonly string[]): Promise<void> {
    await this.lists.get(scope, listId);
    if (contactIds.length === 0) {
      throw new ApiError('invalid', 'no.contacts.specified', 'Name the contacts to delete by contactIds.');
    }
    if (contactIds.length > MAX_PER_DELETE) throw tooManyToDelete(contactIds.length);
    await this.uow.run(async () => {
      await this.lockList(listId);
      await this.contacts.changeSize(listId, -(await this.contacts.delete(listId, contactIds)));
    });
  }

  /** Deletes all contacts of a list. Throws 409 during an import. */
  async clear(scope: DivisionScope, listId: string): Promise<void> {
    await this.lists.get(scope, listId);
    await this.imports.requireIdle('contact-list', listId);
    await this.uow.run(async () => {
      await this.lockList(listId);
      await this.contacts.changeSize(listId, -(await this.contacts.delete(listId)));
    });
  }

  private async lockList(listId: string): Promise<number> {
    const size = await this.contacts.lockList(listId);
    if (size === undefined) throw contactListNotFound(listId);
    return size;
  }

  private async view(list: ContactList, contactId: string): Promise<ContactView> {
    const [contact] = await this.contacts.find(list.id, [contactId]);
    if (!contact) throw contactNotFound(contactId);
    return toContactView(list.id, list.whatsAppColumns, contact);
  }
}

function inFrontOf(contacts: readonly ContactInput[], { doNotQueue }: AddContactsQuery): ContactsInFront {
  return { contactIds: contacts.map(({ contactId }) => contactId), keepsPlaces: doNotQueue ?? false };
}

function readContacts(body: unknown, list: ContactList): ContactInput[] {
  if (!Array.isArray(body)) {
    throw new ApiError('invalid', 'bad.request', 'The body must be a list of contacts.');
  }
  if (body.length > MAX_PER_CALL) throw tooManyContacts(body.length);
  const reasons: Reason[] = [];
  const contacts = new Map<string, ContactInput>();
  for (const [at, raw] of body.entries()) {
    const contact = readContact(raw, list, String(at), reasons);
    // The same id twice: the later one updates the earlier.
    if (contact) contacts.set(contact.contactId, contact);
  }
  if (reasons.length > 0) throw reasonsError(reasons.slice(0, MAX_REASONS));
  return [...contacts.values()];
}

function readIds(body: unknown): string[] {
  if (!Array.isArray(body) || !body.every((id) => typeof id === 'string')) {
    throw new ApiError('invalid', 'bad.request', 'The body must be a list of ids of contacts.');
  }
  if (body.length > MAX_PER_READ) {
    throw new ApiError(
      'invalid',
      'too.many.contacts.requested',
      'At most {limit} contacts can be read in one call, {given} were named; search for larger numbers.',
      {
        params: { limit: MAX_PER_READ, given: body.length },
        limit: { key: 'contacts.per.read.max', namespace: 'outbound', value: MAX_PER_READ },
      },
    );
  }
  // PostgreSQL takes no such text, and no contact has such an id.
  return [...new Set(body)].filter((id) => !isUnstorable(id));
}

// The code is the vendor's, though nothing is added.
function tooManyToDelete(given: number): ApiError {
  return new ApiError(
    'invalid',
    'too.many.contacts.added',
    'At most {limit} contacts can be deleted in one call, {given} were named.',
    {
      params: { limit: MAX_PER_DELETE, given },
      limit: { key: 'contacts.per.delete.max', namespace: 'outbound', value: MAX_PER_DELETE },
    },
  );
}

function tooManyContacts(given: number): ApiError {
  return new ApiError(
    'invalid',
    'too.many.contacts.added',
    'At most {limit} contacts can be added in one call, {given} were sent; import larger numbers as CSV.',
    {
      params: { limit: MAX_PER_CALL, given },
      limit: { key: 'contacts.per.call.max', namespace: 'outbound', value: MAX_PER_CALL },
    },
  );
}

function contactInUse(contactId: string): ApiError {
  return new ApiError(
    'invalid',
    'contact.in.use',
    'A campaign is messaging the contact {contactId} at this moment; try again in a minute.',
    { params: { contactId } },
  );
}

function listFull({ id, name }: ContactList): ApiError {
  return new ApiError(
    'invalid',
    'contact.limit.exceeded',
    'A contact list may have at most {limit} contacts; make another list.',
    {
      params: { limit: MAX_CONTACTS },
      limit: { key: 'contact.list.contacts.max', namespace: 'outbound', value: MAX_CONTACTS },
      entityId: id,
      entityName: name,
    },
  );
}

function organizationFull(): ApiError {
  return new ApiError(
    'invalid',
    'contact.limit.exceeded',
    'All contact lists together may have at most {limit} contacts; delete contacts that nobody needs.',
    {
      params: { limit: MAX_CONTACTS_OF_ORGANIZATION },
      limit: { key: 'contacts.max', namespace: 'outbound', value: MAX_CONTACTS_OF_ORGANIZATION },
    },
  );
}

function contactNotFound(contactId: string): ApiError {
  return new ApiError(
    'not-found',
    'contact.does.not.exist',
    'The list has no contact with the id {contactId}.',
    {
      params: { contactId },
    },
  );
}
