import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { mostInASecond } from '../../src/modules/dispatch/pacing/pace.js';
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
/**
 * What the provider of the test may add to the lateness of a message: it shares two cores with PostgreSQL, Redis and
 * all workers, and a message that it is late for counts in the second of the next ones.
 */
const PROVIDER_LATE_MS = 20;
/** The same where both cores are busy all the time. */
const BUSY_PROVIDER_LATE_MS = 100;
/** Messages that let the processes warm up before anything is measured. */
const WARM_UP = 400;

interface Running {
  id: string;
  firstNumber: number;
}

/** The moments of a campaign's messages, in milliseconds and ascending. */
interface Moments {
  /** When their calls began and when their first bytes were written, in the workers. */
  begun: number[];
  written: number[];
  /** When the provider accepted them. */
  accepted: number[];
}

/** What workers note of their calls. */
class SendLog {
  private constructor(private readonly folder: string) {}

  static async open(): Promise<SendLog> {
    return new SendLog(await mkdtemp(path.join(os.tmpdir(), 'depesche-sends-')));
  }

  get workerEnv(): Record<string, string> {
    const preload = path.resolve('test/support/send-log.mjs');
    return { NODE_OPTIONS: `--import ${preload}`, SEND_LOG: this.file };
  }

  /** The calls so far; workers write them down every second. */
  async read(): Promise<{ to: number; begun: number; written: number }[]> {
    const lines = (await readFile(this.file, 'utf8')).trim().split('\n');
    return lines.map((line) => {
      const [to, begunUs, writtenUs] = line.split(',').map(Number) as [number, number, number];
      return { to, begun: begunUs / 1_000, written: writtenUs / 1_000 };
    });
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }

  private get file(): string {
    return path.join(this.folder, 'sends.csv');
  }
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

  async untilBegun(campaign: Running, messages = 1): Promise<void> {
    const count = async () => (await this.moments([campaign]))[0]!.length;
    await eventually(`message ${messages}`, async () => (await count()) >= messages);
  }

  /** Lets the processes compile what they run: cold ones on two cores are late for their first slots. */
  async warmUp(): Promise<void> {
    const campaign = await this.create(6_000, 2 * WARM_UP);
    await this.move(campaign, 'start');
    await this.untilBegun(campaign, WARM_UP);
    await this.move(campaign, 'stop');
  }

  /** Runs campaigns of these rates together for the minutes that are measured. */
  async measure(rates: readonly number[], log: SendLog): Promise<Moments[]> {
    await this.warmUp();
    const campaigns: Running[] = [];
    for (const rate of rates) campaigns.push(await this.create(rate, rate * (FULL_MINUTES + 1)));
    for (const campaign of campaigns) await this.move(campaign, 'start');
    for (const campaign of campaigns) await this.untilBegun(campaign);
    await sleep(FULL_MINUTES * MINUTE_MS + 3_000);
    for (const campaign of campaigns) await this.move(campaign, 'stop');
    await sleep(1_500);
    const accepted = await this.moments(campaigns);
    const sends = await log.read();
    return campaigns.map(({ firstNumber }, at) => {
      const own = sends.filter(({ to }) => to >= firstNumber && to < firstNumber + LIST_APART);
      const ascending = (moments: number[]) => moments.sort((a, b) => a - b);
      return {
        begun: ascending(own.map(({ begun }) => begun)),
        written: ascending(own.map(({ written }) => written)),
        accepted: accepted[at]!,
      };
    });
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

const mostAtProvider = (messagesPerMinute: number, lateMs = PROVIDER_LATE_MS): number =>
  mostInASecond(messagesPerMinute) + Math.floor((messagesPerMinute / MINUTE_MS) * lateMs);

function judge(
  { begun, written, accepted }: Moments,
  messagesPerMinute: number,
  { least, providerLateMs }: { least: number; providerLateMs: number },
): void {
  const minutes = fullMinutes(accepted);
  const inAMinute = Math.max(mostWithin(accepted, MINUTE_MS), mostWithin(written, MINUTE_MS));
  const [begunInASecond, leftInASecond] = [mostWithin(begun, 1_000), mostWithin(written, 1_000)];
  const cameInASecond = mostWithin(accepted, 1_000);
  const first = within(accepted, accepted[0]!, accepted[0]! + 1_000).length;
  process.stdout.write(
    `  ${messagesPerMinute}/min: at most ${inAMinute} in any 60 s, ` +
      `full minutes ${minutes.map((n) => `${n} (${((n / messagesPerMinute) * 100).toFixed(1)} %)`).join(', ')}, ` +
      `at most ${begunInASecond} begun in any second (share and one: ${mostInASecond(messagesPerMinute)}), ` +
      `${leftInASecond} written, ${cameInASecond} at the provider, ${first} in its first\n`,
  );
  expect(begun).toHaveLength(accepted.length);
  expect(inAMinute).toBeLessThanOrEqual(messagesPerMinute);
  for (const minute of minutes) expect(minute).toBeGreaterThanOrEqual(Math.floor(messagesPerMinute * least));
  expect(begunInASecond).toBeLessThanOrEqual(mostInASecond(messagesPerMinute));
  expect(leftInASecond).toBeLessThanOrEqual(mostInASecond(messagesPerMinute));
  expect(cameInASecond).toBeLessThanOrEqual(mostAtProvider(messagesPerMinute, providerLateMs));
}

// The second promise: three campaigns at once on one number, by the timestamps of the provider and of the workers.
describe.each([1, 2, 4])('60, 600 and 6,000 messages a minute with %i workers', (workers) => {
  const rates = [60, 600, 6_000];
  const moments: Moments[] = [];
  let product: Product;
  let log: SendLog;

  beforeAll(async () => {
    log = await SendLog.open();
    product = await startProduct({
      workers,
      workerEnv: log.workerEnv,
      simulator: { suffixProfiles: false },
    });
    moments.push(...(await (await PacedCampaigns.of(product)).measure(rates, log)));
    process.stdout.write(`${workers} workers\n`);
  });

  afterAll(async () => {
    await product?.stop();
    await log.close();
  });

  it.each(rates.map((rate, at) => [rate, at]))('keeps %i a minute', (rate, at) => {
    judge(moments[at]!, rate, { least: 0.99, providerLateMs: PROVIDER_LATE_MS });
  });
});

// Needs a machine that has nothing else to do: PACING_FULL=1.
(process.env.PACING_FULL ? describe : describe.skip)('60,000 messages a minute with two workers', () => {
  let product: Product;
  let log: SendLog;

  beforeAll(async () => {
    log = await SendLog.open();
    product = await startProduct({
      workers: 2,
      workerEnv: log.workerEnv,
      simulator: { suffixProfiles: false },
    });
  });

  afterAll(async () => {
    await product?.stop();
    await log.close();
  });

  it('reaches 97 % and never more than it may', async () => {
    const [moments] = await (await PacedCampaigns.of(product)).measure([60_000], log);
    judge(moments!, 60_000, { least: 0.97, providerLateMs: BUSY_PROVIDER_LATE_MS });
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
      expect(inASecond).toBeLessThanOrEqual(mostAtProvider(rate));
    }
  });
});
