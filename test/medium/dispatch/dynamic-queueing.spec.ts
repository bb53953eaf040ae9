import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { DispatchCampaign } from '../../../src/modules/campaigns/index.js';
import { ContactFilters } from '../../../src/modules/contact-lists/filters/contact-filters.service.js';
import { ContactListFiltersRepository } from '../../../src/modules/contact-lists/filters/contact-list-filters.repository.js';
import { DynamicQueues } from '../../../src/modules/dispatch/runs/dynamic-queues.js';
import type { Run } from '../../../src/modules/dispatch/runs/runs.repository.js';
import { DispatchWorld } from './dispatch-world.js';

const ABOVE_100 = {
  predicates: [
    {
      column: 'amount',
      columnType: 'numeric' as const,
      operator: 'GREATER_THAN' as const,
      value: '100',
      inverted: false,
    },
  ],
};
const BY_AMOUNT = [{ fieldName: 'amount', direction: 'DESC' as const, numeric: true }];

let world: DispatchWorld;
let queues: DynamicQueues;
beforeAll(async () => {
  world = await DispatchWorld.open();
  queues = new DynamicQueues(world.uow, new ContactFilters(new ContactListFiltersRepository(world.uow)));
});
afterAll(() => world.close());

/** A running campaign, and what its contacts should be like at any moment. */
class LiveCampaign {
  readonly amounts = new Map<string, number>();
  readonly messaged: string[] = [];

  private constructor(
    readonly campaign: DispatchCampaign,
    readonly run: Run,
  ) {}

  static async start(change: Partial<DispatchCampaign>, amounts: number[]): Promise<LiveCampaign> {
    const plain = await world.aCampaign([], { contactSorts: BY_AMOUNT, ...change });
    const filtered = change.dynamicFilter ? await world.filtered(plain, ABOVE_100) : plain;
    const before = new LiveCampaign(filtered, undefined as never);
    for (const amount of amounts) await before.add(amount);
    const live = new LiveCampaign(filtered, await world.runs.create(filtered));
    before.amounts.forEach((amount, wa) => live.amounts.set(wa, amount));
    return live;
  }

  async add(amount: number): Promise<void> {
    const wa = `49151${String(10_000_000 + this.amounts.size)}`;
    await world.addContacts(this.campaign, [wa], { amount: String(amount) });
    this.amounts.set(wa, amount);
  }

  async change(nth: number, amount: number): Promise<void> {
    const wa = [...this.amounts.keys()][nth % this.amounts.size]!;
    await world.db.query(
      `UPDATE contacts SET data = data || jsonb_build_object('amount', $3::text)
        WHERE contact_list_id = $1 AND data ->> 'wa' = $2`,
      [this.campaign.contactListId, wa, String(amount)],
    );
    this.amounts.set(wa, amount);
  }

  /** Those who should be messaged next, in order. */
  waiting(): string[] {
    return [...this.amounts]
      .filter(([wa, amount]) => !this.messaged.includes(wa) && (!this.campaign.dynamicFilter || amount > 100))
      .sort(([, a], [, b]) => b - a)
      .map(([wa]) => wa);
  }

  /** What a tick does, with all changes taken first. */
  async tick(limit: number): Promise<string[]> {
    const { campaign, run } = this;
    return world.uow.run(async () => {
      await world.runs.lockActive(campaign.id);
      await this.keepUp();
      const { claimed } = await world.messages.claim({
        runId: run.id,
        campaignId: campaign.id,
        whatsAppColumns: campaign.whatsAppColumns,
        limit,
        look: 200,
        claimToken: randomUUID(),
        leaseMs: 600_000,
        matches: queues.filterOf(campaign),
      });
      const numbers = claimed.map(({ data }) => data.wa!);
      this.messaged.push(...numbers);
      return numbers;
    });
  }

  async keepUp(): Promise<void> {
    while (await queues.keepUp(this.run.id, this.campaign));
  }

  /** Until nothing is left, with the look over the whole list that ends a run. */
  async finish(): Promise<void> {
    do while ((await this.tick(50)).length > 0);
    while ((await world.runs.queueContacts(this.run, this.campaign, '0')) > 0);
  }

  async queued(): Promise<number[]> {
    const rows = await world.db.query<{ amount: string }[]>(
      `SELECT c.data ->> 'amount' AS amount FROM campaign_messages m JOIN contacts c ON c.seq = m.contact_seq
        WHERE m.run_id = $1 AND m.state = 'queued' ORDER BY m.position`,
      [this.run.id],
    );
    return rows.map(({ amount }) => Number(amount));
  }
}

const amount = fc.integer({ min: 0, max: 200 });
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), amount }),
  fc.record({ kind: fc.constant('change' as const), nth: fc.nat(), amount }),
  fc.record({ kind: fc.constant('tick' as const), limit: fc.integer({ min: 1, max: 4 }) }),
);

async function play(
  settings: Pick<DispatchCampaign, 'dynamicSort' | 'dynamicFilter'>,
  check: (claimed: string[], waiting: string[]) => void,
): Promise<void> {
  const stories = fc.tuple(fc.array(amount, { maxLength: 12 }), fc.array(step, { maxLength: 30 }));
  await fc.assert(
    fc.asyncProperty(stories, async ([amounts, steps]) => {
      const live = await LiveCampaign.start(settings, amounts);
      for (const act of steps) {
        if (act.kind === 'add') await live.add(act.amount);
        else if (act.kind === 'change') await (live.amounts.size > 0 && live.change(act.nth, act.amount));
        else {
          const waiting = live.waiting();
          const claimed = await live.tick(act.limit);
          check(claimed, waiting);
          if (settings.dynamicSort) expect(claimed).toHaveLength(Math.min(act.limit, waiting.length));
        }
      }
      await live.finish();
      expect(live.waiting()).toEqual([]);
      expect(new Set(live.messaged).size).toBe(live.messaged.length);
    }),
    { numRuns: 12 },
  );
}

describe('dynamic queueing, whatever is added and changed while it runs', () => {
  it('with sort and filter messages next whoever comes first of those who pass at this moment', () =>
    play({ dynamicSort: true, dynamicFilter: true }, (claimed, waiting) =>
      expect(claimed).toEqual(waiting.slice(0, claimed.length)),
    ));

  it('with sort alone messages everybody once, in the order of this moment', () =>
    play({ dynamicSort: true, dynamicFilter: false }, (claimed, waiting) =>
      expect(claimed).toEqual(waiting.slice(0, claimed.length)),
    ));

  it('with filter alone messages once whoever passes, and nobody who does not', () =>
    play({ dynamicSort: false, dynamicFilter: true }, (claimed, waiting) =>
      expect(claimed.filter((wa) => !waiting.includes(wa))).toEqual([]),
    ));
});

describe('a dynamic queue', () => {
  it('makes room where contacts come before each other again and again', async () => {
    const live = await LiveCampaign.start({ dynamicSort: true }, [200, 0]);
    const added = Array.from({ length: 60 }, (_, n) => n + 1);
    for (const next of added) {
      await live.add(next);
      await live.keepUp();
    }
    expect(await live.queued()).toEqual([200, ...added.toReversed(), 0]);
  });

  it('is sorted as a whole when most of it changed, or when it was opened before it was dynamic', async () => {
    const live = await LiveCampaign.start({ dynamicSort: true }, [7]);
    await world.db.query(
      `INSERT INTO contacts (contact_list_id, contact_id, data)
       SELECT $1, n::text, jsonb_build_object('wa', n::text, 'amount', n::text) FROM generate_series(1, 6000) n`,
      [live.campaign.contactListId],
    );
    await live.keepUp();
    await world.db.query(
      `UPDATE contacts SET data = data || jsonb_build_object('amount', (seq * 7919 % 6007)::text) WHERE contact_list_id = $1`,
      [live.campaign.contactListId],
    );
    await world.db.query(`UPDATE campaign_runs SET spaced = false WHERE id = $1`, [live.run.id]);
    await live.keepUp();
    const queued = await live.queued();
    expect(queued).toHaveLength(6001);
    expect(queued).toEqual([...queued].sort((a, b) => b - a));
  });

  it('drops whoever no longer passes, counts them, and takes them in again', async () => {
    const live = await LiveCampaign.start({ dynamicFilter: true }, [150]);
    await live.change(0, 50);
    expect(await live.tick(1)).toEqual([]);
    expect(await live.queued()).toEqual([]);
    expect(await world.runs.countFilteredOut(live.campaign.id)).toBe(1);
    const [{ messages }] = await world.db.query<[{ messages: string }]>(
      `SELECT sum(messages) AS messages FROM campaign_run_counts_v WHERE run_id = $1`,
      [live.run.id],
    );
    expect(Number(messages)).toBe(0);
    await live.change(0, 160);
    await world.runs.expectTick(live.run.id, null);
    expect(await world.runs.findNeglected([live.campaign.id], 0)).toEqual([live.campaign.id]);
    expect(await live.tick(1)).toHaveLength(1);
  });

  it('hears of changed cells only, while its run is under way, and only if the campaign asks for it', async () => {
    const changes = async ({ run }: LiveCampaign) =>
      (await world.db.query(`SELECT FROM campaign_contact_changes WHERE run_id = $1`, [run.id])).length;
    const plain = await LiveCampaign.start({}, [1]);
    await plain.change(0, 2);
    expect(await changes(plain)).toBe(0);
    const live = await LiveCampaign.start({ dynamicSort: true }, [1]);
    await live.change(0, 1);
    await world.db.query(`UPDATE contacts SET uncontactable_columns = '{wa}' WHERE contact_list_id = $1`, [
      live.campaign.contactListId,
    ]);
    expect(await changes(live)).toBe(0);
    await live.change(0, 2);
    expect(await changes(live)).toBe(1);
    await world.runs.complete(live.run.id);
    await live.change(0, 3);
    expect(await changes(live)).toBe(0);
  });
});
