import { Inject, Injectable } from '@nestjs/common';
import { databaseErrorCodeOf, isTransient } from '../../../platform/database/database-errors.js';
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

interface Told {
  eventId: string;
  item: WebhookItem;
}

type Refused = Told & { error: unknown };

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
      return await this.applyNext(limit, async (told) => {
        await this.apply(told);
        return [];
      });
    } catch (error) {
      if (isTransient(error)) throw error;
      this.logger.warn(
        { reason: reasonOf(error) },
        'a batch of webhooks could not be applied; trying its parts',
      );
      return this.applyNext(limit, (told) => this.applyParts(told));
    }
  }

  /** `apply` returns what it had to leave out. */
  private applyNext(limit: number, apply: (told: readonly Told[]) => Promise<Refused[]>): Promise<boolean> {
    return this.uow.run(async () => {
      const { events, mayHaveMore } = await this.inbox.lockWaiting(limit);
      if (events.length === 0) return false;
      const refused = new Map<string, string>();
      for (const { eventId, item, error } of await apply(events.flatMap(toldBy))) {
        this.logger.error(
          { webhookEventId: eventId, item: item.kind, reason: reasonOf(error) },
          'a part of a webhook could not be applied; the webhook and the error are kept for a while',
        );
        refused.set(eventId, `${item.kind}: ${String(error)}`);
      }
      await this.inbox.markApplied(events.map(({ id }) => id).filter((id) => !refused.has(id)));
      for (const [id, error] of refused) await this.inbox.markApplied([id], error);
      return mayHaveMore;
    });
  }

  // Opt-outs first: messages to those people may be about to leave.
  private async apply(told: readonly Told[]): Promise<void> {
    const items = told.map(({ item }) => item);
    await this.optOuts.apply(items);
    await this.replies.add(items);
    const statuses = statusesOf(items);
    await this.traces.told(statuses, () => this.statuses.merge(statuses));
    await this.agentless.merge(statuses);
    await this.failures.apply(items);
    await this.platform.apply(items);
  }

  // What can't be applied must not hold up what others said. Halves find it in few steps, also among a thousand.
  private async applyParts(told: readonly Told[]): Promise<Refused[]> {
    if (told.length === 0) return [];
    await this.uow.manager.query('SAVEPOINT part');
    try {
      await this.apply(told);
      await this.uow.manager.query('RELEASE SAVEPOINT part');
      return [];
    } catch (error) {
      if (isTransient(error)) throw error;
      await this.uow.manager.query('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part');
      if (told.length === 1) return told.map((one) => ({ ...one, error }));
      const half = told.length >> 1;
      return [...(await this.applyParts(told.slice(0, half))), ...(await this.applyParts(told.slice(half)))];
    }
  }
}

const toldBy = ({ id, body }: WebhookEvent): Told[] =>
  parseWebhook(parseJson(body)).map((item) => ({ eventId: id, item }));

/** SQLSTATE or the name of the error: its words and parameters may tell of people. */
function reasonOf(error: unknown): string {
  return databaseErrorCodeOf(error) ?? (error instanceof Error ? error.name : typeof error);
}

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
