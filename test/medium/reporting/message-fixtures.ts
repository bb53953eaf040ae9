import type { DataSource } from 'typeorm';
import { MessageChanges } from '../../../src/modules/dispatch/index.js';
import { InteractionMonths } from '../../../src/modules/reporting/interactions/interaction-months.js';
import { InteractionOutlets } from '../../../src/modules/reporting/interactions/interaction-outlets.js';
import { InteractionProjector } from '../../../src/modules/reporting/interactions/interaction-projector.js';
import { Config } from '../../../src/platform/config/config.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { Logger } from '../../../src/platform/logging/logger.js';

/** A message of a campaign; what is left out is as for one that was just sent. */
export interface MessageFixture {
  campaignId?: string;
  divisionId?: string;
  contactListId?: string;
  contactId?: string;
  address?: string;
  integrationId?: string;
  startedAt?: string;
  settledAt?: string | null;
  disposition?: string;
  sentAt?: string;
  deliveredAt?: string;
  readAt?: string;
  failedAt?: string;
  errorCode?: number;
  errorText?: string;
  errorDetail?: string;
}

const INSERT_MESSAGE = `
  INSERT INTO campaign_messages (run_id, position, contact_seq, contact_id, state, address, match_key,
    integration_id, calling_at, settled_at, disposition, wamid, sent_at, delivered_at, read_at, failed_at,
    provider_error_code, provider_error_text, provider_error_detail, claim_token, lease_until)
  VALUES ($1, $2, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
    CASE WHEN $4::text = 'calling' THEN gen_random_uuid() END, CASE WHEN $4::text = 'calling' THEN now() END)
  RETURNING id`;

const INSERT_CAMPAIGN = `
  WITH list AS (
    INSERT INTO contact_lists (name, division_id, column_names) VALUES ($1, $2, '{whatsapp}') RETURNING id
  ), integration AS (
    INSERT INTO whatsapp_integrations (name, access_token) VALUES ($1, '') RETURNING id
  ), response AS (
    INSERT INTO responses (name) VALUES ($1) RETURNING id
  )
  INSERT INTO messaging_campaigns (name, division_id, contact_list_id, integration_id, content_template_id,
    messages_per_minute, whats_app_columns, contact_sorts, errors)
  SELECT $1, $2, list.id, integration.id, response.id, 60, '{whatsapp}', '[]', '[]'
    FROM list, integration, response
  RETURNING id`;

/** Puts runs, messages and campaigns straight into the tables. */
export class MessageFixtures {
  private sequence = 0;
  readonly uow: UnitOfWork;
  readonly months: InteractionMonths;
  readonly projector: InteractionProjector;

  /** @param outlets who is told of changes, besides nobody */
  constructor(
    private readonly db: DataSource,
    outlets = new InteractionOutlets(),
  ) {
    this.uow = new UnitOfWork(db, new Logger({ logLevel: 'error', logFormat: 'json', processRole: 'all' }));
    const config = Object.assign(new Config(), { interactionRetentionDays: 365 });
    this.months = new InteractionMonths(this.uow, config);
    this.projector = new InteractionProjector(this.uow, new MessageChanges(this.uow), this.months, outlets);
  }

  /** As a new installation: no runs, no messages, nothing to report. */
  async clear(): Promise<void> {
    await this.db.query(
      `TRUNCATE campaign_runs, campaign_run_differences, campaign_message_changes, interactions, interaction_counts
         CASCADE`,
    );
  }

  /** Stores messages, each in the run of its campaign, for reports to see, and answers their ids. */
  async add(...messages: MessageFixture[]): Promise<string[]> {
    const ids: string[] = [];
    for (const message of messages) ids.push(await this.addOne(message));
    await this.projector.catchUp();
    return ids;
  }

  /** A campaign that is off, with all that it refers to; answers its id. */
  async addCampaign(campaign: { name: string; divisionId: string }): Promise<string> {
    const params = [campaign.name, campaign.divisionId];
    const [row] = await this.db.query<[{ id: string }]>(INSERT_CAMPAIGN, params);
    return row.id;
  }

  private async addOne(message: MessageFixture): Promise<string> {
    const startedAt = message.startedAt ?? '2026-11-10T10:00:00.000Z';
    const settledAt = message.settledAt === undefined ? startedAt : message.settledAt;
    const disposition = settledAt === null ? null : (message.disposition ?? 'OUTBOUND-MESSAGE-SENT');
    const position = ++this.sequence;
    const [row] = await this.db.query<[{ id: string }]>(INSERT_MESSAGE, [
      await this.runOf(message),
      position,
      message.contactId ?? `contact-${position}`,
      settledAt === null ? 'calling' : 'settled',
      message.address ?? `49155500${String(position).padStart(5, '0')}`,
      message.integrationId ?? null,
      startedAt,
      settledAt,
      disposition,
      disposition === 'OUTBOUND-MESSAGE-SENT' ? `wamid.${position}` : null,
      message.sentAt ?? null,
      message.deliveredAt ?? null,
      message.readAt ?? null,
      message.failedAt ?? null,
      message.errorCode ?? null,
      message.errorText ?? null,
      message.errorDetail ?? null,
    ]);
    return row.id;
  }

  private async runOf(message: MessageFixture): Promise<string> {
    const { campaignId = CAMPAIGN, divisionId = DIVISION, contactListId = LIST } = message;
    const [run] = await this.db.query<{ id: string }[]>(
      `SELECT id FROM campaign_runs WHERE campaign_id = $1 AND division_id = $2 AND contact_list_id = $3`,
      [campaignId, divisionId, contactListId],
    );
    if (run) return run.id;
    const [added] = await this.db.query<[{ id: string }]>(
      `INSERT INTO campaign_runs (campaign_id, division_id, contact_list_id, state, finished_at)
       VALUES ($1, $2, $3, 'complete', now()) RETURNING id`,
      [campaignId, divisionId, contactListId],
    );
    return added.id;
  }
}

export const CAMPAIGN = '11111111-0000-4000-8000-000000000001';
export const DIVISION = '22222222-0000-4000-8000-000000000001';
export const LIST = '33333333-0000-4000-8000-000000000001';
