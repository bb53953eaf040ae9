import {
  createSecret,
  signatureHeaders,
} from '../../../src/modules/outgoing-webhooks/deliveries/delivery-signature.js';
import { toMessageEvents } from '../../../src/modules/outgoing-webhooks/deliveries/message-events.js';
import {
  readRetryAfter,
  retryDelayMs,
} from '../../../src/modules/outgoing-webhooks/deliveries/retry-plan.js';
import { explainUrl, readStatuses } from '../../../src/modules/outgoing-webhooks/webhooks/webhook-rules.js';
import type { InteractionChange } from '../../../src/modules/reporting/index.js';

describe('the signature of a delivery', () => {
  // The example of the Standard Webhooks specification.
  const content = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330, body: '{"test": 2432232314}' };
  const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

  it('is that of the specification', () => {
    expect(signatureHeaders(content, [SECRET])).toEqual({
      'webhook-id': content.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': SIGNATURE,
    });
  });

  it('is given for each secret while two are valid', () => {
    const signatures = signatureHeaders(content, [createSecret(), SECRET])['webhook-signature']!.split(' ');
    expect(signatures).toHaveLength(2);
    expect(signatures[1]).toBe(SIGNATURE);
  });

  it('has secrets of 32 bytes', () => {
    expect(Buffer.from(createSecret().replace('whsec_', ''), 'base64')).toHaveLength(32);
    expect(createSecret()).not.toBe(createSecret());
  });
});

describe('the plan of retries', () => {
  it('grows threefold up to an hour', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 40].map((attempts) => retryDelayMs(attempts, 0.5) / 1_000);
    expect(delays).toEqual([5, 15, 45, 135, 405, 1_215, 3_600, 3_600, 3_600]);
  });

  it('spreads by a fifth', () => {
    expect([retryDelayMs(1, 0), retryDelayMs(1, 1)]).toEqual([4_000, 6_000]);
  });

  it('waits as long as the receiver asks for, within reason', () => {
    expect(retryDelayMs(1, 0.5, 60_000)).toBe(60_000);
    expect(retryDelayMs(8, 0.5, 60_000)).toBe(3_600_000);
    expect(retryDelayMs(1, 0.5, 90 * 86_400_000)).toBe(6 * 3_600_000);
    const now = new Date('2026-11-26T12:00:00Z');
    expect(readRetryAfter('120', now)).toBe(120_000);
    expect(readRetryAfter('Thu, 26 Nov 2026 12:01:00 GMT', now)).toBe(60_000);
    expect(readRetryAfter('Thu, 26 Nov 2026 11:00:00 GMT', now)).toBe(0);
    expect(readRetryAfter('soon', now)).toBe(0);
    expect(readRetryAfter(undefined, now)).toBe(0);
  });
});

describe('events of a message', () => {
  const change = (fields: Partial<InteractionChange>): InteractionChange => ({
    messageId: 'm',
    campaignId: 'c',
    divisionId: 'd',
    contactListId: 'l',
    contactId: '1',
    contactColumn: 'wa',
    address: '4915112345678',
    integrationId: 'i',
    contentTemplateId: 't',
    startedAt: new Date('2026-11-26T12:00:00Z'),
    settledAt: new Date('2026-11-26T12:00:01Z'),
    disposition: 'OUTBOUND-MESSAGE-SENT',
    deliveryStatus: 'Sent',
    deliveryChangedAt: null,
    errorCode: null,
    errorText: null,
    newPublishedAt: null,
    newDeliveredAt: null,
    newReadAt: null,
    newFailedAt: null,
    isNew: false,
    previousDisposition: 'OUTBOUND-MESSAGE-SENT',
    previousDeliveryStatus: 'Sent',
    ...fields,
  });
  const told = (fields: Partial<InteractionChange>): string[] =>
    toMessageEvents(change(fields)).map(({ status, occurredAt }) => `${status} ${occurredAt.slice(17, 19)}`);

  it('are one for each status, however many came at once', () => {
    const at = (second: number): Date => new Date(`2026-11-26T12:00:0${second}Z`);
    expect(told({})).toEqual([]);
    expect(
      told({
        previousDisposition: null,
        deliveryStatus: 'Read',
        newPublishedAt: at(2),
        newDeliveredAt: at(3),
        newReadAt: at(4),
      }),
    ).toEqual(['Outcome 01', 'Published 02', 'DeliverySuccess 03', 'Read 04']);
    expect(told({ deliveryStatus: 'Read', newDeliveredAt: at(3) })).toEqual(['DeliverySuccess 03']);
    expect(told({ deliveryStatus: 'DeliveryFailed', newFailedAt: at(5) })).toEqual(['DeliveryFailed 05']);
  });

  it('tell a refusal once, and when what was unclear clears up', () => {
    const refused = {
      disposition: 'OUTBOUND-MESSAGE-FAILED',
      deliveryStatus: 'Failed',
      previousDisposition: null,
    };
    expect(told({ ...refused, newFailedAt: new Date() })).toEqual(['Outcome 01']);
    expect(told({ previousDisposition: 'OUTBOUND-MESSAGE-AMBIGUOUS' })).toEqual(['Outcome 01']);
    expect(told({ disposition: null, previousDisposition: null })).toEqual([]);
  });

  it('have ids of their own and the number in full', () => {
    const [event] = toMessageEvents(change({ previousDisposition: null }));
    expect(event).toMatchObject({
      conversationId: 'm',
      address: '+4915112345678',
      disposition: 'OUTBOUND-MESSAGE-SENT',
    });
    expect(event!.id).toMatch(/^[0-9a-f-]{36}$/u);
  });
});

describe('the definition of a webhook', () => {
  it.each([
    ['', 1],
    ['hooks.example.com', 1],
    ['ftp://hooks.example.com', 1],
    ['http://hooks.example.com/', 1],
    ['https://user:password@hooks.example.com/#part', 2],
    ['http://10.0.0.1/', 2],
    ['https://localhost/', 1],
    ['https://db.internal/', 1],
    ['https://[::ffff:127.0.0.1]/', 1],
    [`https://hooks.example.com/${'x'.repeat(2_000)}`, 1],
    ['https://hooks.example.com/depesche?key=1', 0],
  ])('judges the address %p', (url, reasons) => {
    expect(explainUrl(url, 'public')).toHaveLength(reasons);
  });

  it('takes any address where that is allowed', () => {
    expect(explainUrl('http://10.0.0.1:8080/hook', 'any')).toEqual([]);
    expect(explainUrl('file:///etc/passwd', 'any')).toHaveLength(1);
  });

  it('takes statuses by their names', () => {
    expect(readStatuses().statuses).toHaveLength(5);
    expect(readStatuses(['Read', 'Outcome', 'Read'])).toEqual({ statuses: ['Outcome', 'Read'], reasons: [] });
    expect(readStatuses(['Seen', 7]).reasons.map(({ message }) => message)).toEqual([
      expect.stringContaining('it holds "Seen"'),
      expect.stringContaining('it holds 7'),
    ]);
  });
});
