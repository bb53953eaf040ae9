import { randomUUID } from 'node:crypto';
import { type RunningSimulator, startSimulator } from '../../../src/simulator/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
const INTEGRATIONS = '/api/v2/conversations/messaging/integrations/whatsapp';
const LISTS = '/api/v2/outbound/contactlists';
export const COLUMNS = ['wa', 'first_name', 'voucher', 'zone', 'amount', 'note'];

export interface Sent {
  to: string;
  acceptedAt: number;
  template: string;
  /** As in the request. */
  components: { parameters: { text: string }[] }[];
}

/** The whole product in this process with a simulated WhatsApp, for campaigns that really run. */
export class RunWorld {
  private readonly integrations = new Map<string, string>();

  private constructor(
    readonly app: TestApp,
    private readonly simulator: RunningSimulator,
  ) {}

  /** Without `webhooks` the simulator tells nothing of what becomes of messages, numbers and templates. */
  static async start({ webhooks = false } = {}): Promise<RunWorld> {
    const simulator = await startSimulator({
      settings: { emitterEnabled: webhooks, pairRateEnabled: false },
    });
    const env = {
      WHATSAPP_GRAPH_URL: simulator.url,
      PUBLIC_URL: 'http://127.0.0.1:3000',
      WHATSAPP_APP_SECRET: 'simulator-app-secret',
      WHATSAPP_VERIFY_TOKEN: 'simulator-verify-token',
    };
    const world = new RunWorld(await startTestApp({ role: 'all', env }), simulator);
    const callbackUrl = `${world.app.baseUrl}/webhooks/whatsapp`;
    if (webhooks) await world.control('/config', { callbackUrl, timeScale: 0.01 });
    return world;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.simulator.close();
  }

  /** Changes what the simulator does, by its control API. */
  async control(path: string, body: object): Promise<void> {
    const answer = await fetch(`${this.simulator.url}/__sim${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`The simulator refused ${path}: ${await answer.text()}`);
  }

  /** How often each fault for a single recipient has fired. */
  async faultsFired(): Promise<[to: string, times: number][]> {
    const answer = (await (await fetch(`${this.simulator.url}/__sim/faults`)).json()) as {
      faults: { to?: string; fired: number }[];
    };
    return answer.faults.flatMap(({ to, fired }) => (to ? [[to, fired] as [string, number]] : []));
  }

  async created(
    path: string,
    body: object,
  ): Promise<{ id: string; version: number; [field: string]: unknown }> {
    const answer = await this.app.admin.post(path).send(body);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body as { id: string; version: number };
  }

  /** A list whose column `zone` says where people are; rows are cells by column. */
  async aList(rows: Record<string, string>[]): Promise<string> {
    const { id } = await this.created(LISTS, {
      name: `List ${randomUUID()}`,
      columnNames: COLUMNS,
      whatsAppColumns: [{ columnName: 'wa', type: 'cell', contactableTimeColumn: 'zone' }],
    });
    await this.addContacts(id, rows);
    return id;
  }

  async addContacts(listId: string, rows: Record<string, string>[]): Promise<void> {
    const contacts = rows.map((data) => ({
      id: data.wa,
      data: { first_name: 'Ada', voucher: 'V-1', ...data },
    }));
    await this.app.admin.post(`${LISTS}/${listId}/contacts`).send(contacts).expect(200);
  }

  async contact(
    listId: string,
    wa: string,
  ): Promise<{ data: Record<string, string>; [field: string]: unknown }> {
    return (await this.app.admin.get(`${LISTS}/${listId}/contacts/${wa}`).expect(200)).body;
  }

  /** An integration that sends through a number of the simulator; the same one for the same number. */
  async anIntegration(phoneNumber = '+4915792300001'): Promise<string> {
    const known = this.integrations.get(phoneNumber);
    if (known) return known;
    const name = `Integration ${phoneNumber}`;
    const signup = { name, embeddedSignupAccessToken: 'simulator-access-token' };
    const { id } = await this.created(`${INTEGRATIONS}/embeddedsignup`, signup);
    await this.untilIntegration(id, 'createStatus', 'Completed');
    await this.app.admin
      .patch(`${INTEGRATIONS}/embeddedsignup/${id}`)
      .send({ pin: '123456', phoneNumber })
      .expect(200);
    await this.untilIntegration(id, 'status', 'Active');
    this.integrations.set(phoneNumber, id);
    return id;
  }

  /** A response for a template of the simulator with two parameters: first name and voucher. */
  async aTemplate(name: 'order_update' | 'autumn_offer' = 'order_update'): Promise<string> {
    const library = await this.created('/api/v2/responsemanagement/libraries', { name: randomUUID() });
    const isOffer = name === 'autumn_offer';
    const { id } = await this.created('/api/v2/responsemanagement/responses', {
      name: `Response ${randomUUID()}`,
      libraries: [{ id: library.id }],
      responseType: 'MessagingTemplate',
      texts: [{ content: 'Hallo {{first_name}}: {{voucher}}', contentType: 'text/plain', type: 'body' }],
      substitutions: [{ id: 'first_name' }, { id: 'voucher' }],
      messagingTemplate: {
        whatsApp: {
          name,
          language: isOffer ? 'de' : 'en_US',
          buttons: isOffer
            ? [
                { type: 'QuickReply', content: 'Stopp' },
                { type: 'Url', content: 'https://shop.example.com/v/{{voucher}}' },
              ]
            : [],
        },
      },
    });
    return id;
  }

  async aCampaign(listId: string, changes: object = {}): Promise<string> {
    const { id } = await this.created(CAMPAIGNS, {
      name: `Campaign ${randomUUID()}`,
      contactList: { id: listId },
      messagesPerMinute: 4000,
      whatsAppConfig: {
        whatsAppColumns: ['wa'],
        whatsAppIntegration: { id: await this.anIntegration() },
        contentTemplate: { id: await this.aTemplate() },
      },
      ...changes,
    });
    return id;
  }

  async switchOn(id: string): Promise<void> {
    await this.app.admin.post(`${CAMPAIGNS}/${id}/start`).expect(200);
  }

  async read(id: string, part = ''): Promise<Record<string, unknown>> {
    return (await this.app.admin.get(`${CAMPAIGNS}/${id}${part}`).expect(200)).body as Record<
      string,
      unknown
    >;
  }

  private async untilIntegration(id: string, field: string, value: string): Promise<void> {
    await eventually(`${field} ${value}`, async () => {
      const { body } = await this.app.admin.get(`${INTEGRATIONS}/${id}`).expect(200);
      return body[field] === value;
    });
  }

  async untilStatus(id: string, status: string): Promise<void> {
    await eventually(`status ${status}`, async () => (await this.read(id)).campaignStatus === status, 25_000);
  }

  /** What the provider accepted, by recipient. */
  async sentTo(numbers: readonly string[]): Promise<Sent[]> {
    const answers = await Promise.all(
      numbers.map(async (to) => (await fetch(`${this.simulator.url}/__sim/ledger?to=${to}`)).json()),
    );
    return answers.flatMap((answer) => (answer as { rows: Sent[] }).rows);
  }

  /** Dispositions of the newest run by number; the state of those that have none. */
  async endings(id: string): Promise<Record<string, string>> {
    const rows = await this.app.db.query<{ wa: string; ending: string }[]>(
      `SELECT m.contact_id AS wa, coalesce(m.disposition, m.state) AS ending
         FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id WHERE r.campaign_id = $1`,
      [id],
    );
    return Object.fromEntries(rows.map(({ wa, ending }) => [wa, ending]));
  }
}
