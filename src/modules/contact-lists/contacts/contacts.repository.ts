import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { ContactInput } from './contact-body.js';
import { ContactUse } from './contact-use.js';
import type { ContactRow, StoredWhatsAppId } from './contact-row.js';

/** Result of the last message by column, as it goes over the wire (Genesys Cloud API, MessageEvaluation). */
export interface MessageEvaluation {
  contactColumn: string;
  contactAddress: string;
  messageType: 'WhatsApp';
  wrapupCodeId: string;
  timestamp: string;
}

/** A contact as it is stored. */
export interface StoredContact {
  seq: string;
  contactId: string;
  data: Record<string, string>;
  whatsappIds: Record<string, StoredWhatsAppId>;
  callable: boolean;
  contactable: boolean;
  uncontactableColumns: string[];
  latestWhatsappEvaluations: Record<string, MessageEvaluation>;
  priority: boolean;
  createdAt: Date;
  retentionType: string | null;
  retentionDays: number | null;
  expiresAt: Date | null;
}

export interface UpsertOptions {
  /** Forget what campaigns noted on contacts that exist already. */
  clearSystemData: boolean;
  /** New and updated contacts go first; undefined leaves it as it is. */
  priority?: boolean;
}

/** What is read of a contact `c`. */
export const CONTACT = `
  seq, contact_id AS "contactId", data, whatsapp_ids AS "whatsappIds", callable, contactable,
  uncontactable_columns AS "uncontactableColumns",
  latest_whatsapp_evaluations(c.seq) AS "latestWhatsappEvaluations",
  priority, created_at AS "createdAt", retention_type AS "retentionType", retention_days AS "retentionDays",
  expires_at AS "expiresAt"`;

// Rows are locked in one order everywhere, else two writers may wait for each other.
const LOCK_EXISTING = `
  SELECT 1 FROM contacts WHERE contact_list_id = $1 AND contact_id = ANY($2) ORDER BY seq FOR UPDATE`;

/**
 * Upserts contacts `c` by an INSERT without its end, and answers how many were added and updated. The other arguments are
 * SQL: whether to forget what campaigns noted on contacts that exist, and the new priority of these.
 */
export const upsertSql = (insert: string, clear: string, priority: string): string => `
  WITH written AS (
    ${insert}
    ON CONFLICT (contact_list_id, contact_id) DO UPDATE
       SET data = excluded.data, whatsapp_ids = excluded.whatsapp_ids, updated_at = now(),
           priority = ${priority},
           callable = c.callable OR ${clear},
           contactable = c.contactable OR ${clear},
           uncontactable_columns = CASE WHEN ${clear} THEN '{}' ELSE c.uncontactable_columns END
    RETURNING c.seq, (xmax = 0) AS added
  ), cleared AS (
    DELETE FROM contact_evaluations e USING written w WHERE ${clear} AND NOT w.added AND e.contact_seq = w.seq
  )
  SELECT count(*) FILTER (WHERE added)::int AS added, count(*) FILTER (WHERE NOT added)::int AS updated FROM written`;

// The order of the input becomes the order of seq, which is the order in which campaigns take contacts.
const UPSERT = upsertSql(
  `INSERT INTO contacts AS c (contact_list_id, contact_id, data, whatsapp_ids, priority)
    SELECT $1, i.contact_id, i.data::jsonb, i.whatsapp_ids::jsonb, coalesce($6, false)
      FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS i(contact_id, data, whatsapp_ids, position)
     ORDER BY i.position`,
  '$5',
  'coalesce($6, c.priority)',
);

const SET_STATUS = `
  UPDATE contacts c
     SET callable = coalesce(s.callable, c.callable), contactable = coalesce(s.contactable, c.contactable),
         uncontactable_columns = coalesce(s."uncontactableColumns", c.uncontactable_columns),
         retention_type = coalesce(s."retentionType", c.retention_type),
         retention_days = CASE WHEN s."retentionType" IS NULL THEN c.retention_days ELSE s."retentionDays" END,
         expires_at = CASE WHEN s."retentionType" IS NULL THEN c.expires_at ELSE s."expiresAt" END
    FROM jsonb_to_recordset($2::jsonb)
         AS s("contactId" text, callable boolean, contactable boolean, "uncontactableColumns" text[],
              "retentionType" text, "retentionDays" int, "expiresAt" timestamptz)
   WHERE c.contact_list_id = $1 AND c.contact_id = s."contactId"`;

const REPLACE = `
  UPDATE contacts SET data = $3, whatsapp_ids = $4, updated_at = now()
   WHERE contact_list_id = $1 AND contact_id = $2`;

// Rows are locked in one order, as everywhere.
const MARK_UNCONTACTABLE = `
  WITH given AS (
    SELECT seq, array_agg(DISTINCT col) AS columns FROM unnest($1::bigint[], $2::text[]) AS m(seq, col) GROUP BY seq
  ), locked AS (
    SELECT c.seq FROM contacts c WHERE c.seq = ANY($1::bigint[]) ORDER BY c.seq FOR UPDATE
  )
  UPDATE contacts c
     SET uncontactable_columns = ARRAY(SELECT DISTINCT u FROM unnest(c.uncontactable_columns || g.columns) AS u ORDER BY u)
    FROM given g JOIN locked l ON l.seq = g.seq
   WHERE c.seq = g.seq AND NOT g.columns <@ c.uncontactable_columns`;

const UNMARK_UNCONTACTABLE = `
  WITH given AS (
    SELECT seq, array_agg(DISTINCT col) AS columns FROM unnest($1::bigint[], $2::text[]) AS m(seq, col) GROUP BY seq
  ), locked AS (
    SELECT c.seq FROM contacts c WHERE c.seq = ANY($1::bigint[]) ORDER BY c.seq FOR UPDATE
  )
  UPDATE contacts c
     SET uncontactable_columns = ARRAY(SELECT u FROM unnest(c.uncontactable_columns) AS u WHERE u <> ALL (g.columns))
    FROM given g JOIN locked l ON l.seq = g.seq
   WHERE c.seq = g.seq AND g.columns && c.uncontactable_columns`;

const FIND_ADDRESSES = `
  SELECT c.seq, i.key AS col
    FROM contacts c CROSS JOIN LATERAL jsonb_each(c.whatsapp_ids) AS i
   WHERE i.value ->> 'key' = ANY($1::text[])
   ORDER BY c.seq LIMIT $2`;

/** The table of contacts: a million rows a list, therefore plain SQL in batches. */
@Injectable()
export class ContactsRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly use: ContactUse,
  ) {}

  /**
   * Locks the list until the end of the transaction, so that its writers come one after the other and its size stays
   * right. Returns the size; undefined when the list is gone.
   */
  async lockList(contactListId: string): Promise<number | undefined> {
    const [row] = await this.uow.manager.query<{ size: number }[]>(
      `SELECT size FROM contact_lists WHERE id = $1 FOR NO KEY UPDATE`,
      [contactListId],
    );
    return row?.size;
  }

  async changeSize(contactListId: string, by: number): Promise<void> {
    if (by === 0) return;
    await this.uow.manager.query(
      `UPDATE contact_lists SET size = size + $2, removals = removals + greatest(0, -$2::int) WHERE id = $1`,
      [contactListId, by],
    );
  }

  /** Adds contacts and updates those whose id exists. Ids must be unique among `rows`; the list must be locked. */
  async upsert(
    contactListId: string,
    rows: readonly ContactRow[],
    { clearSystemData, priority }: UpsertOptions,
  ): Promise<{ added: number; updated: number }> {
    const ids = rows.map(({ contactId }) => contactId);
    await this.uow.manager.query(LOCK_EXISTING, [contactListId, ids]);
    const [counts] = await this.uow.manager.query<{ added: number; updated: number }[]>(UPSERT, [
      contactListId,
      ids,
      rows.map(({ data }) => JSON.stringify(data)),
      rows.map(({ whatsappIds }) => JSON.stringify(whatsappIds)),
      clearSystemData,
      priority ?? null,
    ]);
    return counts ?? { added: 0, updated: 0 };
  }

  /** Sets what callers say about contacts being reachable; what they leave out stays. */
  async setStatus(contactListId: string, contacts: readonly ContactInput[]): Promise<void> {
    const given = contacts
      .filter(
        (c) =>
          c.callable !== undefined || c.contactable !== undefined || c.uncontactableColumns || c.retention,
      )
      .map(({ contactId, callable, contactable, uncontactableColumns, retention }) => ({
        ...retention,
        contactId,
        callable,
        contactable,
        uncontactableColumns,
      }));
    if (given.length > 0) await this.uow.manager.query(SET_STATUS, [contactListId, JSON.stringify(given)]);
  }

  /** False when there is no such contact. */
  async replace(contactListId: string, { contactId, data, whatsappIds }: ContactRow): Promise<boolean> {
    const values = [contactListId, contactId, data, whatsappIds];
    const [, affected] = await this.uow.manager.query<[unknown[], number]>(REPLACE, values);
    return affected === 1;
  }

  /** Number of contacts deleted; all of the list without `contactIds`. Contacts in use stay. */
  async delete(contactListId: string, contactIds?: readonly string[]): Promise<number> {
    if (contactIds) await this.uow.manager.query(LOCK_EXISTING, [contactListId, contactIds]);
    const [, affected] = await this.uow.manager.query<[unknown[], number]>(
      `DELETE FROM contacts c WHERE c.contact_list_id = $1 AND NOT ${this.use.sql('c')}
        ${contactIds ? ' AND c.contact_id = ANY($2)' : ''}`,
      contactIds ? [contactListId, contactIds] : [contactListId],
    );
    return affected;
  }

  /** The contacts with these ids, in the order of the ids. */
  find(contactListId: string, contactIds: readonly string[]): Promise<StoredContact[]> {
    return this.uow.manager.query<StoredContact[]>(
      `SELECT ${CONTACT} FROM contacts c
         JOIN unnest($2::text[]) WITH ORDINALITY AS wanted(id, position) ON wanted.id = c.contact_id
        WHERE c.contact_list_id = $1 ORDER BY wanted.position`,
      [contactListId, contactIds],
    );
  }

  /** Notes columns by which contacts can not be reached. */
  async markUncontactable(marks: readonly { contactSeq: string; column: string }[]): Promise<void> {
    await this.uow.manager.query(MARK_UNCONTACTABLE, [
      marks.map(({ contactSeq }) => contactSeq),
      marks.map(({ column }) => column),
    ]);
  }

  /** Takes such marks away. */
  async unmarkUncontactable(marks: readonly { contactSeq: string; column: string }[]): Promise<void> {
    await this.uow.manager.query(UNMARK_UNCONTACTABLE, [
      marks.map(({ contactSeq }) => contactSeq),
      marks.map(({ column }) => column),
    ]);
  }

  /** Where addresses with these match keys are, in all lists. Looks at every contact: no index serves it. */
  async findAddresses(
    matchKeys: readonly string[],
    limit: number,
  ): Promise<{ contactSeq: string; column: string }[]> {
    const rows = await this.uow.manager.query<{ seq: string; col: string }[]>(FIND_ADDRESSES, [
      matchKeys,
      limit,
    ]);
    return rows.map(({ seq, col }) => ({ contactSeq: seq, column: col }));
  }
}
