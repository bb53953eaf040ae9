import {
  consequenceOfFailure,
  type MessageFate,
  reactTo,
  type Consequence,
} from '../../../src/modules/dispatch/sending/reaction.js';
import { toldProviderError } from '../../../src/modules/whatsapp/cloud-api/provider-error.js';
import { KNOWN_ERROR_CODES } from '../../../src/modules/whatsapp/cloud-api/provider-errors.js';
import { toSendOutcome } from '../../../src/modules/whatsapp/cloud-api/send-outcome.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** The message: fails for good, goes back as it was, is tried again after a time and at most so often, or is unknown. */
type Fate = 'fails' | 'untouched' | 'unknown' | [delayMs: number, most: number];
/** What else happens; `pause-*` with the time for which the refusal is believed whatever WhatsApp says meanwhile. */
type Else = Consequence['kind'] | [kind: Consequence['kind'], of: object];
/** Which answers tell of it: the one to the send, or a status later on. */
type Told = 'S' | 'A' | 'SA';
type Line = [code: number, subcode: number | undefined, http: number, told: Told, fate: Fate, then: Else];

const pauseNumber = (forMs?: number): Else => ['pause-number', { forMs }];
const pauseTemplate = (forMs?: number): Else => ['pause-template', { forMs }];
const throttle = (scope: string): Else => ['throttle', { scope, waitMs: SECOND }];

// Every code of the error table (WhatsApp Cloud API, error codes), with the HTTP status it comes with.
const TABLE: Record<string, Line[]> = {
  authorisation: [
    [0, undefined, 401, 'S', 'untouched', pauseNumber()],
    [190, 463, 401, 'S', 'untouched', pauseNumber()],
    [3, undefined, 500, 'S', 'untouched', pauseNumber(MINUTE)],
    [10, undefined, 403, 'S', 'untouched', pauseNumber(MINUTE)],
    [200, undefined, 403, 'S', 'untouched', pauseNumber(MINUTE)],
    [299, undefined, 403, 'S', 'untouched', pauseNumber(MINUTE)],
    [131005, undefined, 403, 'S', 'untouched', pauseNumber(MINUTE)],
  ],
  'integrity, account, billing, number': [
    [368, undefined, 403, 'SA', 'untouched', pauseNumber()],
    [131031, undefined, 403, 'SA', 'untouched', pauseNumber()],
    [130497, undefined, 403, 'SA', 'fails', 'works'],
    [131042, undefined, 400, 'SA', 'untouched', pauseNumber(HOUR)],
    [131037, undefined, 400, 'S', 'untouched', pauseNumber(MINUTE)],
    [131045, undefined, 500, 'S', 'untouched', pauseNumber(MINUTE)],
    [133010, undefined, 400, 'S', 'untouched', pauseNumber()],
    [133006, undefined, 400, 'S', 'untouched', pauseNumber(MINUTE)],
    [133000, undefined, 500, 'S', 'untouched', pauseNumber(MINUTE)],
    [133005, undefined, 400, 'S', 'untouched', pauseNumber(MINUTE)],
    [133008, undefined, 400, 'S', 'untouched', pauseNumber(MINUTE)],
    [133009, undefined, 400, 'S', 'untouched', pauseNumber(MINUTE)],
    [133015, undefined, 400, 'S', 'untouched', pauseNumber(MINUTE)],
    [133016, undefined, 400, 'S', 'untouched', pauseNumber(MINUTE)],
    [33, undefined, 400, 'S', 'untouched', pauseNumber()],
    [100, 33, 400, 'S', 'untouched', pauseNumber()],
    [131057, undefined, 500, 'S', 'untouched', ['rest', { waitMs: MINUTE }]],
    [2494100, undefined, 400, 'S', 'untouched', ['rest', { waitMs: MINUTE }]],
    [131048, undefined, 400, 'SA', 'untouched', pauseNumber(24 * HOUR)],
    [131064, undefined, 400, 'S', 'untouched', pauseNumber(24 * HOUR)],
    [131063, undefined, 400, 'S', 'untouched', pauseNumber(10 * MINUTE)],
    [131061, undefined, 400, 'S', 'untouched', pauseTemplate(10 * MINUTE)],
    [134011, undefined, 400, 'S', 'untouched', pauseTemplate()],
    [139200, undefined, 400, 'S', 'untouched', pauseNumber(MINUTE)],
    [1005, undefined, 400, 'S', 'untouched', pauseNumber(MINUTE)],
  ],
  throttling: [
    [4, undefined, 400, 'S', [SECOND, 5], throttle('app')],
    [4, undefined, 429, 'S', [SECOND, 5], throttle('app')],
    [80007, undefined, 400, 'S', [SECOND, 5], throttle('waba')],
    [130429, undefined, 400, 'SA', [SECOND, 5], throttle('number')],
    [130429, undefined, 429, 'SA', [SECOND, 5], throttle('number')],
    [131056, undefined, 400, 'S', [6 * SECOND, 5], ['recipient-rests', { waitMs: 6 * SECOND }]],
  ],
  'platform faults': [
    [1, undefined, 400, 'S', [SECOND, 3], 'works'],
    [2, undefined, 400, 'S', [SECOND, 5], ['outage', { isCertain: true }]],
    [2, undefined, 503, 'S', 'unknown', ['outage', { isCertain: true }]],
    [131000, undefined, 400, 'S', [SECOND, 5], 'works'],
    [131000, undefined, 500, 'S', 'unknown', ['outage', { isCertain: false }]],
    [131016, undefined, 500, 'S', 'unknown', ['outage', { isCertain: true }]],
    [133004, undefined, 503, 'S', 'unknown', ['outage', { isCertain: true }]],
  ],
  recipient: [
    [131026, undefined, 400, 'SA', 'fails', 'unreachable'],
    [131021, undefined, 400, 'S', 'fails', 'works'],
    [131030, undefined, 400, 'S', 'fails', 'works'],
    [131047, undefined, 400, 'SA', 'fails', 'bad-request'],
    [131049, undefined, 400, 'SA', 'fails', 'cool-down'],
    [131050, undefined, 400, 'SA', 'fails', 'marketing-stopped'],
    [130472, undefined, 400, 'SA', 'fails', 'works'],
    [130403, undefined, 400, 'SA', 'fails', 'works'],
    [137000, undefined, 400, 'A', 'fails', 'works'],
    [131062, undefined, 400, 'S', 'fails', 'bad-request'],
    [131051, undefined, 400, 'S', 'fails', 'bad-request'],
  ],
  template: [
    [132001, undefined, 404, 'S', 'untouched', pauseTemplate()],
    [132000, undefined, 400, 'S', 'fails', 'bad-request'],
    [132012, undefined, 400, 'S', 'fails', 'bad-request'],
    [132018, undefined, 400, 'S', 'fails', 'bad-request'],
    [132008, undefined, 400, 'S', 'fails', 'bad-request'],
    [132005, undefined, 400, 'S', 'fails', 'works'],
    [132007, undefined, 400, 'S', 'untouched', pauseTemplate()],
    [132015, undefined, 400, 'SA', 'untouched', pauseTemplate()],
    [132016, undefined, 400, 'S', 'untouched', pauseTemplate()],
    [132068, undefined, 400, 'S', 'untouched', pauseTemplate()],
    [132069, undefined, 400, 'S', 'untouched', pauseTemplate(HOUR)],
    [131053, undefined, 400, 'SA', 'untouched', pauseTemplate()],
    [131052, undefined, 400, 'A', 'fails', 'works'],
    [131055, undefined, 400, 'S', 'untouched', pauseTemplate(MINUTE)],
    [134100, undefined, 400, 'S', 'untouched', pauseTemplate(MINUTE)],
    [134101, undefined, 400, 'S', [10 * MINUTE, 7], 'works'],
    [134102, undefined, 500, 'S', 'untouched', pauseTemplate(10 * MINUTE)],
    [131059, undefined, 400, 'S', [SECOND, 5], 'works'],
  ],
  request: [
    [100, undefined, 400, 'S', 'fails', 'bad-request'],
    [131008, undefined, 400, 'S', 'fails', 'bad-request'],
    [131009, undefined, 400, 'S', 'fails', 'bad-request'],
    [135000, undefined, 400, 'S', [HOUR, 2], 'bad-request'],
  ],
  'not in the table': [
    [424_242, undefined, 400, 'SA', [15 * MINUTE, 2], 'bad-request'],
    [424_242, undefined, 500, 'S', 'unknown', ['outage', { isCertain: false }]],
  ],
};

const LINES = Object.entries(TABLE).flatMap(([part, lines]) =>
  lines.map(
    ([code, subcode, http, ...rest]) =>
      [
        `${part}: ${code}${subcode ? `/${subcode}` : ''} with HTTP ${http}`,
        [code, subcode, http, ...rest],
      ] as [string, Line],
  ),
);

function answered([code, subcode, status]: Line, attemptsBefore = 0) {
  const body = { error: { code, error_subcode: subcode, message: 'no', error_data: { details: 'no' } } };
  return reactTo(toSendOutcome({ kind: 'answer', status, body, headers: {} }), attemptsBefore);
}

function expectedFate(fate: Fate): Partial<MessageFate> {
  if (fate === 'fails') return { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-FAILED' };
  if (fate === 'unknown') return { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS' };
  if (fate === 'untouched') return { kind: 'requeue', countsAsAttempt: false };
  return { kind: 'requeue', delayMs: fate[0], countsAsAttempt: true };
}

function expectedElse(then: Else): object {
  return typeof then === 'string' ? { kind: then } : { kind: then[0], ...then[1] };
}

describe.each(LINES)('%s', (_title, line) => {
  const [code, , , told, fate, then] = line;

  it('in the answer to a send', () => {
    const reaction = answered(line);
    expect(reaction.fate).toMatchObject(expectedFate(fate));
    expect(reaction.consequence).toMatchObject(expectedElse(then));
    if (Array.isArray(fate)) {
      expect(answered(line, fate[1] - 2).fate.kind).toBe('requeue');
      expect(answered(line, fate[1] - 1).fate.kind).toBe('settle');
    }
  });

  if (told !== 'S') {
    it('in a status later on', () => {
      const consequence = consequenceOfFailure(toldProviderError({ code, title: 'no', details: 'no' }));
      const expected = Array.isArray(fate) && then === 'works' ? { kind: 'given-up' } : expectedElse(then);
      expect(consequence).toMatchObject(expected);
    });
  }
});

it('has a line for every code that the product knows', () => {
  const lines = new Set(LINES.map(([, [code]]) => code));
  expect(KNOWN_ERROR_CODES.filter((code) => !lines.has(code))).toEqual([]);
});
