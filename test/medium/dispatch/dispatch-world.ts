import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { whatsAppMatchKey } from '../../../src/kernel/whatsapp-id.js';
import type { DispatchCampaign } from '../../../src/modules/campaigns/index.js';
import type { FilterClause } from '../../../src/modules/contact-lists/filters/contact-filter.js';
import { ContactFilters } from '../../../src/modules/contact-lists/filters/contact-filters.service.js';
import { ContactListFiltersRepository } from '../../../src/modules/contact-lists/filters/contact-list-filters.repository.js';
import { RunsRepository } from '../../../src/modules/dispatch/runs/runs.repository.js';
import { MessagesRepository } from '../../../src/modules/dispatch/sending/messages.repository.js';
import { StatusesRepository } from '../../../src/modules/dispatch/webhooks/statuses.repository.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { openTestDatabase } from '../../support/database.js';

const LEASE_MS = 60_000;

/** The tables of dispatch on a real PostgreSQL, with campaigns and contacts made by hand. */
export class DispatchWorld {
  readonly uow: UnitOfWork;
  readonly runs: RunsRepository;
  readonly messages: MessagesRepository;
  readonly statuses: StatusesRepository;

  private constructor(
    readonly db: DataSource,
    private readonly closeDatabase: () => Promise<void>,
  ) {
    this.uow = new UnitOfWork(
      db,
      new Logger({ logLevel: 'silent', logFormat: 'json', processRole: 'worker' }),
    );
    this.runs = new RunsRepository(this.uow, new ContactFilters(new ContactListFiltersRepository(this.uow)));
    this.messages = new MessagesRepository(this.uow);
    this.statuses = new StatusesRepository(this.uow);
  }

  static async open(): Promise<DispatchWorld> {
    const database = await openTestDatabase();
    return new DispatchWorld(database.db, () => database.close());
  }

  close(): Promise<void> {
    return this.closeDatabase();
  }

  /** A campaign that is on, over a list of its own; rows are the cells of the column `wa`. */
  async aCampaign(numbers: string[], change: Partial<DispatchCampaign> = {}): Promise<DispatchCampaign> {
    const [home] = await this.db.query<[{ id: string }]>(`SELECT id FROM divisions WHERE home`);
    const campaign: DispatchCampaign = {
      id: randomUUID(),
      name: `Campaign ${randomUUID()}`,
      divisionId: home.id,
      status: 'on',
      contactListId: randomUUID(),
      contactListFilterId: null,
      messagesPerMinute: 600,
      whatsAppColumns: ['wa'],
      integrationId: randomUUID(),
      contentTemplateId: randomUUID(),
      dncListIds: [],
      contactSorts: [],
      alwaysRunning: false,
      callableTimeSetId: null,
      ruleSetIds: [],
      dynamicSort: false,
      dynamicFilter: false,
      ...change,
    };
    await this.withoutForeignKeys(async (query) => {
      await query(
        `INSERT INTO contact_lists (id, name, division_id, column_names, whats_app_columns, size)
         VALUES ($1, $2, $3, '{wa,amount}', '[{"columnName":"wa","type":"cell"}]', 0)`,
        [campaign.contactListId, campaign.name, home.id],
      );
      await query(
        `INSERT INTO messaging_campaigns (id, name, division_id, campaign_status, contact_list_id, messages_per_minute,
           whats_app_columns, integration_id, content_template_id, dynamic_sort, dynamic_filter, contact_sorts, errors)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '[]', '[]')`,
        [
          campaign.id,
          campaign.name,
          home.id,
          campaign.status,
          campaign.contactListId,
          campaign.messagesPerMinute,
          campaign.whatsAppColumns,
          campaign.integrationId,
          campaign.contentTemplateId,
          campaign.dynamicSort,
          campaign.dynamicFilter,
        ],
      );
    });
    await this.addContacts(campaign, numbers);
    return campaign;
  }

  async addContacts(
    { contactListId }: DispatchCampaign,
    numbers: string[],
    cells: Record<string, string> = {},
  ): Promise<void> {
    for (const wa of numbers) {
      const ids = /^\d+$/u.test(wa) ? { wa: { id: wa, key: whatsAppMatchKey(wa) } } : {};
      await this.db.query(
        `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids) VALUES ($1, $2, $3, $4)`,
        [contactListId, randomUUID(), JSON.stringify({ wa, ...cells }), JSON.stringify(ids)],
      );
    }
  }

  /** The run is done with all contacts so far, and looked at again in a while if at all. */
  async sleep(runId: string, inMs: number | null = null): Promise<void> {
    await this.db.query(`UPDATE campaign_runs SET late_contacts_until = NULL WHERE id = $1`, [runId]);
    await this.runs.expectTick(runId, inMs);
  }

  /** The campaign with a filter of one clause on its list. */
  async filtered(campaign: DispatchCampaign, clause: FilterClause): Promise<DispatchCampaign> {
    const [row] = await this.db.query<[{ id: string }]>(
      `INSERT INTO contact_list_filters (name, contact_list_id, clauses) VALUES ($1, $2, $3) RETURNING id`,
      [`Filter ${randomUUID()}`, campaign.contactListId, JSON.stringify([clause])],
    );
    return { ...campaign, contactListFilterId: row.id };
  }

  /** Puts a number on a DNC list of the campaign. */
  async optOut({ id }: DispatchCampaign, number: string, expiresAt?: Date): Promise<void> {
    await this.withoutForeignKeys(async (query) => {
      const dncListId = randomUUID();
      await query(
        `INSERT INTO dnc_lists (id, name, division_id, contact_method, size)
         SELECT $1::uuid, $1::text, id, 'WhatsApp', 1 FROM divisions WHERE home`,
        [dncListId],
      );
      await query(
        `INSERT INTO dnc_entries (dnc_list_id, match_key, value, expires_at) VALUES ($1, $2, $3, $4)`,
        [dncListId, whatsAppMatchKey(number), number, expiresAt ?? null],
      );
      await query(
        `INSERT INTO messaging_campaign_dnc_lists (campaign_id, dnc_list_id, position)
         SELECT $1, $2, count(*) FROM messaging_campaign_dnc_lists WHERE campaign_id = $1`,
        [id, dncListId],
      );
    });
  }

  /** Puts a value of a contact column on a DNC list of the campaign. */
  async exclude({ id }: DispatchCampaign, column: string, key: string): Promise<void> {
    await this.withoutForeignKeys(async (query) => {
      const dncListId = randomUUID();
      await query(
        `INSERT INTO dnc_lists (id, name, division_id, dnc_source_type, custom_exclusion_column, size)
         SELECT $1::uuid, $1::text, id, 'rds_custom', $2, 1 FROM divisions WHERE home`,
        [dncListId, column],
      );
      await query(`INSERT INTO dnc_entries (dnc_list_id, match_key, value) VALUES ($1, $2, $2)`, [
        dncListId,
        key,
      ]);
      await query(
        `INSERT INTO messaging_campaign_dnc_lists (campaign_id, dnc_list_id, position)
         SELECT $1, $2, count(*) FROM messaging_campaign_dnc_lists WHERE campaign_id = $1`,
        [id, dncListId],
      );
    });
  }

  async setStatus({ id }: DispatchCampaign, status: string): Promise<void> {
    await this.db.query(`UPDATE messaging_campaigns SET campaign_status = $2 WHERE id = $1`, [id, status]);
  }

  claim(campaign: DispatchCampaign, runId: string, limit = 100, look = limit, beginsCalls = false) {
    const claimToken = randomUUID();
    const { id: campaignId, whatsAppColumns, integrationId, contentTemplateId: templateId } = campaign;
    const begin = beginsCalls ? { integrationId, templateId } : undefined;
    const request = { runId, campaignId, whatsAppColumns, limit, look, claimToken, leaseMs: LEASE_MS, begin };
    return this.messages.claim(request).then((result) => ({ ...result, claimToken }));
  }

  beginCalls(campaign: DispatchCampaign, ids: string[], claimToken: string, leaseMs = LEASE_MS) {
    return this.messages.beginCalls(ids, {
      claimToken,
      campaignId: campaign.id,
      integrationId: campaign.integrationId,
      templateId: campaign.contentTemplateId,
      leaseMs,
    });
  }

  /** A started call on the only contact of a fresh campaign. */
  async aCall(number = '4915112345678') {
    const campaign = await this.aCampaign([number]);
    const run = await this.runs.create(campaign);
    const { claimed, claimToken } = await this.claim(campaign, run.id);
    const id = claimed[0]!.id;
    await this.beginCalls(campaign, [id], claimToken);
    return { campaign, run, id, claimToken };
  }

  async message(id: string): Promise<Record<string, unknown>> {
    const [row] = await this.db.query<Record<string, unknown>[]>(
      `SELECT * FROM campaign_messages WHERE id = $1`,
      [id],
    );
    return row!;
  }

  /** How many messages of the run ended how; those that have not ended count by their state. */
  async endings(runId: string): Promise<Record<string, number>> {
    const rows = await this.db.query<{ ending: string; count: number }[]>(
      `SELECT coalesce(disposition, state) AS ending, count(*)::int AS count
         FROM campaign_messages WHERE run_id = $1 GROUP BY 1`,
      [runId],
    );
    return Object.fromEntries(rows.map(({ ending, count }) => [ending, count]));
  }

  private async withoutForeignKeys(
    work: (query: (sql: string, params: unknown[]) => Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    await this.db.transaction(async (manager) => {
      await manager.query(`SET LOCAL session_replication_role = replica`);
      await work((sql, params) => manager.query(sql, params));
    });
  }
}
