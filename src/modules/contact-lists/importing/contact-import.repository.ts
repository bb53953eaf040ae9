import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { upsertSql } from '../contacts/contacts.repository.js';
import type { ContactRows } from './contact-batch.js';

// Of the connection, not of the transaction: PostgreSQL keeps no record of each batch's table.
const STAGE = `
  CREATE TEMPORARY TABLE IF NOT EXISTS staged_contacts (
    contact_list_id uuid, contact_id text, data jsonb, whatsapp_ids jsonb) ON COMMIT DELETE ROWS`;

// Rows are locked in one order everywhere, else two writers may wait for each other.
const LOCK_EXISTING = `
  SELECT 1 FROM contacts
   WHERE contact_list_id = $1 AND contact_id IN (SELECT contact_id FROM staged_contacts) ORDER BY seq FOR UPDATE`;

const DROP_REPEATED = `
  DELETE FROM staged_contacts s USING staged_contacts later
   WHERE later.contact_id = s.contact_id AND later.ctid > s.ctid`;

const DROP_BEYOND = `
  DELETE FROM staged_contacts WHERE contact_id IN (
    SELECT s.contact_id FROM staged_contacts s
     WHERE NOT EXISTS (SELECT FROM contacts c WHERE c.contact_list_id = $1 AND c.contact_id = s.contact_id)
     ORDER BY s.ctid OFFSET $2)`;

// A table just filled is read in the order in which it was filled, which is that of the file; it becomes the order of
// seq, in which campaigns take contacts.
const UPSERT = upsertSql(
  `INSERT INTO contacts AS c (contact_list_id, contact_id, data, whatsapp_ids)
    SELECT contact_list_id, contact_id, data, whatsapp_ids FROM staged_contacts`,
  '$1',
  'c.priority',
);

const DELETE_NEWEST = `
  DELETE FROM contacts WHERE seq IN (
    SELECT seq FROM contacts WHERE contact_list_id = $1 ORDER BY seq DESC LIMIT $2)`;

/** Contacts in large numbers: COPY, then one statement per batch. The list must be locked. */
@Injectable()
export class ContactImportRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Adds contacts none of whose ids is on the list yet, `room` at most. */
  async insert(contactListId: string, { rows }: ContactRows, room: number): Promise<WrittenContacts> {
    const { manager } = this.uow;
    await rows.send(manager, 'contacts (contact_list_id, contact_id, data, whatsapp_ids)');
    const excess = Math.max(0, rows.count - room);
    if (excess > 0) await manager.query(DELETE_NEWEST, [contactListId, excess]);
    return { added: rows.count - excess, updated: 0, repeated: 0 };
  }

  /** Adds contacts and updates those whose id exists. New ones beyond `room` are left out. */
  async upsert(
    contactListId: string,
    { rows, mayRepeat }: ContactRows,
    { room, clearSystemData, listIsOurs }: UpsertRules,
  ): Promise<WrittenContacts> {
    const { manager } = this.uow;
    await manager.query(STAGE);
    await rows.send(manager, 'staged_contacts');
    const repeated = mayRepeat ? await this.dropRepeated() : 0;
    if (!listIsOurs) await manager.query(LOCK_EXISTING, [contactListId]);
    if (rows.count - repeated > room) await manager.query(DROP_BEYOND, [contactListId, room]);
    const [counts = { added: 0, updated: 0 }] = await manager.query<{ added: number; updated: number }[]>(
      UPSERT,
      [clearSystemData],
    );
    return { ...counts, repeated };
  }

  private async dropRepeated(): Promise<number> {
    const [, dropped] = await this.uow.manager.query<[unknown[], number]>(DROP_REPEATED);
    return dropped;
  }
}

/** What became of the contacts of a batch; those that there was no room for are in none of the counts. */
export interface WrittenContacts {
  added: number;
  updated: number;
  /** Rows before the last one of their id. */
  repeated: number;
}

export interface UpsertRules {
  /** How many contacts may be added. */
  room: number;
  clearSystemData: boolean;
  /** Nobody else can have found a contact of the list yet, so that none needs to be locked in order. */
  listIsOurs: boolean;
}
