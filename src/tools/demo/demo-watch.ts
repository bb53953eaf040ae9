import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoClient } from './demo-client.js';
import type { Named } from './demo-objects.js';
import { progressLine } from './demo-progress-line.js';
import { type DemoResult, summary } from './demo-summary.js';
import type { DemoTerminal } from './demo-terminal.js';

const LOOK_EVERY_MS = 400;
/** After the last message: the receipts are taken as complete when nothing changed for this long. */
const QUIET_MS = 6_000;
/** Some receipts never come, and some people read late. */
const RECEIPTS_AT_MOST_MS = 25_000;
const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';

interface Progress {
  totalNumberOfContacts: number;
  numberOfContactsMessaged: number;
  percentage: number;
  numberOfContactsSkipped: Record<string, number>;
}

interface Details {
  conversations: { conversationStart: string }[];
  totalHits: number;
  aggregations?: { results: { value: string; count: number }[] }[];
}

/** Shows how the campaign goes until it is complete and its receipts have arrived, then the result. */
export async function watchCampaign(
  client: DemoClient,
  campaign: Named,
  terminal: DemoTerminal,
): Promise<void> {
  const since = Date.now();
  let completeAt: number | undefined;
  let changedAt = since;
  let shown = '';
  for (;;) {
    const result = await look(client, campaign.id, since);
    const line = progressLine(result);
    if (line !== shown) changedAt = Date.now();
    shown = line;
    terminal.progress(line);
    if (completeAt === undefined && (await isOver(client, campaign.id))) completeAt = Date.now();
    const isQuiet = completeAt !== undefined && Date.now() - Math.max(changedAt, completeAt) > QUIET_MS;
    if (isQuiet || (completeAt !== undefined && Date.now() - completeAt > RECEIPTS_AT_MOST_MS)) break;
    await sleep(LOOK_EVERY_MS, undefined, { signal: client.signal });
  }
  terminal.endProgress();
  const result = await look(client, campaign.id, since);
  const messagesPerMinute = await measureRate(client, campaign.id, since);
  for (const text of summary({ ...result, messagesPerMinute })) terminal.line(text);
}

async function isOver(client: DemoClient, id: string): Promise<boolean> {
  const { campaignStatus } = await client.get<{ campaignStatus: string }>(`${CAMPAIGNS}/${id}`);
  if (campaignStatus === 'invalid')
    throw new Error('the campaign became invalid; its errors are shown in the console');
  return campaignStatus === 'complete' || campaignStatus === 'off';
}

async function look(client: DemoClient, id: string, since: number): Promise<DemoResult> {
  const [progress, { aggregations = [] }] = await Promise.all([
    client.get<Progress>(`${CAMPAIGNS}/${id}/progress`),
    details(client, id, since, {
      aggregations: [
        { type: 'termFrequency', dimension: 'deliveryStatus', size: 20 },
        { type: 'termFrequency', dimension: 'wrapUpCode', size: 20 },
      ],
    }),
  ]);
  return {
    total: progress.totalNumberOfContacts,
    percentage: progress.percentage,
    messaged: progress.numberOfContactsMessaged,
    skipped: progress.numberOfContactsSkipped,
    deliveries: toCounts(aggregations[0]?.results),
    dispositions: toCounts(aggregations[1]?.results),
  };
}

/** What the pacing made of it: from the first call to the last. */
async function measureRate(client: DemoClient, id: string, since: number): Promise<number | undefined> {
  const first = await details(client, id, since, { order: 'asc' });
  const last = await details(client, id, since, { order: 'desc' });
  const durationMs = startOf(last) - startOf(first);
  return durationMs > 0 ? Math.round(((first.totalHits - 1) * 60_000) / durationMs) : undefined;
}

function details(client: DemoClient, id: string, since: number, more: object): Promise<Details> {
  const start = new Date(since - 60_000).toISOString();
  const end = new Date(since + 3_600_000).toISOString();
  return client.post<Details>('/api/v2/analytics/conversations/details/query', {
    interval: `${start}/${end}`,
    paging: { pageSize: 1, pageNumber: 1 },
    segmentFilters: [{ type: 'and', predicates: [{ dimension: 'outboundCampaignId', value: id }] }],
    ...more,
  });
}

const startOf = ({ conversations }: Details): number => Date.parse(conversations[0]?.conversationStart ?? '');

function toCounts(terms: { value: string; count: number }[] = []): Record<string, number> {
  return Object.fromEntries(terms.map(({ value, count }) => [value, count]));
}
