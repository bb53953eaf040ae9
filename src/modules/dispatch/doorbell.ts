import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { Logger } from '../../platform/logging/logger.js';
import type { ContactsInFront } from '../contact-lists/index.js';
import { TICK_QUEUE } from './dispatch.queues.js';

export interface TickJob {
  campaignId: string;
  /** Contacts that are to be messaged next. */
  inFront?: ContactsInFront;
  /** Chain of ticks that this one belongs to; a ring from outside has none and begins a new chain. */
  generation?: number;
}

/** Rings within this time become one tick. */
const RING_BUCKET_MS = 100;

/** Wakes the workers. All it says may get lost: the sweeper rings again for every run that nobody works on. */
@Injectable()
export class Doorbell {
  constructor(
    @InjectQueue(TICK_QUEUE) private readonly ticks: Queue<TickJob>,
    private readonly logger: Logger,
  ) {}

  /** Something happened to the campaign that a worker should look at soon. Never waits for Redis. */
  ring(campaignId: string): void {
    this.ringIn(campaignId, 0);
  }

  /** The same, for contacts that are to be messaged next; when it gets lost they come after all others. */
  ringForFront(campaignId: string, inFront: ContactsInFront): void {
    this.ticks.add({ campaignId, inFront }).catch((error: unknown) => {
      this.logger.warn({ err: error, campaignId }, 'could not ring for contacts in front; they come last');
    });
  }

  /** The same, for something that happens in a while. */
  ringIn(campaignId: string, inMs: number): void {
    const at = (Math.floor((Date.now() + inMs) / RING_BUCKET_MS) + 1) * RING_BUCKET_MS;
    const options = { jobId: `ring:${campaignId}:${at}`, delay: at - Date.now() };
    this.ticks.add({ campaignId }, options).catch((error: unknown) => {
      this.logger.warn({ err: error, campaignId }, 'could not ring for a campaign; the sweeper will');
    });
  }

  async tickAgain(campaignId: string, generation: number, inMs: number): Promise<void> {
    const due = Math.round(Date.now() + inMs);
    await this.ticks.add(
      { campaignId, generation },
      { jobId: `tick:${campaignId}:${generation}:${due}`, delay: inMs },
    );
  }
}
