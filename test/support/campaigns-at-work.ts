import pg from 'pg';
import { Api } from './api.js';
import { acceptedBy } from './campaign.js';
import { contactsCsv } from './contacts-csv.js';
import { eventually } from './eventually.js';
import { type Product, startProduct } from './product.js';

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
/** How far apart the numbers of two lists are. */
const LIST_APART = 100_000_000;

export interface CampaignAtWork {
  id: string;
  listId: string;
  firstNumber: number;
}

/** A message that the provider accepted. */
export interface Accepted {
  to: string;
  acceptedAt: number;
  template: string;
}

/** A product with two workers and a provider that answers slowly, so that calls are in the air at any moment. */
export class CampaignsAtWork {
  private lists = 0;

  private constructor(
    readonly product: Product,
    readonly api: Api,
    private readonly sender: { integrationId: string; templateId: string },
  ) {}

  static async start(): Promise<CampaignsAtWork> {
    const product = await startProduct({ workers: 2, simulator: { suffixProfiles: false } });
    await product.simulator.control('POST', '/faults', {
      action: 'accept_then_delay',
      every: 1,
      delayMs: 300,
    });
    const api = await Api.login(product);
    const integrationId = await api.activateIntegration(product.simulator.accessToken);
    return new CampaignsAtWork(product, api, { integrationId, templateId: await api.createTemplate() });
  }

  stop(): Promise<void> {
    return this.product.stop();
  }

  /** One that is on, over a list of its own with so many contacts. */
  async start(contacts: number, messagesPerMinute: number, more: object = {}): Promise<CampaignAtWork> {
    this.lists += 1;
    const firstNumber = 4_915_100_000_000 + this.lists * LIST_APART;
    const listId = await this.api.importContacts(`List ${this.lists}`, contactsCsv(contacts, firstNumber));
    const { id } = await this.api.post<{ id: string }>(CAMPAIGNS, {
      name: `Campaign ${this.lists}`,
      campaignStatus: 'on',
      contactList: { id: listId },
      messagesPerMinute,
      whatsAppConfig: {
        whatsAppColumns: ['wa'],
        whatsAppIntegration: { id: this.sender.integrationId },
        contentTemplate: { id: this.sender.templateId },
      },
      ...more,
    });
    return { id, listId, firstNumber };
  }

  async change({ id }: CampaignAtWork, changes: object): Promise<void> {
    const current = await this.api.get(`${CAMPAIGNS}/${id}`);
    await this.api.put(`${CAMPAIGNS}/${id}`, { ...current, ...changes });
  }

  /** What the provider accepted of a campaign, in order. */
  async acceptedOf({ firstNumber }: CampaignAtWork): Promise<Accepted[]> {
    const rows = await acceptedBy(this.product);
    return rows.filter(({ to }) => Number(to) >= firstNumber && Number(to) < firstNumber + LIST_APART);
  }

  async atLeast(campaign: CampaignAtWork, count: number): Promise<void> {
    const reached = async () => (await this.acceptedOf(campaign)).length >= count;
    await eventually(`${count} messages`, reached, 30_000);
  }

  async untilStatus({ id }: CampaignAtWork, status: string): Promise<void> {
    const current = async () => (await this.api.get(`${CAMPAIGNS}/${id}`)).campaignStatus;
    await eventually(status, async () => (await current()) === status, 60_000);
  }

  async stopAndWait(campaign: CampaignAtWork): Promise<void> {
    await this.api.post(`${CAMPAIGNS}/${campaign.id}/stop`);
    await this.untilStatus(campaign, 'off');
  }

  /** Done with all contacts of its list, and waiting for more. */
  async untilAsleep({ id }: CampaignAtWork): Promise<void> {
    await eventually('sleep', async () => {
      const [run] = await this.query<{ asleep: boolean }>(
        `SELECT tick_due_at IS NULL AS asleep FROM campaign_runs WHERE campaign_id = $1`,
        [id],
      );
      return run?.asleep === true;
    });
  }

  /** How many messages of a campaign ended how; those that have not ended count by their state. */
  async endingsOf({ id }: CampaignAtWork): Promise<Record<string, number>> {
    const rows = await this.query<{ ending: string; count: number }>(
      `SELECT coalesce(m.disposition, m.state) AS ending, count(*)::int AS count
         FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id WHERE r.campaign_id = $1 GROUP BY 1`,
      [id],
    );
    return Object.fromEntries(rows.map(({ ending, count }) => [ending, count]));
  }

  async query<T extends object>(sql: string, params: unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.product.databaseUrl });
    await client.connect();
    try {
      return (await client.query<T>(sql, params)).rows;
    } finally {
      await client.end();
    }
  }
}
