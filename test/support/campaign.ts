import { eventually } from './eventually.js';
import type { Product } from './product.js';
import {
  activateIntegration,
  contactsCsv,
  createTemplate,
  importContacts,
  loginSdk,
  type Sdk,
} from './sdk.js';

export interface RunningCampaign {
  sdk: Sdk;
  campaignId: string;
  contactListId: string;
}

/** Everything from login to a started campaign over `contacts` contacts. */
export async function startCampaign(
  product: Product,
  options: {
    contacts: number;
    messagesPerMinute: number;
    csv?: string;
    dncNumbers?: string[];
    alwaysRunning?: boolean;
  },
): Promise<RunningCampaign> {
  const sdk = await loginSdk(product);
  const [integrationId, responseId] = [await activateIntegration(sdk, product), await createTemplate(sdk)];
  const contactListId = await importContacts(sdk, 'Customers', options.csv ?? contactsCsv(options.contacts));
  const dncLists: { id: string }[] = [];
  if (options.dncNumbers) {
    const dnc = await sdk.outbound.postOutboundDnclists({
      name: 'Opt-outs',
      dncSourceType: 'rds',
      contactMethod: 'WhatsApp',
    });
    const change = { action: 'Add', whatsAppNumbers: options.dncNumbers };
    await sdk.outbound.patchOutboundDnclistWhatsappnumbers(dnc.id!, change);
    dncLists.push({ id: dnc.id! });
  }
  const campaign = await sdk.outbound.postOutboundMessagingcampaigns({
    name: 'Campaign',
    campaignStatus: 'on',
    contactList: { id: contactListId },
    dncLists,
    messagesPerMinute: options.messagesPerMinute,
    alwaysRunning: options.alwaysRunning ?? false,
    whatsAppConfig: {
      whatsAppColumns: ['wa'],
      whatsAppIntegration: { id: integrationId },
      contentTemplate: { id: responseId },
    },
  });
  return { sdk, campaignId: campaign.id!, contactListId };
}

export async function messagedSoFar({ sdk, campaignId }: RunningCampaign): Promise<number> {
  return (await sdk.outbound.getOutboundMessagingcampaignProgress(campaignId)).numberOfContactsMessaged!;
}

export async function untilMessaged(campaign: RunningCampaign, count: number): Promise<void> {
  await eventually(`${count} messages`, async () => (await messagedSoFar(campaign)) >= count, 60_000);
}

export async function untilStatus(
  { sdk, campaignId }: RunningCampaign,
  status: string,
  withinMs = 60_000,
): Promise<void> {
  await eventually(
    `status ${status}`,
    async () => (await sdk.outbound.getOutboundMessagingcampaign(campaignId)).campaignStatus === status,
    withinMs,
  );
}

/** What the provider accepted, in order. */
export async function acceptedBy(product: Product): Promise<{ to: string; acceptedAt: number }[]> {
  const rows: { to: string; acceptedAt: number; sequence: number }[] = [];
  for (;;) {
    const after = rows.at(-1)?.sequence ?? 0;
    const page = await product.simulator.control('GET', `/ledger?limit=1000&after=${after}`);
    const next = page.rows as unknown as typeof rows;
    if (next.length === 0) return rows;
    rows.push(...next);
  }
}
