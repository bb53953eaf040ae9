import type { Models } from 'purecloud-platform-client-v2';
import { acceptedBy } from '../support/campaign.js';
import { contactsCsv, numberOf } from '../support/contacts-csv.js';
import { eventually } from '../support/eventually.js';
import { type Product, startProduct } from '../support/product.js';
import { activateIntegration, createTemplate, importContacts, loginSdk, type Sdk } from '../support/sdk.js';

// The whole job of the product through the official SDK, in one process and spread over several.
describe.each([
  { name: 'one process', workers: 'all' as const },
  { name: 'one API process and two workers', workers: 2 },
])('a campaign driven by the official SDK on $name', ({ workers }) => {
  const CONTACTS = 60;
  let product: Product;
  let sdk: Sdk;
  let campaign: Models.MessagingCampaign;
  let contactListId: string;

  beforeAll(async () => {
    product = await startProduct({ workers });
    sdk = await loginSdk(product);
  });

  afterAll(() => product?.stop());

  it('logs in and knows its organisation and home division', async () => {
    const me = await sdk.tokens.getTokensMe();
    expect(me.OAuthClient?.id).toBe(product.clientId);
    expect((await sdk.organization.getOrganizationsMe()).name).toBeTruthy();
    expect((await sdk.authorization.getAuthorizationDivisionsHome()).homeDivision).toBe(true);
  });

  it('imports contacts from a CSV and adds some by API', async () => {
    contactListId = await importContacts(sdk, 'Autumn customers', contactsCsv(CONTACTS));
    const added = await sdk.outbound.postOutboundContactlistContacts(contactListId, [
      {
        id: 'api-1',
        contactListId,
        data: { id: 'api-1', first_name: 'Änne', wa: '+49 1520 0000001', voucher: 'A' },
      },
      { id: 'api-2', contactListId, data: { id: 'api-2', first_name: 'Bo', wa: 'no number', voucher: 'B' } },
    ]);
    expect(added.map((contact) => contact.id)).toEqual(['api-1', 'api-2']);
    const list = await sdk.outbound.getOutboundContactlist(contactListId, { includeSize: true });
    expect(list.size).toBe(CONTACTS + 2);
  });

  it('creates what the campaign needs, and the campaign', async () => {
    const dnc = await sdk.outbound.postOutboundDnclists({
      name: 'Opt-outs',
      dncSourceType: 'rds',
      contactMethod: 'WhatsApp',
    });
    await sdk.outbound.patchOutboundDnclistWhatsappnumbers(dnc.id!, {
      action: 'Add',
      whatsAppNumbers: [numberOf(3), `00${numberOf(4)}`],
    });
    const integrationId = await activateIntegration(sdk, product);
    const responseId = await createTemplate(sdk);
    campaign = await sdk.outbound.postOutboundMessagingcampaigns({
      name: 'Autumn offer & more',
      campaignStatus: 'off',
      contactList: { id: contactListId },
      dncLists: [{ id: dnc.id! }],
      // Slow enough that calls seldom overtake each other on their way.
      messagesPerMinute: 900,
      contactSorts: [{ fieldName: 'amount', direction: 'DESC', numeric: true }],
      whatsAppConfig: {
        whatsAppColumns: ['wa'],
        whatsAppIntegration: { id: integrationId },
        contentTemplate: { id: responseId },
      },
    });
    expect(campaign).toMatchObject({ campaignStatus: 'off', version: 1, errors: [] });
  });

  it('runs to complete, skipping who must not be messaged', async () => {
    await sdk.outbound.postOutboundMessagingcampaignStart(campaign.id!);
    await eventually('the end of the campaign', async () => {
      return (await sdk.outbound.getOutboundMessagingcampaign(campaign.id!)).campaignStatus === 'complete';
    });
    const progress = await sdk.outbound.getOutboundMessagingcampaignProgress(campaign.id!);
    expect(progress).toMatchObject({
      totalNumberOfContacts: CONTACTS + 2,
      numberOfContactsMessaged: CONTACTS - 1,
      percentage: 100,
      numberOfContactsSkipped: { 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST': 2, 'ININ-OUTBOUND-NUMBERS-INVALID': 1 },
    });
  });

  it('sent each message once, to nobody on the DNC list, the largest amounts first', async () => {
    const recipients = (await acceptedBy(product)).map(({ to }) => to);
    expect(new Set(recipients).size).toBe(CONTACTS - 1);
    expect(recipients).toHaveLength(CONTACTS - 1);
    expect(recipients).not.toContain(numberOf(3));
    expect(recipients).not.toContain(numberOf(4));
    const amounts = recipients
      .slice(0, CONTACTS - 2)
      .map((to) => ((Number(to) - Number(numberOf(0))) * 37) % 1000);
    const sorted = [...amounts].sort((a, b) => b - a);
    // Calls that were late together may overtake each other, and of several workers one may be late with what it took.
    const places = workers === 'all' ? 3 : 10;
    for (const [at, amount] of amounts.entries())
      expect(Math.abs(sorted.indexOf(amount) - at)).toBeLessThan(places);
  });

  it('[F45] shows disposition and delivery status of each message', async () => {
    const query = {
      interval: `${new Date(Date.now() - 3_600_000).toISOString()}/${new Date(Date.now() + 3_600_000).toISOString()}`,
      paging: { pageSize: 100, pageNumber: 1 },
      segmentFilters: [
        {
          type: 'and',
          predicates: [
            { type: 'dimension', dimension: 'outboundCampaignId', operator: 'matches', value: campaign.id },
          ],
        },
      ],
    } as Models.ConversationQuery;
    const found = await eventually('all delivery receipts', async () => {
      const answer = await sdk.analytics.postAnalyticsConversationsDetailsQuery(query);
      const sessions = answer.conversations!.map(
        (conversation) => conversation.participants![0]!.sessions![0]!,
      );
      const settled = sessions.filter(({ deliveryStatus }) =>
        ['Read', 'DeliverySuccess'].includes(deliveryStatus!),
      );
      return settled.length === CONTACTS - 1 && answer;
    });
    expect(found.totalHits).toBe(CONTACTS - 1);
    for (const { participants } of found.conversations!) {
      const [session] = participants![0]!.sessions!;
      expect(session).toMatchObject({
        mediaType: 'message',
        messageType: 'whatsapp',
        outboundCampaignId: campaign.id,
      });
      expect(session!.segments!.at(-1)!.wrapUpCode).toBe('OUTBOUND-MESSAGE-SENT');
    }
    const conversationId = found.conversations![0]!.conversationId!;
    const [dncList] = campaign.dncLists!;
    for (const _again of [1, 2]) await sdk.outbound.postOutboundConversationDnc(conversationId);
    const grown = await sdk.outbound.getOutboundDnclist(dncList!.id!, { includeSize: true });
    expect(grown.size).toBe(3);
  });

  it('recycles, starts again, stops in the middle, and lets go of the campaign', async () => {
    await sdk.outbound.deleteOutboundMessagingcampaignProgress(campaign.id!);
    const fresh = await sdk.outbound.getOutboundMessagingcampaignProgress(campaign.id!);
    expect(fresh.numberOfContactsMessaged).toBe(0);
    const current = await sdk.outbound.getOutboundMessagingcampaign(campaign.id!);
    await sdk.outbound.putOutboundMessagingcampaign(campaign.id!, { ...current, messagesPerMinute: 60 });
    await sdk.outbound.postOutboundMessagingcampaignStart(campaign.id!);
    await eventually('a message of the second run', async () => {
      const progress = await sdk.outbound.getOutboundMessagingcampaignProgress(campaign.id!);
      return progress.numberOfContactsMessaged! > 0;
    });
    await sdk.outbound.postOutboundMessagingcampaignStop(campaign.id!);
    await eventually('the stop', async () => {
      return (await sdk.outbound.getOutboundMessagingcampaign(campaign.id!)).campaignStatus === 'off';
    });
    const { numberOfContactsMessaged } = await sdk.outbound.getOutboundMessagingcampaignProgress(
      campaign.id!,
    );
    expect(numberOfContactsMessaged).toBeLessThan(CONTACTS);
    const deleted = await sdk.outbound.deleteOutboundMessagingcampaign(campaign.id!);
    expect(deleted.id).toBe(campaign.id);
    await expect(sdk.outbound.getOutboundMessagingcampaign(campaign.id!)).rejects.toMatchObject({
      status: 404,
    });
  });
});
