/** Contacts that were not there before are in the list. */
export class ContactsAdded {
  constructor(readonly contactListId: string) {}
}
