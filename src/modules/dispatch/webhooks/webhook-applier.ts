import { Inject, Injectable } from '@nestjs/common';
import { isTransient } from '../../../platform/database/database-errors.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { Logger } from '../../../platform/logging/logger.js';
import { parseWebhook, PlatformEvents, type StatusItem, type WebhookItem } from '../../whatsapp/index.js';
import { AgentlessMessagesRepository } from '../agentless/agentless-messages.repository.js';
import { messageIdOf } from '../callback-data.js';
import { evidenceOf } from '../provider-evidence.js';
import { MessageTraces } from '../tracing/message-traces.js';
import { FailedStatuses } from './failed-statuses.js';
import { WebhookOptOuts } from './opt-outs.js';
import { RepliesRepository } from './replies.repository.js';
import { type MessageStatus, StatusesRepository } from './statuses.repository.js';
import { WebhookInbox, type WebhookEvent } from './webhook-inbox.js';

const EVENTS_AT_ONCE = 200;

/** Works off the inbox. Applying an event again changes nothing. */
@Injectable()
export class WebhookApplier {
  @Inject(MessageTraces)
  private readonly traces: MessageTraces;

  @Inject(RepliesRepository)
  private readonly replies: RepliesRepository;

  @Inject(FailedStatuses)
  private readonly failures: FailedStatuses;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly inbox: WebhookInbox,
    private readonly statuses: StatusesRepository,
    private readonly agentless: AgentlessMessagesRepository,
    private readonly optOuts: WebhookOptOuts,
    private readonly platform: PlatformEvents,
    private readonly logger: Logger,
  ) {}

  /** Applies all waiting events, a batch per transaction. */
  async applyWaiting(): Promise<void> {
    while (await this.applyBatch(EVENTS_AT_ONCE));
  }

  /** True when more may wait. */
  private async applyBatch(limit: number): Promise<boolean> {
    try {
      return await this.uow.run(async () => {
        const { events, mayHaveMore } = await this.inbox.lockWaiting(limit);
        if (events.length === 0) return false;
        await this.apply(events.flatMap(itemsOf));
        await this.inbox.markApplied(events.map(({ id }) => id));
        return mayHaveMore;
      });
    } catch (error) {
      if (isTransient(error)) throw error;
      this.logger.warn({ err: error }, 'a batch of webhooks could not be applied; trying them one by one');
      await this.applySingly(limit);
      return false;
    }
  }

  // Opt-outs first: messages to those people may be about to leave.
  private async apply(items: readonly WebhookItem[]): Promise<void> {
    await this.optOuts.apply(items);
    await this.replies.add(items);
    const statuses = statusesOf(items);
    await this.traces.told(statuses, () => this.statuses.merge(statuses));
    await this.agentless.merge(statuses);
    await this.failures.apply(items);
    await this.platform.apply(items);
  }

  // One event that can't be applied must not hold up the others.
  private async applySingly(limit: number): Promise<void> {
    await this.uow.run(async () => {
      const { events } = await this.inbox.lockWaiting(limit);
      for (const event of events) {
        await this.uow.manager.query('SAVEPOINT one_event');
        try {
          await this.apply(itemsOf(event));
          await this.inbox.markApplied([event.id]);
        } catch (error) {
          if (isTransient(error)) throw error;
          await this.uow.manager.query('ROLLBACK TO SAVEPOINT one_event');
          await this.inbox.markApplied([event.id], String(error));
          this.logger.error(
            { err: error, webhookEventId: event.id },
            'a webhook could not be applied; it is kept',
          );
        }
      }
    });
  }
}

const itemsOf = (event: WebhookEvent): WebhookItem[] => parseWebhook(parseJson(event.body));

function statusesOf(items: readonly WebhookItem[]): MessageStatus[] {
  return items
    .filter((item): item is StatusItem => item.kind === 'status')
    .map(({ wamid, status, at, callbackData, error }) => ({
      messageId: messageIdOf(callbackData),
      wamid,
      status,
      at: at.toISOString(),
      ...evidenceOf(error),
    }));
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
