import fs from 'node:fs';
import fc from 'fast-check';
import { parseWebhook } from '../../../src/modules/whatsapp/index.js';

const NOW = new Date('2026-11-01T12:00:00Z');
const AT = new Date(1_790_000_000_000);

const envelope = (field: string, value: unknown, entry: object = {}): object => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '700100', changes: [{ field, value }], ...entry }],
});
const messages = (value: object): object =>
  envelope('messages', {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '15550001111', phone_number_id: '600100' },
    ...value,
  });

describe('parseWebhook: statuses', () => {
  it('reads a delivery with callback data', () => {
    const status = {
      id: 'wamid.A',
      status: 'delivered',
      timestamp: '1790000000',
      recipient_id: '5511987654321',
      biz_opaque_callback_data: 'v1:x',
      pricing: { billable: true },
    };
    expect(parseWebhook(messages({ statuses: [status] }), NOW)).toEqual([
      {
        kind: 'status',
        wamid: 'wamid.A',
        status: 'delivered',
        at: AT,
        recipientId: '5511987654321',
        callbackData: 'v1:x',
        phoneNumberId: '600100',
        error: undefined,
      },
    ]);
  });

  it.each([
    [
      { code: 131049, title: 'T', message: 'M', error_data: { details: 'D' } },
      { code: 131049, title: 'T', details: 'D' },
    ],
    [
      { code: '131026', message: 'M' },
      { code: 131026, title: 'M', details: 'M' },
    ],
    [
      { title: 'T', error_data: 'plain' },
      { code: 0, title: 'T', details: 'plain' },
    ],
    [{}, { code: 0, title: 'Unknown error', details: 'Unknown error' }],
    [
      { code: 3_000_000_000, title: 'T\0', error_data: { details: '\0' } },
      { code: 0, title: 'T', details: 'T' },
    ],
    [
      { code: -2_147_483_649, title: 'T' },
      { code: 0, title: 'T', details: 'T' },
    ],
  ])('reads the error %j', (error, expected) => {
    const status = { id: 'w', status: 'failed', timestamp: '1790000000', errors: [error] };
    expect(parseWebhook(messages({ statuses: [status] }), NOW)).toMatchObject([
      { status: 'failed', error: expected },
    ]);
  });

  it.each([['soon'], [null], [''], [-5], [8.64e15], [8.64e12], [1_790_000_000_000]])(
    'takes the arrival for a time of %j',
    (timestamp) => {
      const status = { id: 'w', status: 'sent', timestamp };
      expect(parseWebhook(messages({ statuses: [status] }), NOW)).toMatchObject([
        { status: 'sent', at: NOW },
      ]);
    },
  );

  it('keeps what it does not know', () => {
    const statuses = [{ id: 'w', status: 'played', timestamp: '1' }, { status: 'sent' }];
    expect(parseWebhook(messages({ statuses }), NOW)).toEqual([
      { kind: 'other', field: 'messages', wabaId: '700100', value: statuses[0] },
      { kind: 'other', field: 'messages', wabaId: '700100', value: statuses[1] },
    ]);
  });

  it('keeps the order over entries, changes and lists', () => {
    const status = (id: string): object => ({ id, status: 'sent', timestamp: '1790000000' });
    const change = (...ids: string[]): object => ({
      field: 'messages',
      value: { statuses: ids.map(status) },
    });
    const body = { entry: [{ changes: [change('a', 'b'), change('c')] }, { changes: [change('d')] }] };
    expect(parseWebhook(body, NOW).map((item) => item.kind === 'status' && item.wamid)).toEqual([
      'a',
      'b',
      'c',
      'd',
    ]);
  });
});

describe('parseWebhook: what users send', () => {
  const inbound = (message: object): unknown => parseWebhook(messages({ messages: [message] }), NOW)[0];

  it('reads a text', () => {
    const message = {
      from: '4915',
      id: 'wamid.I',
      timestamp: '1790000000',
      type: 'text',
      text: { body: 'STOP' },
    };
    expect(inbound(message)).toEqual({
      kind: 'inbound',
      messageId: 'wamid.I',
      from: '4915',
      text: 'STOP',
      contextWamid: undefined,
      phoneNumberId: '600100',
      at: AT,
    });
  });

  it('leaves out what PostgreSQL can not keep', () => {
    const text = { body: 'ST\0OP \ud83d\udd34 \ud83d and \udd34' };
    expect(inbound({ from: '49\x0015', id: 'w\0', text })).toMatchObject({
      from: '4915',
      messageId: 'w',
      text: 'STOP 🔴  and ',
    });
    expect(inbound({ from: '\0', id: 'w', text })).toMatchObject({ kind: 'other' });
  });

  it('reads a tapped button of a template', () => {
    const message = {
      from: '4915',
      id: 'w',
      type: 'button',
      button: { text: 'Stop', payload: 'optout:c1' },
      context: { id: 'wamid.O', from: '15550001111' },
    };
    expect(inbound(message)).toMatchObject({ text: 'Stop', payload: 'optout:c1', contextWamid: 'wamid.O' });
  });

  it.each(['button_reply', 'list_reply'])('reads a %s', (type) => {
    const message = {
      from: '4915',
      id: 'w',
      type: 'interactive',
      interactive: { type, [type]: { id: 'p', title: 't' } },
    };
    expect(inbound(message)).toMatchObject({ text: 't', payload: 'p' });
  });

  it('knows a user without number by their user id', () => {
    expect(inbound({ from_user_id: 'DE.123', id: 'w', type: 'image', image: {} })).toMatchObject({
      kind: 'inbound',
      from: 'DE.123',
      text: undefined,
    });
  });

  it('keeps a change of number as it is', () => {
    const changed = { type: 'user_changed_number', wa_id: '4916' };
    expect(inbound({ from: '4915', id: 'w', type: 'system', system: changed })).toMatchObject({
      kind: 'number-change',
      from: '4915',
      to: '4916',
    });
    expect(inbound({ from: '4915', id: 'w', type: 'system', system: { wa_id: '4916' } })).toMatchObject({
      kind: 'other',
    });
  });

  it('reads preferences', () => {
    const value = {
      metadata: { phone_number_id: '600100' },
      user_preferences: [
        { wa_id: '4915', category: 'marketing_messages', value: 'stop', timestamp: 1790000000 },
        { wa_id: '4915', value: 'maybe' },
      ],
    };
    expect(parseWebhook(envelope('user_preferences', value), NOW)).toMatchObject([
      { kind: 'preference', from: '4915', value: 'stop', phoneNumberId: '600100', at: AT },
      { kind: 'other' },
    ]);
  });
});

describe('parseWebhook: everything else', () => {
  it('reads a template event and normalises its language', () => {
    const value = {
      event: 'PAUSED',
      message_template_id: 1720000000000002,
      message_template_name: 'offer',
      message_template_language: 'en-US',
      reason: null,
    };
    const items = parseWebhook(envelope('message_template_status_update', value, { time: 1790000000 }), NOW);
    expect(items).toEqual([
      {
        kind: 'template-status',
        wabaId: '700100',
        templateId: '1720000000000002',
        name: 'offer',
        language: 'en_US',
        event: 'PAUSED',
        reason: undefined,
        at: AT,
      },
    ]);
  });

  it('reads what is wrong with a number', () => {
    const value = {
      metadata: { phone_number_id: 'n1' },
      errors: [{ code: 130429, title: 'Rate limit hit' }],
    };
    expect(parseWebhook(envelope('messages', value), NOW)).toEqual([
      {
        kind: 'number-error',
        phoneNumberId: 'n1',
        error: { code: 130429, title: 'Rate limit hit', details: 'Rate limit hit' },
      },
    ]);
  });

  it('keeps other fields and errors of the account', () => {
    expect(parseWebhook(envelope('partner_solutions', { event: 'X' }), NOW)).toMatchObject([
      { kind: 'other', field: 'partner_solutions', value: { event: 'X' } },
    ]);
    expect(parseWebhook(envelope('messages', { errors: [{ code: 130429 }] }), NOW)).toMatchObject([
      { kind: 'other' },
    ]);
    expect(parseWebhook(envelope('messages', 'nonsense'), NOW)).toMatchObject([{ kind: 'other' }]);
  });

  it.each([
    undefined,
    null,
    1,
    'x',
    [],
    {},
    { entry: null },
    { entry: [null, 1, []] },
    { entry: [{ changes: {} }] },
  ])('finds nothing in %j', (body) => expect(parseWebhook(body, NOW)).toEqual([]));

  it('never throws, and every item has a valid time', () => {
    const key = fc.constantFrom(
      'statuses',
      'messages',
      'errors',
      'metadata',
      'user_preferences',
      'id',
      'status',
      'timestamp',
      'from',
      'text',
      'button',
      'interactive',
      'event',
      'message_template_name',
      'phone_number_id',
      'value',
      'wa_id',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('list'), tie('object')),
      leaf: fc.oneof(
        fc.constantFrom(null, 'sent', 'failed', 'stop', '1790000000', 17, NaN, '', true),
        fc.string(),
      ),
      list: fc.array(tie('tree'), { maxLength: 3 }),
      object: fc.dictionary(key, tie('tree'), { maxKeys: 5 }),
    }));
    const field = fc.constantFrom(
      'messages',
      'user_preferences',
      'message_template_status_update',
      'other',
      null,
    );
    fc.assert(
      fc.property(field, tree, (name, value) => {
        for (const item of parseWebhook(envelope(name as string, value), NOW))
          if ('at' in item) expect(Number.isNaN(item.at.getTime())).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

it('the README names every field that is read, so that operators subscribe to it', () => {
  const readme = fs.readFileSync('README.md', 'utf8');
  const sources = ['parse-webhook', 'parse-account-change'].map((name) =>
    fs.readFileSync(`src/modules/whatsapp/webhooks/${name}.ts`, 'utf8'),
  );
  const fields = sources.flatMap((source) => source.match(/(?<=case ')[a-z_]+(?=':)/gu)!);
  expect(fields.length).toBeGreaterThan(8);
  expect(fields.filter((field) => !readme.includes(`\`${field}\``))).toEqual([]);
});

describe('parseWebhook: what happens to templates, accounts and numbers', () => {
  const read = (field: string, value: object): unknown => parseWebhook(envelope(field, value), NOW)[0];
  const offer = { message_template_name: 'offer', message_template_language: 'en-US' };

  it.each([
    [
      'message_template_quality_update',
      { ...offer, previous_quality_score: 'GREEN', new_quality_score: 'RED' },
      { kind: 'template-change', name: 'offer', language: 'en_US', quality: 'RED' },
    ],
    [
      'template_category_update',
      { ...offer, previous_category: 'UTILITY', new_category: 'MARKETING' },
      { kind: 'template-change', name: 'offer', category: 'MARKETING' },
    ],
    ['message_template_components_update', offer, { kind: 'template-change', name: 'offer' }],
    [
      'account_update',
      { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'DISABLE' } },
      { kind: 'account', blockedBecause: 'WhatsApp disabled the business account.' },
    ],
    [
      'account_update',
      {
        event: 'ACCOUNT_RESTRICTION',
        restriction_info: [
          { restriction_type: 'RESTRICTED_BIZ_INITIATED_MESSAGING', expiration: 4_000_000_000 },
        ],
      },
      { kind: 'account', blockedUntil: new Date(4_000_000_000_000) },
    ],
    ['account_update', { event: 'ACCOUNT_DELETED' }, { blockedBecause: expect.stringContaining('deleted') }],
    ['phone_number_quality_update', { event: 'THROUGHPUT_UPGRADE' }, { event: 'THROUGHPUT_UPGRADE' }],
    ['message_template_quality_update', { new_quality_score: 'RED' }, { kind: 'other' }],
  ])('reads %s', (field, value, expected) => {
    expect(read(field, value)).toMatchObject(expected);
  });

  it.each([
    { event: 'DISABLED_UPDATE', ban_info: { waba_ban_state: 'REINSTATE' } },
    { event: 'ACCOUNT_RESTRICTION', restriction_info: [{ restriction_type: 'RESTRICTED_ADD_PHONE_NUMBER' }] },
    { event: 'VERIFIED_ACCOUNT' },
  ])('takes no number out of service for %j', (value) => {
    expect(read('account_update', value)).toMatchObject({ kind: 'account' });
    expect(read('account_update', value)).not.toHaveProperty('blockedBecause');
  });
});
