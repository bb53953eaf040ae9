import { setTimeout as sleep } from 'node:timers/promises';
import { acceptedBy } from '../support/campaign.js';
import { Api } from '../support/api.js';
import { contactsCsv } from '../support/contacts-csv.js';
import { eventually } from '../support/eventually.js';
import { crash, type Product, startProduct, stop } from '../support/product.js';

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
const MINUTE_MS = 60_000;
const FULL_MINUTES = 2;
/** A change of the rate may take this long. */
const ACTS_MS = 2_000;
const LIST_APART = 100_000_000;

interface Running {
  id: string;
  firstNumber: number;
}

/** Campaigns of a product, and when the provider accepted their messages. */
class PacedCampaigns {
  private count = 0;

  private constructor(
    private readonly product: Product,
    private readonly api: Api,
    private readonly config: object,
  ) {}

  static async of(product: Product): Promise<PacedCampaigns> {
    const api = await Api.login(product);
    const integrationId = await api.activateIntegration(product.simulator.accessToken);
    const config = {
      whatsAppColumns: ['wa'],
      whatsAppIntegration: { id: integrationId },
      contentTemplate: { id: await api.createTemplate() },
    };
    return new PacedCampaigns(product, api, config);
  }

  async create(messagesPerMinute: number, contacts: number): Promise<Running> {
    this.count += 1;
    const firstNumber = 4_915_100_000_000 + this.count * LIST_APART;
    const listId = await this.api.importContacts(`List ${this.count}`, contactsCsv(contacts, firstNumber));
    const { id } = await this.api.post<{ id: string }>(CAMPAIGNS, {
      name: `Campaign ${this.count}`,
      contactList: { id: listId },
      messagesPerMinute,
      whatsAppConfig: this.config,
    });
    return { id, firstNumber };
  }

  async move({ id }: Running, to: 'start' | 'stop'): Promise<void> {
    await this.api.post(`${CAMPAIGNS}/${id}/${to}`);
  }

  async setRate({ id }: Running, messagesPerMinute: number): Promise<void> {
    const current = await this.api.get(`${CAMPAIGNS}/${id}`);
    await this.api.put(`${CAMPAIGNS}/${id}`, { ...current, messagesPerMinute });
  }

  /** In milliseconds, ascending. */
  async moments(campaigns: readonly Running[]): Promise<number[][]> {
    const rows = await acceptedBy(this.product);
    return campaigns.map(({ firstNumber }) => {
      const own = rows.filter(({ to }) => Number(to) >= firstNumber && Number(to) < firstNumber + LIST_APART);
      expect(new Set(own.map(({ to }) => to)).size).toBe(own.length);
      return own.map(({ acceptedAt }) => acceptedAt).sort((a, b) => a - b);
    });
  }

  async untilBegun(campaign: Running): Promise<void> {
    await eventually('the first message', async () => (await this.moments([campaign]))[0]!.length > 0);
  }
}

function mostWithin(moments: readonly number[], ms: number): number {
  let most = 0;
  for (let end = 0, start = 0; end < moments.length; end += 1) {
    while (moments[end]! - moments[start]! >= ms) start += 1;
    most = Math.max(most, end - start + 1);
  }
  return most;
}

const within = (moments: readonly number[], from: number, to: number): number[] =>
  moments.filter((moment) => moment >= from && moment < to);

/** What of its rate each full minute from the first message on had. */
function fullMinutes(moments: readonly number[]): number[] {
  return Array.from({ length: FULL_MINUTES }, (_, minute) => {
    const from = moments[0]! + minute * MINUTE_MS;
    return within(moments, from, from + MINUTE_MS).length;
  });
}

const share = (messagesPerMinute: number): number => Math.ceil(messagesPerMinute / 60) + 1;

function judge(moments: readonly number[], messagesPerMinute: number, least: number): void {
  const minutes = fullMinutes(moments);
  const [inAMinute, inASecond] = [mostWithin(moments, MINUTE_MS), mostWithin(moments, 1_000)];
  const first = within(moments, moments[0]!, moments[0]! + 1_000).length;
  process.stdout.write(
    `  ${messagesPerMinute}/min: at most ${inAMinute} in any 60 s, ` +
      `full minutes ${minutes.map((n) => `${n} (${((n / messagesPerMinute) * 100).toFixed(1)} %)`).join(', ')}, ` +
      `at most ${inASecond} in any second (share and one: ${share(messagesPerMinute)}), ${first} in the first\n`,
  );
  expect(inAMinute).toBeLessThanOrEqual(messagesPerMinute);
  for (const minute of minutes) expect(minute).toBeGreaterThanOrEqual(Math.floor(messagesPerMinute * least));
  expect(inASecond).toBeLessThanOrEqual(share(messagesPerMinute));
}

// The second promise, measured by the timestamps of the provider. Three campaigns at once on one number.
describe.each([1, 2, 4])('60, 600 and 6,000 messages a minute with %i workers', (workers) => {
  const rates = [60, 600, 6_000];
  const moments: number[][] = [];
  let product: Product;

  beforeAll(async () => {
    product = await startProduct({ workers, simulator: { suffixProfiles: false } });
    const paced = await PacedCampaigns.of(product);
    const campaigns: Running[] = [];
    for (const rate of rates) campaigns.push(await paced.create(rate, rate * (FULL_MINUTES + 1)));
    for (const campaign of campaigns) await paced.move(campaign, 'start');
    for (const campaign of campaigns) await paced.untilBegun(campaign);
    await sleep(FULL_MINUTES * MINUTE_MS + 3_000);
    for (const campaign of campaigns) await paced.move(campaign, 'stop');
    moments.push(...(await paced.moments(campaigns)));
    process.stdout.write(`${workers} workers\n`);
  });

  afterAll(() => product?.stop());

  it.each(rates.map((rate, at) => [rate, at]))('keeps %i a minute', (rate, at) => {
    judge(moments[at]!, rate, 0.99);
  });
});

// Needs a machine that has nothing else to do: PACING_FULL=1.
(process.env.PACING_FULL ? describe : describe.skip)('60,000 messages a minute with two workers', () => {
  let product: Product;

  beforeAll(async () => {
    product = await startProduct({ workers: 2, simulator: { suffixProfiles: false } });
  });

  afterAll(() => product?.stop());

  it('reaches 97 % and never more than it may', async () => {
    const paced = await PacedCampaigns.of(product);
    const campaign = await paced.create(60_000, 60_000 * (FULL_MINUTES + 1));
    await paced.move(campaign, 'start');
    await paced.untilBegun(campaign);
    await sleep(FULL_MINUTES * MINUTE_MS + 3_000);
    await paced.move(campaign, 'stop');
    judge((await paced.moments([campaign]))[0]!, 60_000, 0.97);
  });
});

describe('a rate that changes while workers come and go', () => {
  let product: Product;

  beforeAll(async () => {
    product = await startProduct({ workers: 2, simulator: { suffixProfiles: false } });
  });

  afterAll(() => product?.stop());

  it('counts from the moment it acts, and no change of workers makes a message too many', async () => {
    const paced = await PacedCampaigns.of(product);
    const campaign = await paced.create(1_200, 10_000);
    await paced.move(campaign, 'start');
    await paced.untilBegun(campaign);
    const changes: { at: number; rate: number }[] = [{ at: Date.now() - ACTS_MS, rate: 1_200 }];
    const setRate = async (rate: number) => {
      await paced.setRate(campaign, rate);
      changes.push({ at: Date.now(), rate });
    };
    const third = product.startWorker();
    await sleep(20_000);
    await setRate(6_000);
    await stop(product.workers[0]!);
    await sleep(20_000);
    await crash(await third);
    await setRate(600);
    await sleep(70_000);
    await paced.move(campaign, 'stop');
    const [moments] = await paced.moments([campaign]);
    expect(mostWithin(moments!, MINUTE_MS)).toBeLessThanOrEqual(6_000);
    for (const [index, { at, rate }] of changes.entries()) {
      const part = within(moments!, at + ACTS_MS, changes[index + 1]?.at ?? Infinity);
      const [inAMinute, inASecond] = [mostWithin(part, MINUTE_MS), mostWithin(part, 1_000)];
      process.stdout.write(
        `  at ${rate}/min: ${part.length} messages, at most ${inAMinute} in any 60 s, ${inASecond} in any second\n`,
      );
      expect(part.length).toBeGreaterThan(rate / 12);
      expect(inAMinute).toBeLessThanOrEqual(rate);
      expect(inASecond).toBeLessThanOrEqual(share(rate));
    }
  });
});
