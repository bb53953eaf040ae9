import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { marketingStopped } from '../sending/messages.sql.js';

/** A message and its contact, as rules look at them. */
export interface RuledMessage {
  id: string;
  campaignId: string;
  contactSeq: string;
  column: string;
  address: string;
  data: Record<string, string>;
  /** By WhatsApp column. */
  evaluations: Record<string, { wrapupCodeId: string; timestamp: string }>;
  /** The PreContact rules have been applied. */
  isRuled: boolean;
  templateId: string | null;
}

const RULED = `
  SELECT m.id, r.campaign_id AS "campaignId", m.contact_seq AS "contactSeq", m.contact_column AS "column", m.address,
         c.data, e.latest_whatsapp_evaluations AS evaluations, m.ruled_at IS NOT NULL AS "isRuled",
         m.ruled_template_id AS "templateId"
    FROM campaign_messages m
    JOIN campaign_runs r ON r.id = m.run_id
    JOIN contact_list_contacts_v c ON c.seq = m.contact_seq
    JOIN contact_evaluations_v e ON e.seq = m.contact_seq
   WHERE m.id = ANY ($1::uuid[])
   ORDER BY m.contact_seq`;

const MARK = `
  UPDATE campaign_messages m
     SET ruled_at = clock_timestamp(), rules_due = $2, ruled_template_id = g.template
    FROM jsonb_to_recordset($1::jsonb) AS g (id uuid, template uuid)
   WHERE m.id = g.id`;

const STOPPED = `SELECT m.id FROM campaign_messages m WHERE m.id = ANY ($1::uuid[]) AND ${marketingStopped('$2::uuid')}`;

// Whoever holds the row applies the rules, in the transaction that takes the mark away.
const TAKE = `
  WITH due AS (
    SELECT id FROM campaign_messages WHERE rules_due AND state = 'settled' ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE campaign_messages m SET rules_due = false FROM due d WHERE m.id = d.id RETURNING m.id, m.calling_at`;

/** What rules keep with messages. */
@Injectable()
export class RuledMessagesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  find(ids: readonly string[]): Promise<RuledMessage[]> {
    return this.uow.manager.query<RuledMessage[]>(RULED, [ids]);
  }

  /** The PreContact rules have been applied; `due` says whether others follow when the message is settled. */
  async markRuled(messages: readonly { id: string; template?: string }[], due: boolean): Promise<void> {
    if (messages.length > 0) await this.uow.manager.query(MARK, [JSON.stringify(messages), due]);
  }

  /** Of the messages, those whose ruled template is marketing and whose person stopped marketing from the number. */
  async findMarketingStopped(ids: readonly string[], integrationId: string): Promise<Set<string>> {
    const rows = await this.uow.manager.query<{ id: string }[]>(STOPPED, [ids, integrationId]);
    return new Set(rows.map(({ id }) => id));
  }

  /** Takes settled messages whose PostContact rules are due; those that were never tried count as done. */
  async takeDue(most: number): Promise<{ taken: number; tried: string[] }> {
    const [rows] = await this.uow.manager.query<[{ id: string; calling_at: Date | null }[], number]>(TAKE, [
      most,
    ]);
    return { taken: rows.length, tried: rows.filter((row) => row.calling_at !== null).map(({ id }) => id) };
  }
}
