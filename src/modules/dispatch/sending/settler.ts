import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Logger } from '../../../platform/logging/logger.js';
import { ContactListsService } from '../../contact-lists/index.js';
import { MessagesRepository, type Requeueing, type Settlement } from './messages.repository.js';

/** Outcomes wait at most this long for others to be written with. */
const GATHER_MS = 20;
const MOST_AT_ONCE = 1_000;
const RETRY_MS = 250;

/** Writes the outcomes of calls, many at once. Keeps them until PostgreSQL has them. */
@Injectable()
export class Settler {
  private settlements: Settlement[] = [];
  private requeueings: Requeueing[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly messages: MessagesRepository,
    private readonly contactLists: ContactListsService,
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

  private wake(): void {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = undefined;
      if (this.settlements.length + this.requeueings.length > 0) this.wake();
    });
  }

  private async writeAll(): Promise<void> {
    while (this.settlements.length + this.requeueings.length > 0) {
      await sleep(GATHER_MS);
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

  private async write(settlements: readonly Settlement[], requeueings: readonly Requeueing[]): Promise<void> {
    await this.messages.requeue(requeueings);
    if (settlements.length === 0) return;
    await this.uow.run(async () => {
      const settled = await this.messages.settle(settlements);
      await this.contactLists.recordEvaluations(
        settled.map(({ contactSeq, column, address, disposition, settledAt }) => ({
          contactSeq,
          column,
          address,
          wrapupCode: disposition,
          at: settledAt,
        })),
      );
    });
  }
}
