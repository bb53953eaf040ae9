import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { Logger } from '../../../platform/logging/logger.js';
import { ProcessMetrics } from '../../../platform/metrics/process-metrics.js';
import { LONGEST_CALL_MS } from '../../whatsapp/index.js';
import { CallableTimesGate } from '../callable-times/callable-times.gate.js';
import { monotonicUs, type Slot, type SlotClock } from '../pacing/slot-clock.js';
import { Calls, type Room } from './calls.js';
import type { CampaignContext } from './campaign-contexts.js';
import { MessagesRepository, type SendableMessage } from './messages.repository.js';

/** A message; one for which a rule chose another template brings its own context. */
export type Sendable = SendableMessage & { context?: CampaignContext };

/** Claimed messages and the slots they leave in, one each. */
export interface Chunk {
  runId: string;
  claimToken: string;
  context: CampaignContext;
  messages: Sendable[];
  slots: Slot[];
  clock: SlotClock;
  /** Where the claim was the begin of the calls as well, the room that is kept for them. */
  room?: Room;
  /** Called when all messages went back to the queue. */
  whenNoneLeft?: () => Promise<void>;
}

/** Messages whose slots begin within this time are due at once, as far as statements are concerned. */
export const GROUP_MS = 40;
/**
 * Messages whose slots begin within this time go from claimed to calling in one statement. The first ones of a chunk,
 * whose claim may have come late, are fewer, as that statement is the faster.
 */
const LONG_GROUP_MS = 100;
/** That statement runs this long before the first slot of the group. */
const PREPARE_MS = 25;
/** After so many calls that are due at once, other work has its turn: the next claim, answers, settlements. */
const IN_A_ROW = 8;
/** The same for calls that are late for their slots, which are lost in milliseconds. */
const LATE_IN_A_ROW = 16;
/** Longer than a call and its settlement take, so that a lease never ends during a call of a living worker. */
export const CALL_LEASE_MS = LONGEST_CALL_MS + 10_000;

const SLOT_DELAY = {
  name: 'depesche_slot_delay_seconds',
  help: 'How long after the begin of its slot a message left: the lag against the asked rate',
};

/** Messages whose calls begin in one statement. */
interface Group {
  first: Slot;
  messages: Sendable[];
}

/** What is left of the slots of a chunk. */
interface FreeSlots {
  slots: Slot[];
  /** Calls that have begun since there was time to wait for a slot. */
  inARow: number;
}

/** Sends the messages of a chunk, each within its slot; what misses its slot goes back to the queue unsent. */
@Injectable()
export class ChunkSender implements BeforeApplicationShutdown {
  private readonly underWay = new Set<Promise<void>>();
  private stopping = false;
  private readonly delay: Histogram;

  constructor(
    private readonly messages: MessagesRepository,
    private readonly calls: Calls,
    private readonly callableTimes: CallableTimesGate,
    private readonly logger: Logger,
    metrics: ProcessMetrics,
  ) {
    this.delay = metrics.histogram(SLOT_DELAY);
  }

  /** Sends in the background. What is lost by an error or a crash comes back when its lease ends. */
  begin(chunk: Chunk): void {
    const sending = this.send(chunk)
      .then((begun) => (begun === 0 ? chunk.whenNoneLeft?.() : undefined))
      .catch((error: unknown) => {
        this.logger.error({ err: error, runId: chunk.runId }, 'a chunk failed; its lease brings it back');
      })
      .finally(() => {
        chunk.room?.keep(0);
        this.underWay.delete(sending);
      });
    this.underWay.add(sending);
  }

  /**
   * Resolves when every message of the chunk was given back or its call has begun, for how many of them it has; calls may
   * still be in the air.
   */
  send(chunk: Chunk): Promise<number> {
    return chunk.room ? this.sendAtOnce(chunk, chunk.room) : this.sendInSlots(chunk);
  }

  /** No more calls begin; those in the air are waited for and their outcomes written. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    while (this.underWay.size > 0) await Promise.all(this.underWay);
    await this.calls.finish();
  }

  /** A slot that has passed is lost: the message takes the next one, and in the end as many are left as were lost. */
  private async sendInSlots(chunk: Chunk): Promise<number> {
    const { messages, slots } = chunk;
    this.calls.prepare();
    const groups = groupBySlot(messages.slice(0, slots.length), slots);
    const prepared = groups.map((group) => this.prepare(group, chunk));
    const free: FreeSlots = { slots: [...slots], inARow: 0 };
    const unsent = messages.slice(slots.length);
    let begun = 0;
    for (const [index, group] of groups.entries()) {
      const callable = await prepared[index];
      if (!callable) continue;
      for (const message of group.messages) {
        const isSent = callable.has(message.id) && (await this.sendInNext(free, message, chunk));
        if (isSent) begun += 1;
        else unsent.push(message);
      }
    }
    await this.giveBack(chunk, unsent);
    return begun;
  }

  /** The slots are so many that only their minute counts, and the calls have begun in PostgreSQL with the claim. */
  private async sendAtOnce(chunk: Chunk, room: Room): Promise<number> {
    const { messages, slots, clock } = chunk;
    const unsent: Sendable[] = [];
    let next = 0;
    for (const [at, message] of messages.entries()) {
      if (at % IN_A_ROW === IN_A_ROW - 1) await nextTurn();
      while (next < slots.length && clock.isOver(slots[next]!)) next += 1;
      const slot = slots[next];
      if (slot && clock.beginUs(slot) > monotonicUs()) await waitUntil(clock.beginUs(slot));
      if (slot && !this.stopping) {
        next += 1;
        room.use();
        this.call(message, slot, chunk);
      } else unsent.push(message);
    }
    await this.giveBack(chunk, unsent);
    return messages.length - unsent.length;
  }

  private call(message: Sendable, slot: Slot, { clock, runId, claimToken, context }: Chunk): void {
    this.delay.observe(Math.max(0, monotonicUs() - clock.beginUs(slot)) / 1e6);
    const mayStart = (): boolean => !this.stopping && !clock.isOver(slot);
    this.calls.begin({ message, runId, claimToken, context: message.context ?? context, mayStart });
  }

  /** True when the call has begun in the first of the slots that is not over; it and those before it are taken away. */
  private async sendInNext(free: FreeSlots, message: Sendable, chunk: Chunk): Promise<boolean> {
    const { clock } = chunk;
    for (let slot = free.slots.shift(); slot; slot = free.slots.shift()) {
      const hasWaited = await waitUntil(clock.beginUs(slot));
      if (this.stopping) return false;
      if (clock.isLate(slot)) continue;
      free.inARow = hasWaited ? 0 : free.inARow + 1;
      // After a stall several are due: each leaves before the next one is judged late or not.
      if (free.inARow >= LATE_IN_A_ROW) {
        free.inARow = 0;
        await nextTurn();
      } else if (!hasWaited) await begunCallsLeave();
      if (clock.isLate(slot)) continue;
      this.call(message, slot, chunk);
      return true;
    }
    return false;
  }

  /**
   * The messages of the group that are in calling, shortly before its first slot. The other groups go on when this one
   * fails: undefined then, and its lease brings it back.
   */
  private async prepare(group: Group, chunk: Chunk): Promise<Set<string> | undefined> {
    try {
      await waitUntil(chunk.clock.beginUs(group.first) - PREPARE_MS * 1000);
      return await this.begun(group.messages, chunk);
    } catch (error) {
      this.logger.error(
        { err: error, runId: chunk.runId },
        'calls did not begin; their lease brings them back',
      );
      return undefined;
    }
  }

  private async begun(messages: Sendable[], chunk: Chunk): Promise<Set<string>> {
    const isLate = chunk.clock.isLate(chunk.slots.at(-1)!);
    if (isLate || this.stopping || !this.calls.hasRoom()) return new Set();
    const { campaign, integration, template } = chunk.context;
    const rows = await this.messages.beginCalls(
      messages.map(({ id }) => id),
      {
        claimToken: chunk.claimToken,
        campaignId: campaign.id,
        integrationId: integration.id,
        templateId: template.id,
        leaseMs: CALL_LEASE_MS,
        ruled: messages.some((message) => message.context !== undefined),
      },
    );
    const callable = await this.callableTimes.keepStillCallable(campaign, rows, chunk.claimToken);
    return new Set(callable.map(({ id }) => id));
  }

  private giveBack({ claimToken }: Chunk, messages: readonly Sendable[]): Promise<void> {
    return this.messages.release(
      messages.map(({ id }) => id),
      claimToken,
    );
  }
}

function groupBySlot(messages: readonly Sendable[], slots: readonly Slot[]): Group[] {
  const groups: Group[] = [];
  for (const [index, message] of messages.entries()) {
    const slot = slots[index]!;
    const current = groups.at(-1);
    const groupMs = groups.length === 1 ? GROUP_MS : LONG_GROUP_MS;
    if (current && slot.atUs - current.first.atUs < groupMs * 1000) current.messages.push(message);
    else groups.push({ first: slot, messages: [message] });
  }
  return groups;
}

/** Resolves when everything that waits for nothing but its turn has happened, before whatever has come from outside. */
const begunCallsLeave = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** False when that is past already. */
async function waitUntil(dueUs: number): Promise<boolean> {
  let us = dueUs - monotonicUs();
  if (us <= 0) return false;
  for (; us > 0; us = dueUs - monotonicUs()) await sleep(Math.ceil(us / 1000));
  return true;
}
