import {
  explainProviderError,
  KNOWN_ERROR_CODES,
} from '../../../src/modules/whatsapp/cloud-api/provider-errors.js';
import { readProviderError } from '../../../src/modules/whatsapp/cloud-api/provider-error.js';

describe('explainProviderError', () => {
  it.each([
    [0, undefined, 'PI', 'TRIP', 'token', 'GeneralError'],
    [190, 463, 'PI', 'TRIP', 'token', 'GeneralError'],
    [10, undefined, 'PI', 'TRIP', 'token', 'GeneralError'],
    [200, undefined, 'PI', 'TRIP', 'token', 'GeneralError'],
    [299, undefined, 'PI', 'TRIP', 'token', 'GeneralError'],
    [368, undefined, 'PI', 'PAUSE_WABA', 'waba', 'MessageNotAllowed'],
    [131042, undefined, 'PI', 'PAUSE_WABA', 'waba', 'MessageNotAllowed'],
    [133010, undefined, 'PI', 'PAUSE_NUMBER', 'number', 'GeneralError'],
    [100, 33, 'PI', 'PAUSE_NUMBER', 'number', 'GeneralError'],
    [131057, undefined, 'R1', 'PAUSE_NUMBER', 'number', 'ServerError'],
    [131048, undefined, 'R2', 'PAUSE_NUMBER', 'number', 'RateLimited'],
    [4, undefined, 'R1', 'RETRY', 'app', 'RateLimited'],
    [80007, undefined, 'R1', 'RETRY', 'waba', 'RateLimited'],
    [130429, undefined, 'R1', 'RETRY', 'number', 'RateLimited'],
    [131056, undefined, 'R1', 'RETRY', 'recipient', 'RateLimited'],
    [131016, undefined, 'R1', 'RETRY', 'app', 'ServerError'],
    [131026, undefined, 'PR', 'UNCONTACTABLE', 'recipient', 'InvalidDestination'],
    [131049, undefined, 'R2', 'COOL_DOWN', 'recipient', 'RateLimited'],
    [131050, undefined, 'PR', 'SUPPRESS_MARKETING', 'recipient', 'RecipientOptedOut'],
    [130472, undefined, 'PR', 'FAIL', 'recipient', 'MessageNotAllowed'],
    [132000, undefined, 'PQ', 'FAIL', 'message', 'InvalidMessageStructure'],
    [132001, undefined, 'PT', 'PAUSE_TEMPLATE', 'template', 'MessageNotAllowed'],
    [132015, undefined, 'R2', 'PAUSE_TEMPLATE', 'template', 'MessageNotAllowed'],
    [132016, undefined, 'PT', 'PAUSE_TEMPLATE', 'template', 'MessageNotAllowed'],
    [100, undefined, 'PQ', 'FAIL', 'message', 'InvalidMessageStructure'],
  ])('%i/%s is %s: %s for the %s', (code, subcode, ...expected) => {
    const { class: errorClass, action, scope, detail } = explainProviderError(code, subcode);
    expect([errorClass, action, scope, detail]).toEqual(expected);
  });

  it('tries an unknown code once more, later, and never blames the recipient', () => {
    expect(explainProviderError(987654)).toMatchObject({ class: 'R2', action: 'DEFER', scope: 'message' });
    expect(explainProviderError(199)).toMatchObject({ action: 'DEFER' });
    expect(explainProviderError(300)).toMatchObject({ action: 'DEFER' });
  });

  it('says in a sentence what every code means', () => {
    expect(KNOWN_ERROR_CODES.length).toBeGreaterThan(60);
    for (const code of KNOWN_ERROR_CODES) expect(explainProviderError(code).text).toMatch(/^[A-Z].{15,}\.$/u);
  });
});

describe('readProviderError', () => {
  const envelope = (error: object): object => ({ error });

  it('reads code, subcode, words and trace id', () => {
    const body = envelope({
      message: '(#131056) Pair rate limit hit',
      type: 'OAuthException',
      code: 131056,
      error_subcode: 2494010,
      error_data: { messaging_product: 'whatsapp', details: 'Too many messages' },
      fbtrace_id: 'A1',
    });
    expect(readProviderError(400, body)).toEqual({
      code: 131056,
      subcode: 2494010,
      httpStatus: 400,
      title: '(#131056) Pair rate limit hit',
      details: 'Too many messages',
      fbtraceId: 'A1',
      class: 'R1',
      action: 'RETRY',
      scope: 'recipient',
      retryAfterMs: undefined,
    });
  });

  it.each([
    ['plain text as error data', { code: 1, message: 'm', error_data: 'the details' }, 'the details'],
    ['a message for users only', { code: 1, error_user_msg: 'do this' }, 'do this'],
    ['nothing but a code', { code: '1' }, 'Error 1'],
  ])('finds the details in %s', (_name, error, details) => {
    expect(readProviderError(400, envelope(error))).toMatchObject({ code: 1, details });
  });

  it.each([undefined, null, '', 'text', [], {}, { error: 'x' }, { error: { code: 'abc' } }, { error: {} }])(
    'sees no envelope in %j',
    (body) => expect(readProviderError(400, body)).toBeUndefined(),
  );

  it('takes the wait from Retry-After, else from the usage header', () => {
    const body = envelope({ code: 80007 });
    const usage = JSON.stringify({ '93': [{ type: 'whatsapp', estimated_time_to_regain_access: 3 }] });
    expect(readProviderError(400, body, { 'retry-after': '7' })?.retryAfterMs).toBe(7_000);
    expect(readProviderError(400, body, { 'x-business-use-case-usage': usage })?.retryAfterMs).toBe(180_000);
    expect(readProviderError(400, body, { 'x-business-use-case-usage': '{' })?.retryAfterMs).toBeUndefined();
    const date = new Date(Date.now() + 60_000).toUTCString();
    const ms = readProviderError(400, body, { 'retry-after': date })?.retryAfterMs ?? 0;
    expect(ms).toBeGreaterThan(50_000);
    expect(ms).toBeLessThanOrEqual(60_000);
  });

  it('waits an hour at most, whatever is asked for', () => {
    const body = envelope({ code: 80007 });
    const hour = 3_600_000;
    for (const asked of ['7200', '9'.repeat(400), 'Fri, 31 Dec 9999 23:59:59 GMT'])
      expect(readProviderError(400, body, { 'retry-after': asked })?.retryAfterMs).toBe(hour);
    const usage = JSON.stringify({ '93': [{ estimated_time_to_regain_access: 1e12 }] });
    expect(readProviderError(400, body, { 'x-business-use-case-usage': usage })?.retryAfterMs).toBe(hour);
  });

  it('keeps codes within what is stored of them', () => {
    const body = envelope({ code: 3_000_000_000, error_subcode: -5_000_000_000 });
    expect(readProviderError(400, body)).toMatchObject({ code: 2_147_483_647, action: 'DEFER' });
    expect(readProviderError(400, body)?.subcode).toBe(-2_147_483_647);
  });
});
