import type { Reason } from '../../../kernel/reason.js';
import { isPublicHost } from '../../../platform/http/address-guard.js';
import { EVENT_STATUSES, type EventStatus } from '../deliveries/message-events.js';

const MAX_URL_LENGTH = 2_000;
// Names that never lead out; others are looked up when somebody connects.
const LOCAL_NAME = /(^|\.)(localhost|local|internal)\.?$/iu;

/** Which addresses the installation allows: public ones by https, or any. */
export type WebhookTargets = 'public' | 'any';

/** What is wrong with the address of a webhook. */
export function explainUrl(url: string, targets: WebhookTargets): Reason[] {
  const wrong = (message: string): Reason[] => [{ code: 'webhook.url.invalid', field: 'url', message }];
  if (url.length > MAX_URL_LENGTH) return wrong(`The url may have at most ${MAX_URL_LENGTH} characters.`);
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const isHttp = parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
  if (!parsed || !isHttp) return wrong('The url must be an address that begins with https://.');
  const messages: string[] = [];
  if (parsed.username || parsed.password) messages.push('The url must hold no user name and no password.');
  if (parsed.hash) messages.push('The url must have no part after a #.');
  if (targets === 'public' && parsed.protocol !== 'https:')
    messages.push('The url must begin with https://.');
  if (targets === 'public' && (LOCAL_NAME.test(parsed.hostname) || !isPublicHost(parsed.hostname))) {
    messages.push('The url must lead into the public internet, not to a private address.');
  }
  return messages.flatMap(wrong);
}

/** The statuses asked for, each once, in their order; without any, all. */
export function readStatuses(given: readonly unknown[] = []): { statuses: EventStatus[]; reasons: Reason[] } {
  const unknown = given.filter((status) => !EVENT_STATUSES.includes(status as EventStatus));
  const statuses = EVENT_STATUSES.filter((status) => given.length === 0 || given.includes(status));
  return {
    statuses,
    reasons: unknown.map((status) => ({
      code: 'invalid.value',
      field: 'statuses',
      message: `statuses must hold some of ${EVENT_STATUSES.join(', ')}; it holds ${JSON.stringify(status)}.`,
    })),
  };
}
