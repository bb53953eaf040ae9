import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { toStorable } from '../../../kernel/storable.js';
import { isFaultOfValues } from '../../../platform/database/database-errors.js';
import { Logger } from '../../../platform/logging/logger.js';
import { MessagesRepository, type Requeueing, type Settlement } from './messages.repository.js';

/** Outcomes wait at most this long for others to be written with, and not at all for more than a batch. */
const GATHER_MS = 40;
const BATCH = 400;
const MOST_AT_ONCE = 1_000;
const RETRY_MS = 250;

/**
 * Writes the outcomes of calls, many at once. Keeps them until PostgreSQL has them; what PostgreSQL can never take, as a
 * message id that another message has, is left out rather than holding up the outcomes of other calls.
 */
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
      try {
        const requeueings = this.requeueings.slice(0, MOST_AT_ONCE);
        await this.write(requeueings, (some) => this.messages.requeue(some), givenUp);
        this.requeueings = this.requeueings.slice(requeueings.length);
        const settlements = this.settlements.slice(0, MOST_AT_ONCE);
        await this.write(settlements, (some) => this.messages.settle(some), withoutWords);
        this.settlements = this.settlements.slice(settlements.length);
      } catch (error) {
        this.logger.warn({ err: error, outcomes: this.waiting }, 'could not write outcomes; trying again');
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

  /** Rejects where trying again may help; writing twice changes nothing. */
  private async write<T extends Outcome>(
    outcomes: readonly T[],
    statement: (some: readonly T[]) => Promise<void>,
    reduce: (outcome: T, why: string) => Settlement,
  ): Promise<void> {
    const reduced: Settlement[] = [];
    for (const { outcome, error } of await refusedOf(outcomes, statement)) {
      const reason = messageOf(error);
      this.logger.error({ reason, messageId: outcome.id }, 'an outcome can not be written in full');
      reduced.push(reduce(outcome, reason));
    }
    for (const { outcome, error } of await refusedOf(reduced, (some) => this.messages.settle(some)))
      this.logger.error(
        { reason: messageOf(error), messageId: outcome.id },
        'an outcome can not be written at all; its lease makes the message ambiguous',
      );
  }
}

type Outcome = Settlement | Requeueing;

/** Writes all that can be written; one by one where some can't. */
async function refusedOf<T extends Outcome>(
  outcomes: readonly T[],
  statement: (some: readonly T[]) => Promise<void>,
): Promise<{ outcome: T; error: unknown }[]> {
  if (outcomes.length === 0) return [];
  try {
    await statement(outcomes);
    return [];
  } catch (error) {
    if (!isFaultOfValues(error)) throw error;
    if (outcomes.length === 1) return [{ outcome: outcomes[0]!, error }];
  }
  const refused: { outcome: T; error: unknown }[] = [];
  for (const outcome of outcomes) refused.push(...(await refusedOf([outcome], statement)));
  return refused;
}

/** Sent is only what has a message id; without one nobody could tell what becomes of the message. */
function withoutWords({ id, claimToken, disposition }: Settlement, why: string): Settlement {
  return {
    id,
    claimToken,
    disposition: disposition === 'OUTBOUND-MESSAGE-SENT' ? 'OUTBOUND-MESSAGE-AMBIGUOUS' : disposition,
    detail: `what WhatsApp said can not be kept: ${why}`,
  };
}

/** Nothing of such a message left, or it was refused. */
function givenUp({ id, claimToken }: Requeueing, why: string): Settlement {
  return {
    id,
    claimToken,
    disposition: 'OUTBOUND-MESSAGE-FAILED',
    detail: `the message could not go back to the queue: ${why}`,
  };
}

function messageOf(error: unknown): string {
  return toStorable(error instanceof Error ? error.message : String(error));
}
