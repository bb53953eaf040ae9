import { Injectable } from '@nestjs/common';
import { type FixedIds, Tracing } from '../../../platform/tracing/tracing.js';
import type { SendOutcome } from '../../whatsapp/index.js';
import type { ClaimedMessage, SendableMessage } from '../sending/messages.repository.js';
import type { MessageStatus } from '../webhooks/statuses.repository.js';

/** What a span says of the message it is about. */
interface MessageAttributes {
  campaignId: string;
  runId: string;
}

/** A call as far as traces tell of it. */
interface TracedCall {
  message: SendableMessage;
  runId: string;
  context: { campaign: { id: string } };
}

/**
 * The way of each message as one trace, from the claim to the last webhook. Its id is that of the message, so whoever
 * knows the message, in whichever process and however much later, writes into the same trace.
 */
@Injectable()
export class MessageTraces {
  constructor(private readonly tracing: Tracing) {}

  /** Notes on the messages when they were claimed, and writes that they were. */
  claimed(messages: readonly ClaimedMessage[], about: MessageAttributes, startedAt: number): void {
    if (!this.tracing.isOn) return;
    const endedAt = Date.now();
    for (const message of messages) {
      message.claimedAt = startedAt;
      const parent = idsOf(message.id);
      this.tracing.write({ name: 'claim', parent, attributes: describe(message, about), startedAt, endedAt });
    }
  }

  /** The call to the provider. */
  called<C extends TracedCall>(call: C, make: (call: C) => Promise<SendOutcome>): Promise<SendOutcome> {
    return this.tracing.isOn ? this.traced(call, make) : make(call);
  }

  /** The message has its result: the span above all others, which ends here. */
  settled(call: TracedCall, disposition: string): void {
    if (!this.tracing.isOn) return;
    const { message } = call;
    const endedAt = Date.now();
    const attributes = { ...describe(message, aboutOf(call)), 'depesche.disposition': disposition };
    const startedAt = message.claimedAt ?? endedAt;
    this.tracing.write({ name: 'message', ids: idsOf(message.id), attributes, startedAt, endedAt });
  }

  /** WhatsApp said something about messages, and that was applied. */
  async told(statuses: readonly MessageStatus[], apply: () => Promise<unknown>): Promise<void> {
    const startedAt = Date.now();
    await apply();
    if (!this.tracing.isOn) return;
    const endedAt = Date.now();
    for (const { messageId, status, at, errorCode } of statuses) {
      if (messageId === undefined) continue;
      const attributes = {
        'depesche.message_id': messageId,
        'whatsapp.status': status,
        'whatsapp.status_at': at,
        'whatsapp.code': errorCode,
      };
      const span = { name: `webhook ${status}`, kind: 'consumer', parent: idsOf(messageId) } as const;
      this.tracing.write({ ...span, attributes, startedAt, endedAt });
    }
  }

  private async traced<C extends TracedCall>(
    call: C,
    make: (call: C) => Promise<SendOutcome>,
  ): Promise<SendOutcome> {
    const { message } = call;
    const startedAt = Date.now();
    const outcome = await make(call);
    const code = 'error' in outcome ? outcome.error?.code : undefined;
    const attributes = {
      ...describe(message, aboutOf(call)),
      'whatsapp.outcome': outcome.kind,
      'whatsapp.code': code,
    };
    const span = { name: 'call WhatsApp', kind: 'client', parent: idsOf(message.id) } as const;
    this.tracing.write({ ...span, attributes, startedAt, endedAt: Date.now() });
    return outcome;
  }
}

function aboutOf({ runId, context }: TracedCall): MessageAttributes {
  return { campaignId: context.campaign.id, runId };
}

function describe(
  { id, attempts }: Pick<SendableMessage, 'id' | 'attempts'>,
  { campaignId, runId }: MessageAttributes,
): Record<string, string | number> {
  return {
    'depesche.message_id': id,
    'depesche.campaign_id': campaignId,
    'depesche.run_id': runId,
    'depesche.attempts': attempts,
  };
}

/** The trace of a message and the span above all others in it. */
export function idsOf(messageId: string): FixedIds {
  const traceId = messageId.replaceAll('-', '');
  return { traceId, spanId: traceId.slice(16) };
}
