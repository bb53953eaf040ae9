/** Contacts that go before all others. */
export interface ContactsInFront {
  contactIds: string[];
  /** Those that wait already stay where they are. */
  keepsPlaces: boolean;
}

/** Contacts that were not there before are in the list, or are to go before all others. */
export class ContactsAdded {
  constructor(
    readonly contactListId: string,
    readonly inFront?: ContactsInFront,
  ) {}
}
