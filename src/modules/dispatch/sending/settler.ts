import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Logger } from '../../../platform/logging/logger.js';
import { ContactListsService } from '../../contact-lists/index.js';
import { MessagesRepository, type Settlement } from './messages.repository.js';

/** Outcomes wait at most this long for others to be written with. */
const GATHER_MS = 20;
const MOST_AT_ONCE = 500;
const RETRY_MS = 250;

/** Writes the outcomes of calls, many at once. Keeps them until PostgreSQL has them. */
@Injectable()
export class Settler {
  private waiting: Settlement[] = [];
  private writing: Promise<void> | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly messages: MessagesRepository,
    private readonly contactLists: ContactListsService,
    private readonly logger: Logger,
  ) {}

  add(settlement: Settlement): void {
    this.waiting.push(settlement);
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
  }

  /** Resolves when nothing waits to be written any more. */
  async drain(): Promise<void> {
    while (this.writing) await this.writing;
  }

  private async writeAll(): Promise<void> {
    await sleep(GATHER_MS);
    while (this.waiting.length > 0) {
      const batch = this.waiting.slice(0, MOST_AT_ONCE);
      try {
        await this.write(batch);
        this.waiting = this.waiting.slice(batch.length);
      } catch (error) {
        this.logger.warn({ err: error, outcomes: batch.length }, 'could not write outcomes; trying again');
        await sleep(RETRY_MS);
      }
    }
  }

  private async write(batch: readonly Settlement[]): Promise<void> {
    await this.uow.run(async () => {
      const settled = await this.messages.settle(batch);
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
