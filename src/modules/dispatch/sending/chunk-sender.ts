import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { REDIS } from '../../../platform/queue/queue.module.js';
import type { ChunkJob } from '../doorbell.js';
import { SlotClock } from '../pacing/slot-clock.js';
import { Calls } from './calls.js';
import { type CampaignContext, CampaignContexts } from './campaign-contexts.js';
import { type CallableMessage, MessagesRepository } from './messages.repository.js';

/** Messages whose slots begin within this time go from claimed to calling in one statement. */
const GROUP_MS = 40;
/** That statement runs this long before the first slot of the group. */
const PREPARE_MS = 15;
/** Longer than a call can take, so that a lease never ends during a call of a living worker. */
const CALL_LEASE_MS = 30_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

interface Slotted {
  id: string;
  slotUs: number;
}

/** Sends the messages of a chunk, each within its slot; what misses its slot goes back to the queue unsent. */
@Injectable()
export class ChunkSender {
  constructor(
    private readonly messages: MessagesRepository,
    private readonly contexts: CampaignContexts,
    private readonly calls: Calls,
    @Inject(REDIS) private readonly redis: Redis,
  ) {}

  /** Resolves when every message of the chunk was given back or its call has begun; calls may still be in the air. */
  async send(chunk: ChunkJob): Promise<void> {
    const ids = await this.messages.claimedIds(chunk.runId, chunk.claimToken);
    const found = await this.contexts.get(chunk.campaignId);
    if (!found?.ok) return this.messages.release(ids, chunk.claimToken);
    const clock = await SlotClock.read(this.redis);
    const { firstUs, spacingUs } = chunk.slots;
    const slotted = ids.map((id, index) => ({ id, slotUs: firstUs + index * spacingUs }));
    for (const group of groupBySlot(slotted)) await this.sendGroup(group, chunk, found.context, clock);
  }

  private async sendGroup(
    group: Slotted[],
    chunk: ChunkJob,
    context: CampaignContext,
    clock: SlotClock,
  ): Promise<void> {
    await waitFor(clock, group[0]!.slotUs, PREPARE_MS);
    const inTime = group.filter(({ slotUs }) => !clock.isOver(slotUs));
    const callable = this.calls.hasRoom()
      ? await this.begin(inTime, chunk, context)
      : new Map<string, CallableMessage>();
    const { runId, claimToken } = chunk;
    const unsent: string[] = [];
    for (const { id, slotUs } of group) {
      const message = callable.get(id);
      if (message) await waitFor(clock, slotUs, 0);
      const mayStart = (): boolean => !clock.isOver(slotUs);
      if (message && mayStart()) this.calls.begin({ message, runId, claimToken, context, mayStart });
      else unsent.push(id);
    }
    await this.messages.release(unsent, claimToken);
  }

  private async begin(
    group: Slotted[],
    chunk: ChunkJob,
    context: CampaignContext,
  ): Promise<Map<string, CallableMessage>> {
    if (group.length === 0) return new Map();
    const rows = await this.messages.beginCalls(
      group.map(({ id }) => id),
      {
        claimToken: chunk.claimToken,
        campaignId: chunk.campaignId,
        integrationId: context.integration.id,
        templateId: context.template.id,
        leaseMs: CALL_LEASE_MS,
      },
    );
    return new Map(rows.map((row) => [row.id, row]));
  }
}

function groupBySlot(slotted: readonly Slotted[]): Slotted[][] {
  const groups: Slotted[][] = [];
  for (const item of slotted) {
    const current = groups.at(-1);
    if (current && item.slotUs - current[0]!.slotUs < GROUP_MS * 1000) current.push(item);
    else groups.push([item]);
  }
  return groups;
}

async function waitFor(clock: SlotClock, slotUs: number, earlierMs: number): Promise<void> {
  for (let ms = clock.waitMs(slotUs) - earlierMs; ms > 0; ms = clock.waitMs(slotUs) - earlierMs) {
    await sleep(Math.min(Math.ceil(ms), LONGEST_TIMER_MS));
  }
}
