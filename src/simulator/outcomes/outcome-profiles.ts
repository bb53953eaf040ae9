import type { Random } from './random.js';

/** How a recipient behaves. */
export const PROFILES = [
  'normal',
  'chat_open',
  'receipts_off',
  'phone_off',
  'not_on_whatsapp',
  'unreachable',
  'capped',
  'stopped',
  'experiment',
  'billing_broken',
  'media_bad',
  'replies_stop',
  'taps_stop',
  'prefers_stop',
  'replies_text',
] as const;
export type Profile = (typeof PROFILES)[number];

/**
 * Behaviour by the last two digits of the recipient's number; all other endings are `normal`.
 * Spread over random numbers this gives about 8 % odd recipients. `billing_broken` and `media_bad` concern a whole
 * account or campaign and are therefore reached only by a control rule.
 */
export const SUFFIX_TABLE: Readonly<Record<string, Profile>> = {
  81: 'chat_open',
  82: 'receipts_off',
  83: 'phone_off',
  90: 'not_on_whatsapp',
  91: 'unreachable',
  92: 'capped',
  93: 'stopped',
  94: 'experiment',
  95: 'replies_stop',
  96: 'taps_stop',
  97: 'prefers_stop',
  98: 'replies_text',
};

export interface ProfileQuestion {
  /** Digits of the number as sent and as WhatsApp knows it; a rule may name either. */
  to: string;
  waId: string;
  isMarketing: boolean;
  /** The user has stopped marketing from this business number. */
  hasStopped: boolean;
  rules: ReadonlyMap<string, Profile>;
  suffixProfiles: boolean;
  usMarketingBlocked: boolean;
}

/** Which behaviour applies: exact rule, then an earlier stop, then the US block on marketing, then the ending. */
export function chooseProfile(question: ProfileQuestion): Profile {
  const ruled = question.rules.get(question.to) ?? question.rules.get(question.waId);
  if (ruled) return ruled;
  if (question.isMarketing && question.hasStopped) return 'stopped';
  if (question.isMarketing && question.usMarketingBlocked && isUsNumber(question.to)) return 'capped';
  if (!question.suffixProfiles) return 'normal';
  return SUFFIX_TABLE[question.to.slice(-2)] ?? 'normal';
}

const CANADA =
  '204 226 236 249 250 257 263 289 306 343 354 365 367 368 382 387 403 416 418 428 431 437 438 450 468 474 506 514 519 548 579 581 584 587 600 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942';
const CARIBBEAN =
  '242 246 264 268 284 340 345 441 473 649 658 664 670 671 684 721 758 767 784 787 809 829 849 868 869 876 939';
const NOT_US = new Set(`${CANADA} ${CARIBBEAN}`.split(' '));

/** A North American number with an area code of the United States. */
function isUsNumber(digits: string): boolean {
  return digits.length === 11 && digits.startsWith('1') && !NOT_US.has(digits.slice(1, 4));
}

export type StatusName = 'sent' | 'delivered' | 'read' | 'failed';
export type ReplyName = 'stop_text' | 'stop_button' | 'text';

/** Something that will be told by webhook, `afterMs` (unscaled) after the message was accepted. */
export type PlannedEvent =
  | { kind: 'status'; status: StatusName; code?: number; afterMs: number }
  | { kind: 'reply'; reply: ReplyName; afterMs: number }
  | { kind: 'preference'; value: 'stop'; afterMs: number };

/** Unscaled delays in milliseconds: sent after acceptance, delivered after sent, read after delivered. */
export interface OutcomeTiming {
  sentMinMs: number;
  sentMaxMs: number;
  deliveredMinMs: number;
  deliveredMaxMs: number;
  readMinMs: number;
  readMaxMs: number;
  readProbability: number;
}

const between = (random: Random, from: number, to: number): number =>
  from + random() * Math.max(0, to - from);

/** Most people read soon and a few very late, so the logarithm is spread evenly. */
function betweenLog(random: Random, from: number, to: number): number {
  const low = Math.log(Math.max(1, from));
  return Math.exp(low + random() * Math.max(0, Math.log(Math.max(1, to)) - low));
}

/** Draws every delay in a fixed order, so that two profiles differ in what happens and not in when. */
function drawMoments(timing: OutcomeTiming, random: Random) {
  const sent = between(random, timing.sentMinMs, timing.sentMaxMs);
  const delivered = sent + between(random, timing.deliveredMinMs, timing.deliveredMaxMs);
  const read = delivered + betweenLog(random, timing.readMinMs, timing.readMaxMs);
  return { sent, delivered, read, isRead: random() < timing.readProbability, reply: delivered + 1_000 };
}

type Moments = ReturnType<typeof drawMoments>;
const status = (name: StatusName, afterMs: number): PlannedEvent => ({
  kind: 'status',
  status: name,
  afterMs,
});
const failed = (code: number, afterMs: number): PlannedEvent => ({
  kind: 'status',
  status: 'failed',
  code,
  afterMs,
});
const reached = (at: Moments): PlannedEvent[] => [status('sent', at.sent), status('delivered', at.delivered)];
const replied = (at: Moments, reply: ReplyName): PlannedEvent[] => [
  ...reached(at),
  status('read', at.reply - 200),
  { kind: 'reply', reply, afterMs: at.reply },
];

const PLANS: Record<Profile, (at: Moments) => PlannedEvent[]> = {
  normal: (at) => (at.isRead ? [...reached(at), status('read', at.read)] : reached(at)),
  // With the chat open the phone reports the reading only.
  chat_open: (at) => [status('sent', at.sent), status('read', at.delivered)],
  receipts_off: reached,
  phone_off: (at) => [status('sent', at.sent)],
  not_on_whatsapp: (at) => [failed(131026, at.sent)],
  unreachable: (at) => [status('sent', at.sent), failed(131026, at.delivered)],
  capped: (at) => [failed(131049, at.sent)],
  stopped: (at) => [failed(131050, at.sent)],
  experiment: (at) => [failed(130472, at.sent)],
  billing_broken: (at) => [failed(131042, at.sent)],
  media_bad: (at) => [failed(131053, at.sent)],
  replies_stop: (at) => replied(at, 'stop_text'),
  taps_stop: (at) => replied(at, 'stop_button'),
  prefers_stop: (at) => [...reached(at), { kind: 'preference', value: 'stop', afterMs: at.reply }],
  replies_text: (at) => replied(at, 'text'),
};

/** What will happen to one accepted message; the same random stream gives the same plan. */
export function planOutcome(profile: Profile, timing: OutcomeTiming, random: Random): PlannedEvent[] {
  return PLANS[profile](drawMoments(timing, random));
}
