import { Injectable } from '@nestjs/common';
import { missesPartition } from '../../../platform/database/database-errors.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { MessageChanges } from '../../dispatch/index.js';
import { InteractionMonths } from './interaction-months.js';
import { type InteractionChange, InteractionOutlets } from './interaction-outlets.js';
import { AUDIT_COUNTS, PROJECT, PROJECT_AND_TELL, WITHDRAW } from './interactions.sql.js';

const PROJECTOR_LOCK = 66_002;

/** Writes what happened to messages into the interactions, behind the engine. */
@Injectable()
export class InteractionProjector {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly changes: MessageChanges,
    private readonly months: InteractionMonths,
    private readonly outlets: InteractionOutlets,
  ) {}

  /** Brings the interactions up to date with every change that is committed by now, unless another process does. */
  async catchUp(): Promise<void> {
    while (await this.projectNext());
  }

  /** One batch. True when there may be more. */
  async projectNext(): Promise<boolean> {
    try {
      return await this.uow.run(() => this.project());
    } catch (error) {
      if (!missesPartition(error)) throw error;
      await this.months.createMissing();
      return true;
    }
  }

  /** Counts all interactions, which takes its time, and answers every count that is wrong. */
  audit(): Promise<unknown[]> {
    return this.uow.manager.query<unknown[]>(AUDIT_COUNTS);
  }

  private async project(): Promise<boolean> {
    const [lock] = await this.uow.manager.query<[{ mine: boolean }]>(
      `SELECT pg_try_advisory_xact_lock($1) AS mine`,
      [PROJECTOR_LOCK],
    );
    if (!lock.mine) return false;
    const { changed, withdrawn, oldestAt, mayBeMore } = await this.changes.take();
    if (!oldestAt) return false;
    if (withdrawn) await this.uow.manager.query(WITHDRAW, [withdrawn]);
    await this.write(changed);
    // What is left for the next round is often of the same messages, which are then written once instead of twice.
    return mayBeMore;
  }

  private async write(messageIds: string): Promise<void> {
    const outlets = await this.outlets.findWanting();
    if (outlets.length === 0) {
      await this.uow.manager.query(PROJECT, [messageIds]);
      return;
    }
    const changes = await this.uow.manager.query<InteractionChange[]>(PROJECT_AND_TELL, [messageIds]);
    if (changes.length > 0) for (const outlet of outlets) await outlet.take(changes);
  }
}
