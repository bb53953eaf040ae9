import { Api } from './api.js';
import { contactsCsv } from './contacts-csv.js';
import { eventually } from './eventually.js';
import type { Product } from './product.js';

export interface RunningCampaign {
  api: Api;
  campaignId: string;
  contactListId: string;
}

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';

/** Everything from login to a started campaign over `contacts` contacts. */
export async function startCampaign(
  product: Product,
  options: { contacts: number; messagesPerMinute: number },
): Promise<RunningCampaign> {
  const api = await Api.login(product);
  const integrationId = await api.activateIntegration(product.simulator.accessToken);
  const responseId = await api.createTemplate();
  const contactListId = await api.importContacts('Customers', contactsCsv(options.contacts));
  const campaign = await api.post<{ id: string }>(CAMPAIGNS, {
    name: 'Campaign',
    campaignStatus: 'on',
    contactList: { id: contactListId },
    messagesPerMinute: options.messagesPerMinute,
    whatsAppConfig: {
      whatsAppColumns: ['wa'],
      whatsAppIntegration: { id: integrationId },
      contentTemplate: { id: responseId },
    },
  });
  return { api, campaignId: campaign.id, contactListId };
}

export async function untilMessaged({ api, campaignId }: RunningCampaign, count: number): Promise<void> {
  const messaged = async () =>
    Number((await api.get(`${CAMPAIGNS}/${campaignId}/progress`)).numberOfContactsMessaged);
  await eventually(`${count} messages`, async () => (await messaged()) >= count, 60_000);
}

export async function untilStatus(
  { api, campaignId }: RunningCampaign,
  status: string,
  withinMs = 60_000,
): Promise<void> {
  const current = async () => (await api.get(`${CAMPAIGNS}/${campaignId}`)).campaignStatus;
  await eventually(`status ${status}`, async () => (await current()) === status, withinMs);
}

/** What the provider accepted, in order. */
export async function acceptedBy(
  product: Product,
): Promise<{ to: string; acceptedAt: number; template: string }[]> {
  const rows: { to: string; acceptedAt: number; template: string; sequence: number }[] = [];
  for (;;) {
    const after = rows.at(-1)?.sequence ?? 0;
    const page = await product.simulator.control('GET', `/ledger?limit=1000&after=${after}`);
    const next = page.rows as unknown as typeof rows;
    if (next.length === 0) return rows;
    rows.push(...next);
  }
}
