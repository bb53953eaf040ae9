import { Api } from '../support/api.js';
import { acceptedBy, untilStatus } from '../support/campaign.js';
import { contactsCsv, numberOf } from '../support/contacts-csv.js';
import { eventually } from '../support/eventually.js';
import { type Product, startProduct } from '../support/product.js';

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
const CONTACTS = 1_000;
/** Five seconds of sending for each campaign. */
const PER_MINUTE = 12_000;

describe('an opt-out while a thousand messages wait', () => {
  let product: Product;
  let api: Api;

  beforeAll(async () => {
    product = await startProduct({ workers: 'all', simulator: { timeScale: 0.01 } });
    api = await Api.login(product);
  });
  afterAll(() => product?.stop());

  it('counts at once, for every campaign that has the person', async () => {
    const integrationId = await api.activateIntegration(product.simulator.accessToken);
    const responseId = await api.createTemplate();
    // Near the end of one queue and in the middle of the other.
    const person = numberOf(CONTACTS - 100);
    const csvs = [
      contactsCsv(CONTACTS),
      contactsCsv(CONTACTS, 4915200000000).replace(numberOf(500, 4915200000000), person),
    ];
    const campaigns: string[] = [];
    for (const [at, csv] of csvs.entries()) {
      const contactListId = await api.importContacts(`List ${at}`, csv);
      const { id } = await api.post<{ id: string }>(CAMPAIGNS, {
        name: `Campaign ${at}`,
        campaignStatus: 'on',
        contactList: { id: contactListId },
        messagesPerMinute: PER_MINUTE,
        whatsAppConfig: {
          whatsAppColumns: ['wa'],
          whatsAppIntegration: { id: integrationId },
          contentTemplate: { id: responseId },
        },
      });
      campaigns.push(id);
    }
    await eventually('the first messages', async () => (await acceptedBy(product)).length > 50);
    await product.simulator.control('POST', '/inbound', { from: person, type: 'text', text: 'STOP' });
    // A second on a quiet machine; this one may be busy.
    const isOnTheList = async () => {
      const { entities } = await api.get<{ entities: { size: number }[] }>(
        '/api/v2/outbound/dnclists?name=WhatsApp%20opt-outs&includeSize=true',
      );
      return entities[0]?.size === 1;
    };
    await eventually('the opt-out', isOnTheList, 5_000);
    for (const campaignId of campaigns) {
      await untilStatus({ api, campaignId, contactListId: '' }, 'complete');
      const progress = await api.get(`${CAMPAIGNS}/${campaignId}/progress`);
      expect(progress).toMatchObject({
        numberOfContactsMessaged: CONTACTS - 1,
        numberOfContactsSkipped: { 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST': 1 },
      });
    }
    expect((await acceptedBy(product)).map(({ to }) => to)).not.toContain(person);
  });
});
