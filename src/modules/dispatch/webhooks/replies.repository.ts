import { Injectable } from '@nestjs/common';
import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';
import { Config } from '../../../platform/config/config.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { InboundItem, WebhookItem } from '../../whatsapp/index.js';

/**
 * Ids, senders, their match keys, answered messages, moments, days that replies are kept. Who hides the number behind a
 * user name answers a message of ours, and that had the number. Old ones go in the same breath.
 */
const ADD = `
  WITH old AS (
    DELETE FROM replies WHERE message_id IN (
      SELECT message_id FROM replies WHERE said_at < now() - $6 * interval '1 day' LIMIT 1000))
  INSERT INTO replies (message_id, whatsapp_id, match_key, context_wamid, said_at)
  SELECT said.id, coalesce(m.address, said.sender), coalesce(m.match_key, said.key), said.context, said.at
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
           AS said (id, sender, key, context, at)
    LEFT JOIN campaign_messages m ON m.wamid = said.context
      ON CONFLICT (message_id) DO NOTHING`;

/** Who answered when. What they wrote is nobody's business here. */
@Injectable()
export class RepliesRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly config: Config,
  ) {}

  /** Notes every message of a person. Safe to do twice. */
  async add(items: readonly WebhookItem[]): Promise<void> {
    const said = items.filter((item): item is InboundItem => item.kind === 'inbound');
    if (said.length === 0) return;
    await this.uow.manager.query(ADD, [
      said.map(({ messageId }) => messageId),
      said.map(({ from }) => from),
      said.map(({ from }) => matchKeyOf(from)),
      said.map(({ contextWamid }) => contextWamid ?? null),
      said.map(({ at }) => at.toISOString()),
      this.config.interactionRetentionDays,
    ]);
  }
}

function matchKeyOf(whatsAppId: string): string | null {
  const read = readWhatsAppId(whatsAppId);
  return read.ok ? read.matchKey : null;
}
