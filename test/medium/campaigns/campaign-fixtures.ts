import { randomBytes, randomUUID } from 'node:crypto';
import type { Models } from 'purecloud-platform-client-v2';
import { SecretBox } from '../../../src/platform/crypto/secret-box.js';
import { type RunningSimulator, startSimulator } from '../../../src/simulator/index.js';
import { changeTemplate } from '../../../src/simulator/control/change-template.js';
import { startTestApp, type TestApp } from '../../support/app.js';

export const PATH = '/api/v2/outbound/messagingcampaigns';

const WABA_ID = '930000000000001';
const AUTUMN_OFFER_BUTTONS = [
  { type: 'QuickReply', content: 'Stopp' },
  { type: 'Url', content: 'https://shop.example.com/v/{{voucher}}' },
];
const AUTUMN_OFFER_ID = '1720000000000002';

interface ListOptions {
  name?: string;
  divisionId?: string;
  rows?: number;
}

/** Parts of a campaign that exist already. */
interface Given {
  contactListId?: string;
  integrationId?: string;
  templateId?: string;
}

export type StoredCampaign = Models.MessagingCampaign & { id: string; name: string };

interface TemplateOptions {
  metaName?: string;
  body?: string;
}

/** The product with a simulated WhatsApp, and quick ways to what a campaign needs. */
export class CampaignWorld {
  private lost: Promise<void> | undefined;

  private constructor(
    readonly app: TestApp,
    readonly simulator: RunningSimulator,
    /** For a second process on the same database. */
    readonly encryptionKey: string,
  ) {}

  static async start({ role }: { role?: 'api' | 'all' } = {}): Promise<CampaignWorld> {
    const simulator = await startSimulator({ settings: { emitterEnabled: false } });
    const encryptionKey = randomBytes(32).toString('base64');
    const env = {
      WHATSAPP_GRAPH_URL: simulator.url,
      PUBLIC_URL: 'http://127.0.0.1:3000',
      ENCRYPTION_KEY: encryptionKey,
    };
    return new CampaignWorld(await startTestApp({ env, role }), simulator, encryptionKey);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.loseWhatsApp();
  }

  /** From now on nothing listens where WhatsApp was. */
  async loseWhatsApp(): Promise<void> {
    this.lost ??= this.simulator.close();
    await this.lost;
  }

  /** Meta changes the status of the template that `aTemplate` makes unless told otherwise. */
  setTemplateStatus(status: string): void {
    changeTemplate(this.simulator.simulation, AUTUMN_OFFER_ID, { status });
  }

  async aContactList({ name, divisionId, rows = 1 }: ListOptions = {}): Promise<string> {
    const id = await this.insert(
      `INSERT INTO contact_lists (name, division_id, column_names, whats_app_columns, size)
       VALUES ($1, $2, '{wa,mobile,first_name,voucher,amount}', $3, $4) RETURNING id`,
      [
        name ?? `List ${randomUUID()}`,
        divisionId ?? this.app.homeDivisionId,
        JSON.stringify(['wa', 'mobile'].map((columnName) => ({ columnName, type: 'cell' }))),
        rows,
      ],
    );
    for (let row = 1; row <= rows; row += 1) {
      await this.app.db.query(
        `INSERT INTO contacts (contact_list_id, contact_id, data) VALUES ($1, $2, '{"wa": "4915112345678"}')`,
        [id, `c${row}`],
      );
    }
    return id;
  }

  async emptyList(id: string): Promise<void> {
    await this.app.db.query(`DELETE FROM contacts WHERE contact_list_id = $1`, [id]);
    await this.app.db.query(`UPDATE contact_lists SET size = 0 WHERE id = $1`, [id]);
  }

  async aDncList({ name, divisionId, rows = 1 }: ListOptions = {}): Promise<string> {
    const id = await this.insert(
      `INSERT INTO dnc_lists (name, division_id, contact_method, size) VALUES ($1, $2, 'WhatsApp', $3) RETURNING id`,
      [name ?? `DNC ${randomUUID()}`, divisionId ?? this.app.homeDivisionId, rows],
    );
    for (let row = 1; row <= rows; row += 1) {
      await this.app.db.query(`INSERT INTO dnc_entries (dnc_list_id, match_key, value) VALUES ($1, $2, $2)`, [
        id,
        `49151000000${row}`,
      ]);
    }
    return id;
  }

  async anIntegration({ active = true, messagesPerSecond = 80 } = {}): Promise<string> {
    const id = randomUUID();
    const box = this.app.app.get(SecretBox, { strict: false });
    const token = box.seal('simulator-access-token', `whatsapp-integration-token:${id}`);
    await this.app.db.query(
      `INSERT INTO whatsapp_integrations
         (id, name, status, create_status, access_token, waba_id, phone_number_id, phone_number, messages_per_second)
       VALUES ($1, $2, $3, 'Completed', $4, $5, $6, '+4915792300001', $7)`,
      [id, `Integration ${id}`, active ? 'Active' : 'Incomplete', token, WABA_ID, id, messagesPerSecond],
    );
    return id;
  }

  aTemplate({ metaName = 'autumn_offer', body }: TemplateOptions = {}): Promise<string> {
    return this.insert(
      `WITH response AS (
         INSERT INTO responses (name, response_type, texts, messaging_template)
         VALUES ($1, 'MessagingTemplate', $2, $3) RETURNING id),
       library AS (
         INSERT INTO response_libraries (name, division_id)
         SELECT 'Library ' || gen_random_uuid(), id FROM divisions WHERE home RETURNING id)
       INSERT INTO response_library_members (response_id, library_id)
       SELECT response.id, library.id FROM response, library RETURNING response_id AS id`,
      [
        `Template ${randomUUID()}`,
        JSON.stringify([
          { content: body ?? 'Hallo {{first_name}}: {{voucher}}', contentType: 'text/plain', type: 'body' },
        ]),
        JSON.stringify({
          whatsApp: {
            name: metaName,
            language: metaName === 'autumn_offer' ? 'de' : 'en_US',
            buttons: metaName === 'autumn_offer' ? AUTUMN_OFFER_BUTTONS : [],
          },
        }),
      ],
    );
  }

  /** A body for POST that is accepted; everything it refers to is new unless given. */
  async aBody(given: Given = {}) {
    return {
      name: `Campaign ${randomUUID()}`,
      contactList: { id: given.contactListId ?? (await this.aContactList()) },
      messagesPerMinute: 60,
      whatsAppConfig: {
        whatsAppColumns: ['wa'],
        whatsAppIntegration: { id: given.integrationId ?? (await this.anIntegration()) },
        contentTemplate: { id: given.templateId ?? (await this.aTemplate()) },
      },
    };
  }

  /** Creates a campaign over the API; a refusal fails with its reasons. */
  async create(changes: object = {}, given: Given = {}): Promise<StoredCampaign> {
    const response = await this.app.admin.post(PATH).send({ ...(await this.aBody(given)), ...changes });
    if (response.status !== 200) throw new Error(`${response.status} ${response.text}`);
    return response.body as StoredCampaign;
  }

  /** Campaigns by plain rows, for tests about their number; each needs a list of its own to run. */
  async fill(count: number, status: 'on' | 'off'): Promise<void> {
    const [integrationId, templateId] = [await this.anIntegration(), await this.aTemplate()];
    await this.app.db.query(
      `WITH lists AS (
         INSERT INTO contact_lists (name, division_id, column_names)
         SELECT 'Filler ' || gen_random_uuid(), $1, '{wa}' FROM generate_series(1, $2) RETURNING id)
       INSERT INTO messaging_campaigns (name, division_id, campaign_status, contact_list_id, messages_per_minute,
                                        whats_app_columns, integration_id, content_template_id, contact_sorts, errors)
       SELECT 'Filler ' || id, $1, $3, id, 1, '{wa}', $4, $5, '[]', '[]' FROM lists`,
      [this.app.homeDivisionId, count, status, integrationId, templateId],
    );
  }

  private async insert(sql: string, params: unknown[]): Promise<string> {
    const [row] = await this.app.db.query<{ id: string }[]>(sql, params);
    return row!.id;
  }
}
