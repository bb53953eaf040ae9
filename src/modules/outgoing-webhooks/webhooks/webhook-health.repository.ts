import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';

/** How long webhooks have been failing, and which are off because of it. */
@Injectable()
export class WebhookHealth {
  constructor(private readonly uow: UnitOfWork) {}

  async succeeded(id: string): Promise<void> {
    await this.uow.manager.query(
      `UPDATE outgoing_webhooks SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL`,
      [id],
    );
  }

  /** Notes a failure. True when it was this one that switched the webhook off. */
  async failed(
    id: string,
    { disableAfterMs, reason }: { disableAfterMs: number; reason: string },
  ): Promise<boolean> {
    await this.uow.manager.query(
      `UPDATE outgoing_webhooks SET failing_since = now() WHERE id = $1 AND failing_since IS NULL`,
      [id],
    );
    const [, disabled] = await this.uow.manager.query<[unknown, number]>(
      `UPDATE outgoing_webhooks
          SET state = 'disabled', disabled_reason = $3, version = version + 1, updated_at = now()
        WHERE id = $1 AND state = 'active' AND failing_since <= now() - $2 * interval '1 millisecond'`,
      [id, disableAfterMs, reason],
    );
    return disabled === 1;
  }
}
