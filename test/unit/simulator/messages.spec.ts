import { Faults } from '../../../src/simulator/sending/faults.js';
import { normaliseRecipient, toWaId } from '../../../src/simulator/sending/recipient.js';
import { createWamid } from '../../../src/simulator/sending/wamid.js';
import {
  buildPayload,
  toWireJson,
  type WebhookUpdate,
} from '../../../src/simulator/webhooks/webhook-payload.js';

describe('a message id', () => {
  it.each([
    ['outbound', 0x11, 18],
    ['inbound', 0x12, 20],
  ] as const)('%s has the published structure', (direction, mark, length) => {
    const digits = '4915112345678';
    const bytes = Buffer.from(createWamid(digits, direction).replace('wamid.', ''), 'base64');
    expect([...bytes.subarray(0, 3)]).toEqual([0x1c, 0x18, digits.length]);
    expect(bytes.toString('latin1', 3, 16)).toBe(digits);
    expect([...bytes.subarray(16, 22)]).toEqual([0x15, 0x02, 0x00, mark, 0x18, length]);
    expect(bytes.toString('latin1', 22, 22 + length)).toMatch(/^[0-9A-F]+$/);
    expect([...bytes.subarray(22 + length)]).toEqual([0]);
  });

  it('is never the same', () => {
    const ids = Array.from({ length: 10_000 }, () => createWamid('491', 'outbound'));
    expect(new Set(ids).size).toBe(10_000);
  });
});

describe('a recipient', () => {
  it.each([
    ['+49 (151) 123-456 78', '4915112345678'],
    ['15112345678', '4915112345678'],
  ])('%s', (input, digits) => {
    expect(normaliseRecipient(input, '49')).toBe(digits);
  });

  it.each(['', '+', 'abc', '+49151a', '+1234', '+1234567890123456'])('refuses %j', (input) => {
    expect(() => normaliseRecipient(input, '49')).toThrow(/131009/);
  });

  it.each([
    ['5531987654321', '553187654321'],
    ['5511987654321', '5511987654321'],
    ['525512345678', '5215512345678'],
    ['541123456789', '5491123456789'],
    ['4915112345678', '4915112345678'],
  ])('%s is known as %s', (digits, waId) => {
    expect(toWaId(digits)).toBe(waId);
  });
});

describe('a webhook body', () => {
  const metadata = { display_phone_number: '4915', phone_number_id: 'n1' };
  const status = (index: number, wabaId = 'w1'): WebhookUpdate => ({
    kind: 'status',
    wabaId,
    metadata,
    contact: { wa_id: `c${index % 2}` },
    status: { id: index },
  });

  it('escapes everything outside ASCII in lower case and means the same', () => {
    const payload = { name: 'Zoë 🙂 さ', path: 'a/b' };
    const wire = toWireJson(payload);
    expect(wire).toBe('{"name":"Zo\\u00eb \\ud83d\\ude42 \\u3055","path":"a/b"}');
    expect(JSON.parse(wire)).toEqual(payload);
  });

  it('spreads many statuses over changes, with each contact once', () => {
    const updates = Array.from({ length: 250 }, (_, index) => status(index));
    const { entry } = buildPayload(updates, 0) as {
      entry: { changes: { value: { statuses: object[]; contacts: object[] } }[] }[];
    };
    expect(entry).toHaveLength(1);
    expect(entry[0]!.changes.map(({ value }) => value.statuses.length)).toEqual([100, 100, 50]);
    expect(entry[0]!.changes[0]!.value.contacts).toEqual([{ wa_id: 'c0' }, { wa_id: 'c1' }]);
  });

  it('keeps accounts apart and gives account events a time', () => {
    const event: WebhookUpdate = { kind: 'account', wabaId: 'w1', field: 'account_update', value: { a: 1 } };
    const payload = buildPayload([status(1), status(2, 'w2'), event], 5_000);
    expect(payload).toMatchObject({
      entry: [{ id: 'w1' }, { id: 'w2' }, { id: 'w1', time: 5, changes: [{ field: 'account_update' }] }],
    });
  });
});

describe('faults', () => {
  it('fire a number of times, every n-th time, and for the named only', () => {
    const faults = new Faults();
    faults.add({ action: 'drop', times: 2, to: '+49 151' });
    faults.add({ action: 'accept_then_drop', every: 3 });
    const before = ['49151', '49152', '49151', '49151'].map((to) => faults.take('before', 'n1', to)?.action);
    expect(before).toEqual(['drop', undefined, 'drop', undefined]);
    const after = Array.from({ length: 6 }, () => faults.take('after', 'n1', '4915')?.action);
    expect(after.map((action) => action !== undefined)).toEqual([false, false, true, false, false, true]);
  });
});
