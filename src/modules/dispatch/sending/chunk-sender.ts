import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import { Logger } from '../../../platform/logging/logger.js';
import { ProcessMetrics } from '../../../platform/metrics/process-metrics.js';
import { CallableTimesGate } from '../callable-times/callable-times.gate.js';
import { EvenSends } from '../pacing/even-sends.js';
import { monotonicUs, type Slot, type SlotClock } from '../pacing/slot-clock.js';
import { Calls } from './calls.js';
import type { CampaignContext } from './campaign-contexts.js';
import { type ClaimedMessage, MessagesRepository } from './messages.repository.js';

/** Claimed messages and the slots they leave in, one each. */
export interface Chunk {
  runId: string;
  claimToken: string;
  context: CampaignContext;
  /** One may bring a context of its own. */
  messages: (ClaimedMessage & { context?: CampaignContext })[];
  slots: Slot[];
  spacingUs: number;
  clock: SlotClock;
  /** The claim was the begin of the calls as well. */
  begun: boolean;
}

/** Messages whose slots begin within this time go from claimed to calling in one statement. */
export const GROUP_MS = 40;
/** That statement runs this long before the first slot of the group. */
const PREPARE_MS = 15;
/** Longer than a call can take, so that a lease never ends during a call of a living worker. */
export const CALL_LEASE_MS = 30_000;

const SLOT_DELAY = {
  name: 'depesche_slot_delay_seconds',
  help: 'How long after the begin of its slot a message left: the lag against the asked rate',
};

type Slotted = Chunk['messages'][number] & { slot: Slot };

/** Sends the messages of a chunk, each within its slot; what misses its slot goes back to the queue unsent. */
@Injectable()
export class ChunkSender implements BeforeApplicationShutdown {
  private readonly underWay = new Set<Promise<void>>();
  private readonly even = new EvenSends();
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
      .catch((error: unknown) => {
        this.logger.error({ err: error, runId: chunk.runId }, 'a chunk failed; its lease brings it back');
      })
      .finally(() => this.underWay.delete(sending));
    this.underWay.add(sending);
  }

  /** Resolves when every message of the chunk was given back or its call has begun; calls may still be in the air. */
  async send(chunk: Chunk): Promise<void> {
    const slotted = chunk.messages.slice(0, chunk.slots.length);
    await this.giveBack(chunk, chunk.messages.slice(slotted.length));
    const groups = groupBySlot(slotted.map((message, index) => ({ ...message, slot: chunk.slots[index]! })));
    for (const group of groups) await this.sendGroup(group, chunk);
  }

  /** No more calls begin; those in the air are waited for and their outcomes written. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await Promise.all(this.underWay);
    await this.calls.finish();
  }

  private async sendGroup(group: Slotted[], chunk: Chunk): Promise<void> {
    const { clock, runId, claimToken, spacingUs } = chunk;
    const { campaign } = chunk.context;
    if (!this.stopping) await waitUntil(clock.beginUs(group[0]!.slot) - PREPARE_MS * 1000);
    const callable = await this.begun(group, chunk);
    const unsent: Slotted[] = [];
    for (const message of group) {
      const { slot, id } = message;
      const between = { beginUs: clock.beginUs(slot), endUs: clock.endUs(slot) };
      const dueUs = callable.has(id) ? this.even.next(campaign.id, between, spacingUs) : undefined;
      if (dueUs !== undefined) await waitUntil(dueUs);
      const mayStart = (): boolean => !this.stopping && !clock.isOver(slot);
      const context = message.context ?? chunk.context;
      if (dueUs !== undefined && mayStart()) {
        this.delay.observe(Math.max(0, monotonicUs() - clock.beginUs(slot)) / 1e6);
        this.calls.begin({ message, runId, claimToken, context, mayStart });
      } else unsent.push(message);
    }
    await this.giveBack(chunk, unsent);
  }

  /** The messages of the group that are in calling now. */
  private async begun(group: Slotted[], chunk: Chunk): Promise<Set<string>> {
    if (chunk.begun) return new Set(group.map(({ id }) => id));
    const inTime = group.filter(({ slot }) => !chunk.clock.isOver(slot));
    if (inTime.length === 0 || this.stopping || !this.calls.hasRoom()) return new Set();
    const { campaign, integration, template } = chunk.context;
    const rows = await this.messages.beginCalls(
      inTime.map(({ id }) => id),
      {
        claimToken: chunk.claimToken,
        campaignId: campaign.id,
        integrationId: integration.id,
        templateId: template.id,
        leaseMs: CALL_LEASE_MS,
      },
    );
    const callable = await this.callableTimes.keepStillCallable(campaign, rows, chunk.claimToken);
    return new Set(callable.map(({ id }) => id));
  }

  private giveBack({ claimToken }: Chunk, messages: readonly ClaimedMessage[]): Promise<void> {
    return this.messages.release(
      messages.map(({ id }) => id),
      claimToken,
    );
  }
}

function groupBySlot(slotted: readonly Slotted[]): Slotted[][] {
  const groups: Slotted[][] = [];
  for (const item of slotted) {
    const current = groups.at(-1);
    if (current && item.slot.atUs - current[0]!.slot.atUs < GROUP_MS * 1000) current.push(item);
    else groups.push([item]);
  }
  return groups;
}

async function waitUntil(dueUs: number): Promise<void> {
  for (let us = dueUs - monotonicUs(); us > 0; us = dueUs - monotonicUs()) await sleep(Math.ceil(us / 1000));
}
