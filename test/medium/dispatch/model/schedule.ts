import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { DispatchCampaign } from '../../../../src/modules/campaigns/index.js';
import type { TickJob } from '../../../../src/modules/dispatch/doorbell.js';
import { RunCounts } from '../../../../src/modules/dispatch/progress/run-counts.js';
import { RUN_AUDIT, type Violation } from '../../../support/audit.js';
import type { DispatchWorld } from '../dispatch-world.js';
import { CrashPoints } from './crash-points.js';
import { Dice } from './dice.js';
import { Engine } from './engine.js';
import { ModelProvider } from './model-provider.js';

/** What was seen of one schedule. */
export interface Played {
  seed: number;
  crashes: string[];
  points: number;
  steps: number;
  accepted: number;
  endings: Record<string, number>;
  violations: string[];
}

const MOST_STEPS = 400;
/** From here on nothing goes wrong any more. */
const CALM_FROM_STEP = 60;
/** A crash comes within so many points, if at all. */
const CRASH_WITHIN = 140;
/** An opt-out this old counts for every call that begins. */
const OPT_OUT_ACTS_MS = 250;

/** One run of a campaign, with everything that chance lets go wrong. */
export class Schedule {
  private readonly dice: Dice;
  private readonly provider: ModelProvider;
  private readonly engines: Engine[] = [];
  private readonly jobs: { job: TickJob; inMs: number }[] = [];
  private readonly crashes: string[] = [];
  private readonly optedOut = new Map<string, Date>();
  private readonly violations: string[] = [];
  private points = 0;
  private mayCrash = true;
  private campaign!: DispatchCampaign;

  constructor(
    private readonly world: DispatchWorld,
    private readonly redis: Redis,
    private readonly place: { redisPrefix: string; integrationId: string; seed: number },
  ) {
    this.dice = new Dice(place.seed);
    this.provider = new ModelProvider(this.dice, 1_000);
  }

  async play(): Promise<Played> {
    await this.world.db.query(`DELETE FROM integration_gates`);
    await this.begin();
    let step = 0;
    for (; step < MOST_STEPS && !(await this.isOver()); step += 1) await this.step(step);
    await this.end();
    return {
      seed: this.place.seed,
      crashes: this.crashes,
      points: this.points,
      steps: step,
      accepted: this.provider.ledger.length,
      endings: await this.endings(),
      violations: this.violations,
    };
  }

  private async begin(): Promise<void> {
    const first = 4_915_000_000_000 + this.place.seed * 1_000;
    const numbers = Array.from({ length: 4 + this.dice.upTo(10) }, (_, at) => String(first + at));
    // The same person under two contacts, a Brazilian with and without the ninth digit, and somebody without number.
    const brazil = String(11_900_000_000 + this.place.seed);
    numbers.push(numbers[0]!, `55${brazil}`, `55${brazil.slice(0, 2)}${brazil.slice(3)}`, 'no number');
    const { integrationId } = this.place;
    const messagesPerMinute = this.dice.one([60_000, 12_000]);
    const alwaysRunning = this.dice.percent(20);
    this.campaign = await this.world.aCampaign(numbers, { messagesPerMinute, integrationId, alwaysRunning });
    await this.world.db.query(`UPDATE messaging_campaigns SET always_running = $2 WHERE id = $1`, [
      this.campaign.id,
      alwaysRunning,
    ]);
    await this.optOut(numbers[1]!);
    for (let at = 0; at < 1 + this.dice.upTo(2); at += 1) this.engines.push(this.anEngine());
    this.ring();
  }

  private anEngine(): Engine {
    const crashes = this.mayCrash && this.crashes.length < 4;
    const breakAt = new Set(
      Array.from({ length: this.dice.upTo(3) }, () => 1 + this.dice.upTo(CRASH_WITHIN)),
    );
    const points = new CrashPoints({
      crashAt: crashes && this.dice.percent(85) ? 1 + this.dice.upTo(CRASH_WITHIN) : Infinity,
      breakAt: crashes ? breakAt : new Set(),
    });
    const { db } = this.world;
    const enqueue = (job: TickJob, inMs: number) => void this.jobs.push({ job, inMs });
    const { redisPrefix } = this.place;
    return new Engine({ db, redis: this.redis, redisPrefix, provider: this.provider, enqueue }, points);
  }

  private ring(): void {
    this.jobs.push({ job: { campaignId: this.campaign.id }, inMs: 0 });
  }

  private async step(step: number): Promise<void> {
    if (step === CALM_FROM_STEP) this.calm();
    if (step > CALM_FROM_STEP && step % 5 === 0) await this.passTime();
    await this.replaceTheDead();
    if (this.mayCrash && this.dice.percent(25)) await this.disturb();
    const engine = this.dice.one(this.engines);
    const next = this.jobs.shift();
    if (!next) {
      await this.passTime();
      await engine.sweep();
      return;
    }
    if (this.mayCrash && this.dice.percent(8)) return;
    await sleep(Math.min(next.inMs, 20));
    // The same job may reach two workers, and a job may come while the one before it is still at work.
    const twice = this.dice.percent(15)
      ? [engine.tick(next.job), this.dice.one(this.engines).tick(next.job)]
      : [];
    await Promise.all(twice.length > 0 ? twice : [engine.tick(next.job)]);
  }

  private calm(): void {
    this.mayCrash = false;
    for (const engine of this.engines) engine.points.calm();
    this.ring();
  }

  private async replaceTheDead(): Promise<void> {
    for (const [at, engine] of this.engines.entries()) {
      if (!engine.points.isDead) continue;
      this.crashes.push(engine.points.crashedAt!);
      this.points += engine.points.passed;
      await engine.buried;
      this.engines[at] = this.anEngine();
    }
  }

  private async disturb(): Promise<void> {
    const { world, campaign } = this;
    switch (this.dice.upTo(9)) {
      case 0:
        return this.optOut(String(4_915_000_000_000 + this.place.seed * 1_000 + this.dice.upTo(12)));
      case 1:
        await this.stop();
        return this.dice.percent(50) ? this.ring() : undefined;
      case 2:
        await world.addContacts(campaign, [
          String(4_915_500_000_000 + this.place.seed * 1_000 + this.dice.upTo(900)),
        ]);
        return this.ring();
      case 3:
        return this.passTime();
      case 4:
        await this.redis.del([...(await this.redis.keys(`${this.place.redisPrefix}:*`)), 'none']);
        return;
      case 5:
        return this.dice.one(this.engines).points.crash();
      case 6: {
        const at = this.dice.upTo(this.engines.length);
        await this.engines[at]!.stop();
        this.points += this.engines[at]!.points.passed;
        this.engines[at] = this.anEngine();
        return;
      }
      case 7:
        return this.audit();
      default:
        return this.deliver(1 + this.dice.upTo(4));
    }
  }

  /** Somebody opts out: of the calls that begin from now on none is to them. */
  private async optOut(number: string): Promise<void> {
    if (this.optedOut.has(number)) return;
    await this.world.optOut(this.campaign, number);
    const [{ now }] = await this.world.db.query<[{ now: Date }]>(`SELECT clock_timestamp() AS now`);
    this.optedOut.set(number, now);
  }

  /** Receipts come, late, some of them twice, to an engine that may die of them. */
  private async deliver(count: number): Promise<void> {
    const some = this.provider.statuses.splice(0, count);
    if (some.length === 0) return;
    const isApplied = await this.dice.one(this.engines).apply(some);
    if (!isApplied || this.dice.percent(10)) this.provider.statuses.push(...some);
  }

  /**
   * A minute goes by for everything that waits or has been borrowed, also what the living have. No lease is over for
   * longer than that: minutes in a row would pass before anybody could look.
   */
  private async passTime(): Promise<void> {
    const { db } = this.world;
    await db.query(
      `UPDATE campaign_messages
          SET lease_until = greatest(lease_until - interval '1 min', least(lease_until, clock_timestamp())),
              not_before = not_before - interval '1 min'
        WHERE state <> 'settled'`,
    );
    await db.query(
      `UPDATE campaign_runs SET tick_due_at = tick_due_at - interval '1 min' WHERE state = 'active'`,
    );
    await db.query(
      `UPDATE integration_gates SET held_until = held_until - interval '1 min', probing_until = probing_until - interval '1 min'`,
    );
    // Switched on again, of which nobody is told; one that always runs is left off at the end.
    if (!this.campaign.alwaysRunning || (await this.waiting()) > 0)
      await db.query(
        `UPDATE messaging_campaigns SET campaign_status = 'on' WHERE id = $1 AND campaign_status = 'off'`,
        [this.campaign.id],
      );
  }

  private async isOver(): Promise<boolean> {
    const [row] = await this.world.db.query<[{ status: string }]>(
      `SELECT campaign_status AS status FROM messaging_campaigns WHERE id = $1`,
      [this.campaign.id],
    );
    if (!this.campaign.alwaysRunning || this.mayCrash) return row.status === 'complete';
    // Such a one ends by a stop of which nobody is told.
    if (row.status === 'on' && (await this.waiting()) === 0) await this.stop();
    return row.status === 'off' && (await this.waiting()) === 0;
  }

  private async waiting(): Promise<number> {
    const [row] = await this.world.db.query<[{ count: number }]>(
      `SELECT (SELECT count(*) FROM contacts WHERE contact_list_id = $2)::int
                - (SELECT count(*) FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id
                    WHERE r.campaign_id = $1 AND m.state = 'settled')::int AS count`,
      [this.campaign.id, this.campaign.contactListId],
    );
    return row.count;
  }

  private async stop(): Promise<void> {
    await this.world.db.query(
      `UPDATE messaging_campaigns SET campaign_status = 'stopping' WHERE id = $1 AND campaign_status = 'on'`,
      [this.campaign.id],
    );
  }

  private async end(): Promise<void> {
    if (!(await this.isOver())) this.violations.push(`not complete after ${MOST_STEPS} steps`);
    this.calm();
    await this.replaceTheDead();
    for (let times = 0; this.provider.statuses.length > 0 && times < 50; times += 1) await this.deliver(50);
    if (this.provider.statuses.length > 0) this.violations.push('receipts that can not be applied');
    for (const engine of this.engines) {
      await engine.stop();
      this.points += engine.points.passed;
    }
    await new RunCounts(this.world.uow).fold();
    await this.audit();
    await this.judge();
  }

  private async audit(): Promise<void> {
    const found = await this.world.db.query<Violation[]>(RUN_AUDIT);
    this.violations.push(...found.map(({ violation, detail }) => `${violation}: ${detail}`));
  }

  /** What the provider has against what the database says. */
  private async judge(): Promise<void> {
    const messages = await this.world.db.query<Message[]>(
      `SELECT m.id, m.match_key AS "matchKey", m.address, coalesce(m.disposition, m.state) AS ending,
              m.calling_at AS "callingAt"
         FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id WHERE r.campaign_id = $1`,
      [this.campaign.id],
    );
    const byId = new Map(messages.map((message) => [message.id, message]));
    const people = new Map<string, number>();
    for (const { messageId, to } of this.provider.ledger) {
      const message = byId.get(messageId);
      const person = message?.matchKey ?? to;
      people.set(person, (people.get(person) ?? 0) + 1);
      if (message?.ending !== 'OUTBOUND-MESSAGE-SENT')
        this.violations.push(`accepted, but ${message?.ending}`);
      const since = this.optedOut.get(to);
      if (since && message!.callingAt!.getTime() > since.getTime() + OPT_OUT_ACTS_MS)
        this.violations.push('a call to somebody who had opted out');
    }
    const accepted = new Set(this.provider.ledger.map(({ messageId }) => messageId));
    for (const [, times] of people) if (times > 1) this.violations.push(`a person has ${times} messages`);
    for (const { id, ending } of messages)
      if (ending === 'OUTBOUND-MESSAGE-SENT' && !accepted.has(id))
        this.violations.push('sent, but the provider has none');
  }

  private endings(): Promise<Record<string, number>> {
    return this.world.db
      .query<{ ending: string; count: number }[]>(
        `SELECT coalesce(disposition, m.state) AS ending, count(*)::int AS count
           FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id WHERE r.campaign_id = $1 GROUP BY 1`,
        [this.campaign.id],
      )
      .then((rows) => Object.fromEntries(rows.map(({ ending, count }) => [ending, count])));
  }
}

interface Message {
  id: string;
  matchKey: string | null;
  address: string | null;
  ending: string;
  callingAt: Date | null;
}
