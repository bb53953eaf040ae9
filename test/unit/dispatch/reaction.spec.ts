import { type Reaction, reactTo } from '../../../src/modules/dispatch/sending/reaction.js';
import { readProviderError } from '../../../src/modules/whatsapp/cloud-api/provider-error.js';
import { KNOWN_ERROR_CODES } from '../../../src/modules/whatsapp/cloud-api/provider-errors.js';
import type { SendOutcome } from '../../../src/modules/whatsapp/index.js';

function refusal(code: number, httpStatus = 400, subcode?: number): SendOutcome {
  const error = readProviderError(httpStatus, { error: { code, message: 'no', error_subcode: subcode } });
  if (!error) throw new Error('not an error envelope');
  return { kind: 'rejected', error };
}

const MINUTE = 60_000;
const failed: Reaction['fate'] = { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-FAILED' };
const untouched = { kind: 'requeue', countsAsAttempt: false };

describe('the reaction to a call', () => {
  it('records an accepted message as sent', () => {
    const outcome: SendOutcome = { kind: 'accepted', wamid: 'wamid.1', messageStatus: 'accepted' };
    expect(reactTo(outcome, 0)).toEqual({
      fate: { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-SENT' },
      consequence: { kind: 'works' },
    });
  });

  it.each(['held_for_quality_assessment', 'paused'] as const)(
    'records a message as sent that is %s, and tells of it',
    (messageStatus) => {
      expect(reactTo({ kind: 'accepted', wamid: 'wamid.1', messageStatus }, 0)).toEqual({
        fate: { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-SENT' },
        consequence: { kind: 'held' },
      });
    },
  );

  it.each([0, 1, 4])('[F12] never sends again what the provider may have, after %i tries', (attempts) => {
    expect(reactTo({ kind: 'unknown', reason: 'timeout' }, attempts)).toMatchObject({
      fate: { kind: 'settle', disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS' },
      consequence: { kind: 'outage', isCertain: false },
    });
  });

  it('tries again what certainly never left, without counting it, and calls less often', () => {
    expect(reactTo({ kind: 'not-sent', reason: 'refused' }, 3)).toMatchObject({
      fate: untouched,
      consequence: { kind: 'outage', isCertain: true },
    });
  });

  it('gives a message back at once that was withheld because its slot had passed', () => {
    expect(reactTo({ kind: 'withheld' }, 3)).toEqual({ fate: { ...untouched, delayMs: 0 } });
  });

  it.each([130429, 80007, 4])('waits and goes slower after throttling by code %i', (code) => {
    expect(reactTo(refusal(code), 0)).toMatchObject({
      fate: { kind: 'requeue', delayMs: 1_000, countsAsAttempt: true },
      consequence: { kind: 'throttle' },
    });
    expect(reactTo(refusal(code), 4).fate).toMatchObject({ disposition: 'OUTBOUND-MESSAGE-THROTTLED' });
  });

  it('waits at least the six seconds of the pair rate, for this recipient alone', () => {
    expect(reactTo(refusal(131056), 0)).toMatchObject({
      fate: { kind: 'requeue', delayMs: 6_000 },
      consequence: { kind: 'recipient-rests', waitMs: 6_000 },
    });
    expect(reactTo(refusal(131056), 3).fate).toMatchObject({ delayMs: 64_000 });
    expect(reactTo(refusal(131056), 4).fate).toMatchObject({ disposition: 'OUTBOUND-MESSAGE-THROTTLED' });
  });

  it.each([2, 131016, 133004])('tries again and opens the circuit on a fault of the platform, %i', (code) => {
    expect(reactTo(refusal(code), 0)).toMatchObject({
      fate: { kind: 'requeue', countsAsAttempt: true },
      consequence: { kind: 'outage', isCertain: true },
    });
  });

  it.each([1, 131000])('tries again on code %i, which is about one message', (code) => {
    expect(reactTo(refusal(code), 0)).toMatchObject({
      fate: { kind: 'requeue' },
      consequence: { kind: 'works' },
    });
    expect(reactTo(refusal(code), 4).fate).toEqual(failed);
  });

  it.each([
    [135000, 60 * MINUTE, 1],
    [134101, 10 * MINUTE, 6],
    [99_999_999, 15 * MINUTE, 1],
  ])('tries code %i again after %i ms, %i times', (code, delayMs, most) => {
    expect(reactTo(refusal(code), most - 1).fate).toMatchObject({ kind: 'requeue', delayMs });
    expect(reactTo(refusal(code), most).fate).toEqual(failed);
  });

  it.each([131021, 131030, 130472, 130403, 130497, 132005, 137000])(
    '[F11] fails the contact alone on code %i',
    (code) => {
      expect(reactTo(refusal(code), 0)).toEqual({ fate: failed, consequence: { kind: 'works' } });
    },
  );

  it('fails whoever WhatsApp does not reach, or lets no marketing through to, and holds them for the next ones', () => {
    expect(reactTo(refusal(131026), 0)).toEqual({ fate: failed, consequence: { kind: 'unreachable' } });
    expect(reactTo(refusal(131049), 0)).toEqual({ fate: failed, consequence: { kind: 'cool-down' } });
  });

  it('takes code 131050 for an opt-out from marketing', () => {
    expect(reactTo(refusal(131050), 0)).toEqual({ fate: failed, consequence: { kind: 'marketing-stopped' } });
  });

  it.each([100, 131008, 131009, 131051, 132000, 132012, 132018])(
    'fails the contact on code %i and counts the request as wrong',
    (code) => {
      expect(reactTo(refusal(code), 0)).toMatchObject({ fate: failed, consequence: { kind: 'bad-request' } });
    },
  );

  it.each([132001, 132007, 132015, 132016, 132068, 131053, 134100])(
    'takes the template out of service on code %i and keeps the message',
    (code) => {
      expect(reactTo(refusal(code), 0)).toMatchObject({
        fate: untouched,
        consequence: { kind: 'pause-template' },
      });
    },
  );

  it.each([0, 3, 10, 190, 200, 299, 131005, 33, 368, 131031, 131037, 131042, 131045, 131048, 133010])(
    'takes the number out of service on code %i and keeps the message',
    (code) => {
      expect(reactTo(refusal(code), 0)).toMatchObject({
        fate: untouched,
        consequence: { kind: 'pause-number' },
      });
    },
  );

  it('takes a number out that is gone, and one in maintenance only for a minute', () => {
    expect(reactTo(refusal(100, 400, 33), 0)).toMatchObject({ consequence: { kind: 'pause-number' } });
    expect(reactTo(refusal(131057), 0)).toMatchObject({
      fate: untouched,
      consequence: { kind: 'rest', waitMs: MINUTE },
    });
  });

  it('holds a number for a day that is throttled for reports of people', () => {
    expect(reactTo(refusal(131048), 0)).toMatchObject({ consequence: { forMs: 24 * 60 * MINUTE } });
  });

  it('ends every refusal after a bounded number of tries, whatever the code', () => {
    for (const code of KNOWN_ERROR_CODES) {
      const { fate } = reactTo(refusal(code), 6);
      if (fate.kind === 'requeue')
        expect({ code, counts: fate.countsAsAttempt }).toEqual({ code, counts: false });
    }
  });
});
