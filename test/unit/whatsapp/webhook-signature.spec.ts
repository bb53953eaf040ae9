import { createHmac } from 'node:crypto';
import { answerHandshake, isSignedBy } from '../../../src/modules/whatsapp/webhooks/webhook-signature.js';

const body = Buffer.from('{"name":"Zo\\u00eb"}');
const sign = (secret: string, bytes = body): string =>
  `sha256=${createHmac('sha256', secret).update(bytes).digest('hex')}`;

describe('isSignedBy', () => {
  it('accepts each of several secrets', () => {
    expect(isSignedBy(['new-secret', 'old-secret'], body, sign('new-secret'))).toBe(true);
    expect(isSignedBy(['new-secret', 'old-secret'], body, sign('old-secret'))).toBe(true);
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['no prefix', sign('new-secret').slice('sha256='.length)],
    ['another secret', sign('other-secret')],
    ['a cut signature', sign('new-secret').slice(0, -2)],
    ['another algorithm', sign('new-secret').replace('sha256', 'sha1')],
    ['characters of several bytes', `sha256=${'ä'.repeat(64)}`],
  ])('refuses %s', (_name, header) => {
    expect(isSignedBy(['new-secret'], body, header)).toBe(false);
  });

  it('covers exactly the bytes', () => {
    expect(isSignedBy(['new-secret'], Buffer.from('{"name":"Zoë"}'), sign('new-secret'))).toBe(false);
  });

  it('refuses everything while no secret is known', () => {
    expect(isSignedBy([], body, sign(''))).toBe(false);
  });
});

describe('answerHandshake', () => {
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'the-token', 'hub.challenge': '123' };

  it('returns the challenge to who knows the token', () => {
    expect(answerHandshake('the-token', query)).toBe('123');
  });

  it.each([
    ['another token', { ...query, 'hub.verify_token': 'the-token2' }],
    ['no token', { ...query, 'hub.verify_token': undefined }],
    ['another mode', { ...query, 'hub.mode': 'unsubscribe' }],
    ['no mode', { 'hub.verify_token': 'the-token' }],
  ])('stays silent for %s', (_name, wrong) => {
    expect(answerHandshake('the-token', wrong)).toBeUndefined();
  });

  it('stays silent while no token is set', () => {
    expect(answerHandshake(undefined, query)).toBeUndefined();
  });
});
