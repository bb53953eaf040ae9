import { Inject, Injectable } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { Config } from '../../../platform/config/config.js';
import { REDIS } from '../../../platform/queue/queue.module.js';
import {
  HORIZON_MS,
  LATEST_GRANT_MS,
  LEAD_MS,
  SLACK_MS,
  slotGapUs,
  slotLatenessUs,
  slotLengthUs,
  slotSpacingUs,
} from './pace.js';
import { ClockWatch, monotonicUs, type Slot, type SlotClock } from './slot-clock.js';
import { SLOTS } from './slots.lua.js';

export interface PaceRequest {
  campaignId: string;
  messagesPerMinute: number;
  integrationId: string;
  /** Messages a minute that the integration can do, whatever campaigns they are of. */
  integrationPerMinute: number;
  /** End of the last slot given out as PostgreSQL knows it; makes a Redis without memory harmless. */
  pacedUntilUs: number;
}

export interface OpenSlots {
  slots: Slot[];
  /** Where the next slot of the campaign begins. */
  endUs: number;
  /** In how many milliseconds from now a message may leave in it. */
  nextInMs: number;
  /** Reads the slots on the clock of this process. */
  clock: SlotClock;
}

interface PaceRedis extends Redis {
  paceSlots(...keysAndArgs: (string | number)[]): Promise<[number, number, number, ...number[]]>;
}

/**
 * Gives out the moments at which messages may leave: those of a campaign evenly spaced, those of all campaigns of an
 * integration together no closer than the integration allows. One ticker per campaign asks at a time.
 */
@Injectable()
export class Pacer {
  private readonly redis: PaceRedis;
  private readonly watch = new ClockWatch();

  constructor(
    @Inject(REDIS) redis: Redis,
    private readonly config: Config,
  ) {
    redis.defineCommand('paceSlots', { numberOfKeys: 3, lua: SLOTS });
    this.redis = redis as PaceRedis;
  }

  /** The slots within the horizon, `limit` at most. Another campaign may still take them before `take` does. */
  open(request: PaceRequest, limit: number): Promise<OpenSlots> {
    return this.find(request, limit, { reserve: false, latenessMs: LATEST_GRANT_MS });
  }

  /** Reserves up to `count` slots; fewer when other campaigns of the integration were faster. */
  take(request: PaceRequest, count: number): Promise<OpenSlots> {
    return this.find(request, count, { reserve: true, latenessMs: LATEST_GRANT_MS });
  }

  /**
   * As `take`, without those whose time has begun already: each lasts for the whole slack, which leaves a message time
   * to wait for a connection. For campaigns with more slots than they can use.
   */
  takeFresh(request: PaceRequest, count: number): Promise<OpenSlots> {
    return this.find(request, count, { reserve: true, latenessMs: 0 });
  }

  private async find(
    request: PaceRequest,
    limit: number,
    { reserve, latenessMs }: { reserve: boolean; latenessMs: number },
  ): Promise<OpenSlots> {
    const { campaignId, messagesPerMinute, integrationId, integrationPerMinute, pacedUntilUs } = request;
    const spacingUs = slotSpacingUs(messagesPerMinute);
    const prefix = `${this.config.redisPrefix}:pace`;
    const heldUs = this.watch.leftUs(afterJumpUs(spacingUs));
    const askedAtUs = monotonicUs();
    const [now, end, leavesAt, ...moments] = await this.redis.paceSlots(
      `${prefix}:${campaignId}`,
      `${prefix}:integration:${integrationId}`,
      `${prefix}:integration:${integrationId}:since`,
      spacingUs,
      pacedUntilUs,
      LEAD_MS * 1000,
      HORIZON_MS * 1000,
      SLACK_MS * 1000,
      slotSpacingUs(integrationPerMinute),
      limit,
      latenessMs * 1000,
      reserve && heldUs === 0 ? 1 : 0,
      slotGapUs(messagesPerMinute),
    );
    const answeredAtUs = monotonicUs();
    const clock = this.watch.read(askedAtUs, now, answeredAtUs);
    const leftMs = Math.max(heldUs, this.watch.leftUs(afterJumpUs(spacingUs))) / 1000;
    const nextInMs = Math.max((leavesAt - now) / 1000, leftMs);
    if (leftMs > 0) return { slots: [], endUs: end, nextInMs, clock };
    const lengthUs = slotLengthUs(messagesPerMinute, integrationPerMinute);
    const latenessUs = slotLatenessUs(messagesPerMinute, integrationPerMinute);
    const slots: Slot[] = [];
    for (let index = 0; index < moments.length; index += 2) {
      const [atUs, wishUs] = [moments[index]!, moments[index + 1]!];
      const untilUs = wishUs + SLACK_MS * 1000;
      slots.push({ atUs, beginByUs: atUs + lengthUs, leaveByUs: atUs + latenessUs, untilUs });
    }
    return { slots, endUs: end, nextInMs, clock };
  }
}

/** The slots that were given out before a jump of the clock have passed, and the last message has its distance. */
function afterJumpUs(spacingUs: number): number {
  return Math.max((HORIZON_MS + SLACK_MS) * 1000, spacingUs);
}
