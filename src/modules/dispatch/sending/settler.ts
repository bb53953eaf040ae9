import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Logger } from '../../../platform/logging/logger.js';
import { MessagesRepository, type Requeueing, type Settlement } from './messages.repository.js';

/** Outcomes wait at most this long for others to be written with, and not at all for more than a batch. */
const GATHER_MS = 40;
const BATCH = 400;
const MOST_AT_ONCE = 1_000;
const RETRY_MS = 250;

/** Writes the outcomes of calls, many at once. Keeps them until PostgreSQL has them. */
@Injectable()
export class Settler {
  private settlements: Settlement[] = [];
  private requeueings: Requeueing[] = [];
  private writing: Promise<void> | undefined;
  /** Ends the wait for others. */
  private goOn: (() => void) | undefined;

  constructor(
    private readonly messages: MessagesRepository,
    private readonly logger: Logger,
  ) {}

  settle(settlement: Settlement): void {
    this.settlements.push(settlement);
    this.wake();
  }

  requeue(requeueing: Requeueing): void {
    this.requeueings.push(requeueing);
    this.wake();
  }

  /** Resolves when nothing waits to be written any more. */
  async drain(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private get waiting(): number {
    return this.settlements.length + this.requeueings.length;
  }

  private wake(): void {
    if (this.waiting >= BATCH) this.goOn?.();
    this.writing ??= this.writeAll().finally(() => {
      this.writing = undefined;
      if (this.waiting > 0) this.wake();
    });
  }

  private async writeAll(): Promise<void> {
    while (this.waiting > 0) {
      await this.gather();
      const settlements = this.settlements.slice(0, MOST_AT_ONCE);
      const requeueings = this.requeueings.slice(0, MOST_AT_ONCE);
      try {
        await this.write(settlements, requeueings);
        this.settlements = this.settlements.slice(settlements.length);
        this.requeueings = this.requeueings.slice(requeueings.length);
      } catch (error) {
        const outcomes = settlements.length + requeueings.length;
        this.logger.warn({ err: error, outcomes }, 'could not write outcomes; trying again');
        await sleep(RETRY_MS);
      }
    }
  }

  private async gather(): Promise<void> {
    if (this.waiting >= BATCH) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, GATHER_MS);
      this.goOn = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.goOn = undefined;
  }

  private async write(settlements: readonly Settlement[], requeueings: readonly Requeueing[]): Promise<void> {
    await this.messages.requeue(requeueings);
    await this.messages.settle(settlements);
  }
}
