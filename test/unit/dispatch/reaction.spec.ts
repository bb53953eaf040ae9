import { reactTo } from '../../../src/modules/dispatch/sending/reaction.js';
import { readProviderError } from '../../../src/modules/whatsapp/cloud-api/provider-error.js';
import type { SendOutcome } from '../../../src/modules/whatsapp/index.js';

function refusal(code: number, httpStatus = 400): SendOutcome {
  const error = readProviderError(httpStatus, { error: { code, message: 'no' } });
  if (!error) throw new Error('not an error envelope');
  return { kind: 'rejected', error };
}

describe('the reaction to a call', () => {
  it('records an accepted message as sent', () => {
    const outcome: SendOutcome = { kind: 'accepted', wamid: 'wamid.1', messageStatus: 'accepted' };
    expect(reactTo(outcome, 0)).toEqual({ kind: 'settle', disposition: 'OUTBOUND-MESSAGE-SENT' });
  });

  it('never sends again what the provider may have', () => {
    for (const attempts of [0, 1, 4]) {
      expect(reactTo({ kind: 'unknown', reason: 'timeout' }, attempts)).toMatchObject({
        kind: 'settle',
        disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS',
      });
    }
  });

  it('tries again what certainly never left, without counting it, and holds the run', () => {
    expect(reactTo({ kind: 'not-sent', reason: 'refused' }, 3)).toEqual({
      kind: 'requeue',
      delayMs: 1_000,
      countsAsAttempt: false,
      holdRun: true,
    });
  });

  it('gives a message back at once that was withheld because its slot had passed', () => {
    expect(reactTo({ kind: 'withheld' }, 3)).toEqual({
      kind: 'requeue',
      delayMs: 0,
      countsAsAttempt: false,
      holdRun: false,
    });
  });

  it.each([
    [130429, true],
    [80007, true],
    [4, true],
    [131056, false],
  ])('waits after throttling by code %i and holds the whole run: %s', (code, holdRun) => {
    expect(reactTo(refusal(code), 0)).toMatchObject({ kind: 'requeue', countsAsAttempt: true, holdRun });
  });

  it('waits at least the six seconds of the pair rate', () => {
    expect(reactTo(refusal(131056), 0)).toMatchObject({ delayMs: 6_000 });
    expect(reactTo(refusal(131056), 3)).toMatchObject({ delayMs: 64_000 });
  });

  it('gives up throttled messages after five tries', () => {
    expect(reactTo(refusal(130429), 4)).toEqual({
      kind: 'settle',
      disposition: 'OUTBOUND-MESSAGE-THROTTLED',
    });
  });

  it.each([131026, 131021, 131050, 132018, 100])('fails the contact on code %i', (code) => {
    expect(reactTo(refusal(code), 0)).toMatchObject({
      kind: 'settle',
      disposition: 'OUTBOUND-MESSAGE-FAILED',
    });
  });

  it.each([
    [190, 'integration.not.usable'],
    [131031, 'integration.not.usable'],
    [133010, 'integration.not.usable'],
    [132001, 'template.not.usable'],
    [132015, 'template.not.usable'],
  ])('stops the campaign on code %i with %s and keeps the message', (code, error) => {
    expect(reactTo(refusal(code), 0)).toMatchObject({ kind: 'invalidate', error });
  });
});
