import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { EventBus } from '../../../platform/events/event-bus.js';
import { IntegrationStateChanged } from '../whatsapp.events.js';
import type { IntegrationError } from './integration.entity.js';
import { SenderCache } from './sender-cache.js';

// A second report while it is broken may only prolong the time for which the probe is not believed.
const BREAK = `
  UPDATE whatsapp_integrations
     SET status = 'Error', state_error = $2, version = version + 1, modified_at = now(),
         held_until = greatest(held_until, $3::timestamptz), probe_due_at = greatest(now(), $3::timestamptz)
   WHERE id = $1 AND (status = 'Active' OR state_error IS NOT NULL)
     AND (status, state_error, held_until)
         IS DISTINCT FROM ('Error', $2::jsonb, greatest(held_until, $3::timestamptz))
  RETURNING id`;

const HEAL = `
  UPDATE whatsapp_integrations
     SET status = 'Active', state_error = NULL, held_until = NULL, version = version + 1, modified_at = now()
   WHERE id = $1 AND state_error IS NOT NULL AND ($2 OR held_until IS NULL OR held_until <= now())
  RETURNING id`;

/** Takes integrations out of service and back, and tells so after the transaction has committed. */
@Injectable()
export class IntegrationStates {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly events: EventBus,
    private readonly senders: SenderCache,
  ) {}

  /**
   * An active integration can't send: nothing leaves by it until it heals, by the probe, which is not believed before
   * `heldUntil`. One that is not active is left alone.
   */
  async markError(id: string, error: IntegrationError, heldUntil?: Date): Promise<void> {
    await this.change(id, BREAK, [id, JSON.stringify(error), heldUntil ?? null]);
  }

  /** Back in service; during a hold only when `isForced`. Nothing happens to one that is not broken. */
  async heal(id: string, { isForced = false } = {}): Promise<void> {
    await this.change(id, HEAL, [id, isForced]);
  }

  /** The integration may have another state than before: tells everybody. */
  async announce(id: string): Promise<void> {
    await this.uow.afterCommit(() => this.senders.invalidate(id));
    await this.events.publish(new IntegrationStateChanged(id));
  }

  private async change(id: string, sql: string, params: unknown[]): Promise<void> {
    await this.uow.run(async () => {
      const [, changed] = await this.uow.manager.query<[unknown, number]>(sql, params);
      if (changed > 0) await this.announce(id);
    });
  }
}
