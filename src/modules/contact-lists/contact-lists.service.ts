import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { type DivisionScope, EVERYWHERE } from '../access/index.js';
import { ImportsService } from '../imports/index.js';
import { ContactsRepository } from './contacts/contacts.repository.js';
import { explainUnusableList } from './lists/contact-list-usability.js';
import type { ContactList } from './lists/contact-list.entity.js';
import { ContactListsRepository } from './lists/contact-lists.repository.js';

/** A person is in at most this many lists and columns, by far. */
const MAX_MARKS = 100_000;

/** What a campaign needs to know of a contact list. */
export interface CampaignContactList {
  id: string;
  name: string;
  divisionId: string;
  columnNames: string[];
  whatsAppColumns: string[];
  /** By WhatsApp column, the column with the time zone in which its number may be messaged. */
  timeColumns: Readonly<Record<string, string>>;
  /** By WhatsApp column, its type: cell, home, ... */
  addressTypes: Readonly<Record<string, string>>;
}

/** The door for modules above. */
@Injectable()
export class ContactListsService {
  constructor(
    private readonly lists: ContactListsRepository,
    private readonly contacts: ContactsRepository,
    private readonly imports: ImportsService,
  ) {}

  /** The lists with these ids within the scope; those that don't exist are left out. */
  async find(scope: DivisionScope, ids: readonly string[]): Promise<CampaignContactList[]> {
    return (await this.lists.find(scope, ids)).map(toCampaignContactList);
  }

  /** For each list that exists, why a WhatsApp campaign can't use it; no reasons when it can. */
  async explainUnusable(ids: readonly string[]): Promise<Map<string, Reason[]>> {
    const lists = await this.lists.find(EVERYWHERE, ids);
    const imports = await this.imports.findNewest('contact-list', ids);
    return new Map(lists.map((list) => [list.id, explainUnusableList(list, imports.get(list.id))]));
  }

  /** Notes columns by which contacts can not be reached; campaigns skip these from then on. */
  async markUncontactable(marks: readonly { contactSeq: string; column: string }[]): Promise<void> {
    if (marks.length > 0) await this.contacts.markUncontactable(marks);
  }

  /** Takes such marks away: campaigns try these columns again. */
  async unmarkUncontactable(marks: readonly { contactSeq: string; column: string }[]): Promise<void> {
    if (marks.length > 0) await this.contacts.unmarkUncontactable(marks);
  }

  /**
   * Notes in all lists that nobody can be reached at the addresses with these match keys. Looks at every contact there
   * is, so it is for a handful of addresses and no hot path. Returns how many columns of contacts have such an address.
   */
  async markAddressesUncontactable(matchKeys: readonly string[]): Promise<number> {
    if (matchKeys.length === 0) return 0;
    const marks = await this.contacts.findAddresses(matchKeys, MAX_MARKS);
    await this.markUncontactable(marks);
    return marks.length;
  }
}

function toCampaignContactList(list: ContactList): CampaignContactList {
  const { id, name, divisionId, columnNames } = list;
  const whatsAppColumns = list.whatsAppColumns.map(({ columnName }) => columnName);
  const timeColumns = Object.fromEntries(
    list.whatsAppColumns.flatMap(({ columnName, timeColumn }) =>
      timeColumn ? [[columnName, timeColumn]] : [],
    ),
  ) as Record<string, string>;
  const addressTypes = Object.fromEntries(
    list.whatsAppColumns.map(({ columnName, type }) => [columnName, type]),
  );
  return { id, name, divisionId, columnNames, whatsAppColumns, timeColumns, addressTypes };
}
