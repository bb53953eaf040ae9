import { toSendOutcome, type SendOutcome } from '../../../../src/modules/whatsapp/cloud-api/send-outcome.js';
import type { TemplateSend } from '../../../../src/modules/whatsapp/cloud-api/template-message.js';
import { messageIdOf } from '../../../../src/modules/dispatch/callback-data.js';
import type { MessageStatus } from '../../../../src/modules/dispatch/webhooks/statuses.repository.js';
import type { CrashPoints } from './crash-points.js';
import type { Dice } from './dice.js';

export interface Accepted {
  to: string;
  messageId: string;
  wamid: string;
}

const META_TEMPLATE = {
  name: 'order_update',
  language: 'en_US',
  category: 'UTILITY',
  status: 'APPROVED',
  parameterFormat: 'POSITIONAL',
  components: [{ type: 'BODY', text: 'Hello.' }],
};

const refusal = (code: number): SendOutcome =>
  toSendOutcome({ kind: 'answer', status: 400, body: { error: { code, message: 'refused' } }, headers: {} });

/** WhatsApp at the edge of the engine: takes messages, refuses some, loses answers, and keeps what it took. */
export class ModelProvider {
  readonly ledger: Accepted[] = [];
  /** Not told yet. */
  readonly statuses: MessageStatus[] = [];

  constructor(
    private readonly dice: Dice,
    private readonly perSecond: number,
  ) {}

  /** What one process sees of WhatsApp. */
  seenBy(points: CrashPoints): object {
    const integration = (id: string) => ({
      id,
      name: 'model',
      phoneNumberId: '1',
      wabaId: 'waba',
      messagesPerSecond: this.perSecond,
      active: true,
    });
    return {
      findIntegrations: (ids: string[]) => Promise.resolve(ids.map(integration)),
      findMetaTemplate: () => Promise.resolve(META_TEMPLATE),
      findSharing: (id: string) => Promise.resolve([id]),
      pauseTemplate: () => Promise.resolve(),
      markIntegrationError: () => Promise.resolve(),
      prepareToSend: () => Promise.resolve(),
      sendTemplate: async (_id: string, message: TemplateSend) => {
        await points.pass('before the call', false);
        if (message.mayStart && !message.mayStart()) return { kind: 'withheld' };
        const outcome = this.answer(message);
        await points.pass('after the call', false);
        return outcome;
      },
    };
  }

  private answer({ to, callbackData }: TemplateSend): SendOutcome {
    const luck = this.dice.upTo(100);
    if (luck < 5) return refusal(131026);
    if (luck < 10) return refusal(131000);
    if (luck < 13) return refusal(130429);
    if (luck < 16) return { kind: 'not-sent', reason: 'no connection' };
    if (luck < 19) return { kind: 'unknown', reason: 'the connection broke before the message was read' };
    const accepted = {
      to,
      messageId: messageIdOf(callbackData)!,
      wamid: `wamid.${callbackData}.${this.ledger.length}`,
    };
    this.ledger.push(accepted);
    this.foretell(accepted);
    if (luck < 27) return { kind: 'unknown', reason: 'the connection broke before the answer' };
    return { kind: 'accepted', wamid: accepted.wamid, messageStatus: 'accepted' };
  }

  private foretell({ messageId, wamid }: Accepted): void {
    for (const status of ['sent', 'delivered', 'read'] as const) {
      if (status !== 'sent' && this.dice.upTo(3) === 0) continue;
      this.statuses.push({ messageId, wamid, status, at: new Date().toISOString() });
    }
  }
}
