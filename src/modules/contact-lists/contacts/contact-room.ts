import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { MAX_CONTACTS_OF_ORGANIZATION } from '../lists/contact-list-definition.js';

const ROOM = `SELECT $1 - coalesce(sum(size), 0)::int AS room FROM contact_lists`;
const LIMIT_LOCK = `SELECT pg_advisory_xact_lock(hashtext('contacts of the organisation'))`;
// Below it, writers to different lists wait for each other, so that together they stay within the limit.
const NARROW = 500_000;

/** How many more contacts there may be in all lists together. */
@Injectable()
export class ContactRoom {
  constructor(private readonly uow: UnitOfWork) {}

  /** Within the transaction that adds contacts and has locked their list, before the size of the list is changed. */
  async find(): Promise<number> {
    const room = await this.read();
    if (room > NARROW) return room;
    await this.uow.manager.query(LIMIT_LOCK);
    return this.read();
  }

  private async read(): Promise<number> {
    const [row] = await this.uow.manager.query<{ room: number }[]>(ROOM, [MAX_CONTACTS_OF_ORGANIZATION]);
    return Math.max(0, row?.room ?? 0);
  }
}
