import type { Exchange } from './http-exchange.js';
import { type ProviderError, readProviderError } from './provider-error.js';

/** What became of one message (WhatsApp Cloud API, idempotency and ambiguity). */
export type SendOutcome =
  | {
      kind: 'accepted';
      wamid: string;
      waId?: string;
      messageStatus: 'accepted' | 'held_for_quality_assessment' | 'paused';
    }
  /** The platform said no: the message does not exist. */
  | { kind: 'rejected'; error: ProviderError }
  /** Not one byte left, because `mayStart` said no when the turn of the message came. */
  | { kind: 'withheld' }
  /** Not one byte left: safe to try again. */
  | { kind: 'not-sent'; reason: string }
  /** It may exist at the platform: never send it again. */
  | { kind: 'unknown'; reason: string; error?: ProviderError };

/** What the platform says with a 5xx of a token, number or template, not of itself (WhatsApp Cloud API, error codes). */
const TAKES_NOTHING = new Set([3, 131045, 131057, 133000, 134102, 2494100]);

type Loose = Record<string, unknown>;

/**
 * Reads the outcome of one send. Strictly at most once: only a refusal proves that no message exists. An error envelope
 * is one with a 4xx status, or with one of the codes that name a state in which no message is taken. Any other 5xx, a lost
 * connection or an answer without message id proves nothing.
 */
export function toSendOutcome(exchange: Exchange): SendOutcome {
  if (exchange.kind === 'not-sent' || exchange.kind === 'withheld') return exchange;
  if (exchange.kind === 'broken') return { kind: 'unknown', reason: exchange.reason };
  const { status, body, headers } = exchange;
  const accepted = status >= 200 && status < 300 ? readAccepted(body) : undefined;
  if (accepted) return accepted;
  const error = readProviderError(status, body, headers);
  const isRefused = status >= 400 && status < 500;
  if (error && (isRefused || (status >= 500 && TAKES_NOTHING.has(error.code))))
    return { kind: 'rejected', error };
  return { kind: 'unknown', reason: `HTTP ${status} ${error ? error.title : 'without a message id'}`, error };
}

function readAccepted(body: unknown): SendOutcome | undefined {
  const message = firstOf(body, 'messages');
  const wamid = message?.id;
  if (typeof wamid !== 'string' || wamid === '') return undefined;
  const waId = firstOf(body, 'contacts')?.wa_id;
  return {
    kind: 'accepted',
    wamid,
    waId: typeof waId === 'string' ? waId : undefined,
    messageStatus: readStatus(message?.message_status),
  };
}

function readStatus(status: unknown): 'accepted' | 'held_for_quality_assessment' | 'paused' {
  return status === 'held_for_quality_assessment' || status === 'paused' ? status : 'accepted';
}

function firstOf(body: unknown, list: string): Loose | undefined {
  const items = (body as Loose | null | undefined)?.[list];
  const first: unknown = Array.isArray(items) ? items[0] : undefined;
  return typeof first === 'object' && first !== null ? (first as Loose) : undefined;
}
