import { Injectable } from '@nestjs/common';

/** The condition under which a row is in use, for the alias of the row; written by the program. */
export type UseCondition = (alias: string) => string;

/** Port: modules above tell when a contact or a list must not be deleted, because something is done with it. */
@Injectable()
export class ContactUse {
  private readonly ofContacts: UseCondition[] = [];
  private readonly ofLists: UseCondition[] = [];

  /** Called once at start. */
  register(uses: { contact?: UseCondition; list?: UseCondition }): void {
    if (uses.contact) this.ofContacts.push(uses.contact);
    if (uses.list) this.ofLists.push(uses.list);
  }

  /** SQL that holds for contacts in use. */
  sql(alias: string): string {
    return anyOf(this.ofContacts, alias);
  }

  /** SQL that holds for lists in use. */
  listSql(alias: string): string {
    return anyOf(this.ofLists, alias);
  }
}

function anyOf(conditions: readonly UseCondition[], alias: string): string {
  return `(${['FALSE', ...conditions.map((condition) => condition(alias))].join(' OR ')})`;
}
