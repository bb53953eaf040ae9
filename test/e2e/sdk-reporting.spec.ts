import type { Models } from 'purecloud-platform-client-v2';
import { Api } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { type Product, startProduct } from '../support/product.js';
import { activateIntegration, createTemplate, importContacts, loginSdk, type Sdk } from '../support/sdk.js';

// People who behave: read, no receipts, phone off, not on WhatsApp, capped, stopped, STOP by word and tap, an answer.
const ENDINGS = [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 81, 82, 83, 90, 91, 92, 93, 94, 95, 96, 97, 98];
const NUMBERS = ENDINGS.map((ending) => `49151700000${ending}`);
const SECOND = 1_000;

interface Accepted {
  sequence: number;
  wamid: string;
  to: string;
  acceptedAt: number;
  statuses: string[];
  toldAt: number[];
}
type Row = Record<string, string>;

/** A moment of the locale sv-SE in UTC as milliseconds. */
const momentOf = (cell: string): number => Date.parse(`${cell.replace(' ', 'T')}Z`);
const wholeSecond = (ms: number): number => Math.floor(ms / SECOND) * SECOND;

describe('the reports of a campaign by the official SDK', () => {
  let product: Product;
  let sdk: Sdk;
  let api: Api;
  let campaign: Models.MessagingCampaign;
  let contactListId: string;
  let ledger: Accepted[];
  const now = Date.now();
  const interval = `${new Date(now - 3_600_000).toISOString()}/${new Date(now + 3_600_000).toISOString()}`;
  const ofCampaign = () => ({
    type: 'and',
    predicates: [{ type: 'dimension', dimension: 'outboundCampaignId', value: campaign.id }],
  });

  beforeAll(async () => {
    product = await startProduct({ workers: 'all', simulator: { readMaxMs: 50_000 } });
    sdk = await loginSdk(product);
    api = await Api.login(product);
    const integrationId = await activateIntegration(sdk, product);
    const responseId = await createTemplate(sdk);
    const lines = NUMBERS.map((number, at) => `c${at},Kund_${at},+${number},V${at},1`);
    contactListId = await importContacts(
      sdk,
      'Customers',
      ['id,first_name,wa,voucher,amount', ...lines, 'x,Nobody,no number,V,1'].join('\r\n'),
    );
    campaign = await sdk.outbound.postOutboundMessagingcampaigns({
      name: 'Autumn; "all"',
      campaignStatus: 'on',
      contactList: { id: contactListId },
      messagesPerMinute: 3_000,
      whatsAppConfig: {
        whatsAppColumns: ['wa'],
        whatsAppIntegration: { id: integrationId },
        contentTemplate: { id: responseId },
      },
    });
    ledger = await settled();
  });

  afterAll(() => product?.stop());

  /** What the provider accepted, once it has told everything and the reports know it. */
  async function settled(): Promise<Accepted[]> {
    await eventually('the end of the campaign', async () => {
      return (await sdk.outbound.getOutboundMessagingcampaign(campaign.id!)).campaignStatus === 'complete';
    });
    await eventually('the last webhook', async () => {
      const { pending } = await product.simulator.control('GET', '/webhooks?limit=0');
      return Object.values(pending as unknown as Record<string, number>).every((waiting) => waiting === 0);
    });
    const { rows } = await product.simulator.control('GET', '/ledger?limit=1000');
    const accepted = rows as unknown as Accepted[];
    const counts = new Map<string, number>();
    for (const row of accepted) counts.set(statusOf(row), (counts.get(statusOf(row)) ?? 0) + 1);
    await eventually('the reports', async () => {
      const { results } = await aggregate(['deliveryStatus']);
      const found = (results ?? []).map(
        ({ group, data }) => [group!.deliveryStatus, data![0]!.metrics![0]!.stats!.count] as const,
      );
      return found.length === counts.size && found.every(([status, count]) => counts.get(status!) === count);
    });
    return accepted;
  }

  const aggregate = (groupBy: string[]): Promise<Models.ConversationAggregateQueryResponse> =>
    sdk.analytics.postAnalyticsConversationsAggregatesQuery({
      interval,
      metrics: ['nOutbound'],
      groupBy,
      filter: ofCampaign(),
    });

  it('tells the progress: who was messaged, who was skipped and why, and nothing left to do', async () => {
    const progress = await sdk.outbound.getOutboundMessagingcampaignProgress(campaign.id!);
    expect(progress).toMatchObject({
      totalNumberOfContacts: NUMBERS.length + 1,
      numberOfContactsMessaged: NUMBERS.length,
      percentage: 100,
      numberOfContactsSkipped: { 'ININ-OUTBOUND-NUMBERS-INVALID': 1 },
    });
    expect(ledger.map(({ to }) => to).sort()).toEqual([...NUMBERS].sort());
  });

  it('finds conversations by query, with aggregations, and by id', async () => {
    const found = await sdk.analytics.postAnalyticsConversationsDetailsQuery({
      interval,
      order: 'desc',
      orderBy: 'conversationStart',
      paging: { pageSize: 5, pageNumber: 2 },
      segmentFilters: [ofCampaign()],
      aggregations: [{ type: 'termFrequency', dimension: 'wrapUpCode', size: 5 }],
    });
    expect(found.totalHits).toBe(NUMBERS.length);
    expect(found.conversations).toHaveLength(5);
    expect(found.aggregations).toMatchObject([{ type: 'termFrequency', count: NUMBERS.length }]);
    const [first, second] = found.conversations!;
    expect(first!.conversationStart! >= second!.conversationStart!).toBe(true);
    const one = await sdk.analytics.getAnalyticsConversationDetails(first!.conversationId!);
    expect(one.participants![0]!.sessions![0]).toMatchObject({ outboundCampaignId: campaign.id });
    const several = await sdk.analytics.getAnalyticsConversationsDetails({
      id: [second!.conversationId!, first!.conversationId!],
    });
    expect(several.conversations!.map(({ conversationId }) => conversationId)).toEqual([
      second!.conversationId,
      first!.conversationId,
    ]);
  });

  it('hands details out by a job and its cursors, each message once', async () => {
    const { jobId } = await sdk.analytics.postAnalyticsConversationsDetailsJobs({
      interval,
      segmentFilters: [ofCampaign()],
    });
    expect((await sdk.analytics.getAnalyticsConversationsDetailsJob(jobId!)).state).toBe('FULFILLED');
    const addresses: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await sdk.analytics.getAnalyticsConversationsDetailsJobResults(jobId!, {
        cursor,
        pageSize: 10,
      });
      for (const { participants } of page.conversations!)
        addresses.push(participants![0]!.sessions![0]!.addressTo!.slice(1));
      cursor = page.cursor;
    } while (cursor);
    expect(addresses.sort()).toEqual([...NUMBERS].sort());
    const { dataAvailabilityDate } = await sdk.analytics.getAnalyticsConversationsDetailsJobsAvailability();
    expect(Date.parse(dataAvailabilityDate!)).toBeGreaterThan(now);
    await sdk.analytics.deleteAnalyticsConversationsDetailsJob(jobId!);
    await expect(sdk.analytics.getAnalyticsConversationsDetailsJob(jobId!)).rejects.toMatchObject({
      status: 404,
    });
  });

  it('sums up by campaign, list, division and disposition, at once and by a job', async () => {
    const groups = ['outboundCampaignId', 'outboundContactListId', 'divisionId', 'wrapUpCode'];
    const { results } = await aggregate(groups);
    expect(results!.every(({ group }) => group!.outboundCampaignId === campaign.id)).toBe(true);
    expect(results!.every(({ group }) => group!.outboundContactListId === contactListId)).toBe(true);
    const sent = results!.find(({ group }) => group!.wrapUpCode === 'OUTBOUND-MESSAGE-SENT');
    expect(sent!.data![0]!.metrics).toMatchObject([
      { metric: 'nOutbound', stats: { count: NUMBERS.length } },
    ]);
    const { jobId } = await sdk.analytics.postAnalyticsConversationsAggregatesJobs({
      interval,
      metrics: ['nOutbound'],
      groupBy: groups,
      filter: ofCampaign(),
    });
    const status = await sdk.analytics.getAnalyticsConversationsAggregatesJob(jobId!);
    expect(status.state).toBe('FULFILLED');
    const job = await sdk.analytics.getAnalyticsConversationsAggregatesJobResults(jobId!);
    expect(job.results).toEqual(results);
  });

  it('exports what the ledger of the provider says, row by row and time by time, and nothing else', async () => {
    const metadata = await sdk.analytics.getAnalyticsReportingExportsMetadata();
    expect(metadata.entities!.map(({ viewType }) => viewType)).toEqual(['INTERACTION_SEARCH_VIEW']);
    const started = await sdk.analytics.postAnalyticsReportingExports({
      name: 'Everything',
      timeZone: 'UTC',
      exportFormat: 'CSV',
      interval,
      period: 'P1D',
      viewType: 'INTERACTION_SEARCH_VIEW',
      filter: { outboundCampaignIds: [campaign.id!] },
      locale: 'sv-SE',
      csvDelimiter: 'SEMICOLON',
      selectedColumns: metadata
        .entities![0]!.availableColumnIds!.filter((columnName) => columnName !== 'campaignName')
        .map((columnName, columnOrder) => ({ columnName, columnOrder })),
    });
    const done = await eventually('the export', async () => {
      const { entities } = await sdk.analytics.getAnalyticsReportingExports({ pageSize: 10 });
      const found = entities!.find(({ id }) => id === started.id);
      return found?.status === 'COMPLETED' && found;
    });
    expect(done.percentageComplete).toBe(100);

    const rows = await read(done.downloadUrl!);
    expect(rows).toHaveLength(ledger.length);
    for (const accepted of ledger) {
      const row = rows.find((one) => one['WhatsApp Message ID'] === accepted.wamid)!;
      expect(row).toMatchObject({
        To: `+${accepted.to}`,
        'Contact ID': `c${NUMBERS.indexOf(accepted.to)}`,
        'Campaign ID': campaign.id,
        'Wrap-up': 'OUTBOUND-MESSAGE-SENT',
        'Delivery Status': statusOf(accepted),
        'Error Code': errorOf(accepted),
      });
      // The call began before the provider took the message, and was known to have ended at most a moment after.
      expect(momentOf(row.Start!)).toBeLessThanOrEqual(accepted.acceptedAt);
      expect(momentOf(row.Sent!)).toBeGreaterThanOrEqual(wholeSecond(accepted.acceptedAt));
      expect(timesOf(row)).toEqual(toldBy(accepted, row));
    }
  });

  /** The file, by a link that works without token. */
  async function read(downloadUrl: string): Promise<Row[]> {
    const { url } = await api.get<{ url: string }>(`${new URL(downloadUrl).pathname}?issueRedirect=false`);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    const [header, ...lines] = (await response.text()).trimEnd().split('\n');
    const names = header!.split(';');
    return lines.map((line) => {
      const cells = line.split(';');
      expect(cells).toHaveLength(names.length);
      return Object.fromEntries(names.map((name, at) => [name, cells[at]!]));
    });
  }

  it('tells in the delivery report who answered and who opted out', async () => {
    const report = `/api/v2/outbound/messagingcampaigns/${campaign.id}/deliveryreport`;
    const { funnel } = await api.get<{ funnel: Record<string, number> }>(report);
    const count = (test: (row: Accepted) => boolean): number => ledger.filter(test).length;
    expect(funnel).toMatchObject({
      queued: NUMBERS.length + 1,
      sent: NUMBERS.length,
      read: count((row) => statusOf(row) === 'Read'),
      failed: count((row) => statusOf(row) === 'DeliveryFailed'),
      skipped: 1,
      // STOP by word, STOP by tap and an answer; the preference is no message, and 131050 says that somebody stopped.
      replied: 3,
      optedOut: 4,
    });
  });
});

function statusOf({ statuses }: Accepted): string {
  if (statuses.includes('read')) return 'Read';
  if (statuses.includes('delivered')) return 'DeliverySuccess';
  return statuses.includes('failed') ? 'DeliveryFailed' : 'Published';
}

/** By the last two digits, which say how the person behaves. */
function errorOf({ to }: Accepted): string {
  const codes: Record<string, string> = {
    90: '131026',
    91: '131026',
    92: '131049',
    93: '131050',
    94: '130472',
  };
  return codes[to.slice(-2)] ?? '';
}

const TIMES = ['Published', 'Failed', 'Delivered', 'Read'] as const;

function timesOf(row: Row): (number | undefined)[] {
  return TIMES.map((name) => (row[name] === '' ? undefined : momentOf(row[name]!)));
}

/** When each status was reached, as the provider told it: whole seconds, none before the one in front of it. */
function toldBy({ statuses, toldAt }: Accepted, row: Row): (number | undefined)[] {
  const first = (...names: string[]): number | undefined => {
    const moments = statuses.flatMap((status, at) =>
      names.includes(status) ? [wholeSecond(toldAt[at]!)] : [],
    );
    return moments.length > 0 ? Math.min(...moments) : undefined;
  };
  const told = [
    first('sent', 'delivered', 'read'),
    first('failed'),
    first('delivered', 'read'),
    first('read'),
  ];
  let latest = Math.max(momentOf(row.Start!), momentOf(row.Sent!));
  return told.map((at) => {
    if (at === undefined) return undefined;
    latest = Math.max(latest, at);
    return latest;
  });
}
