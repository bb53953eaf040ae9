import type { Exchange } from '../../../src/modules/whatsapp/cloud-api/http-exchange.js';
import { toSendOutcome } from '../../../src/modules/whatsapp/cloud-api/send-outcome.js';

const answer = (status: number, body?: unknown): Exchange => ({ kind: 'answer', status, headers: {}, body });
const envelope = (code: number): object => ({ error: { code, message: `(#${code}) t` } });

describe('toSendOutcome', () => {
  it('accepts a 200 with a message id', () => {
    const body = {
      contacts: [{ input: '+4915', wa_id: '4915' }],
      messages: [{ id: 'wamid.A', message_status: 'held_for_quality_assessment' }],
    };
    expect(toSendOutcome(answer(200, body))).toEqual({
      kind: 'accepted',
      wamid: 'wamid.A',
      waId: '4915',
      messageStatus: 'held_for_quality_assessment',
    });
  });

  it('takes an absent or new message status for accepted', () => {
    expect(toSendOutcome(answer(200, { messages: [{ id: 'w' }] }))).toMatchObject({
      messageStatus: 'accepted',
    });
    const body = { messages: [{ id: 'w', message_status: 'brand_new' }] };
    expect(toSendOutcome(answer(200, body))).toMatchObject({ messageStatus: 'accepted' });
  });

  it.each([400, 401, 403, 404, 429])('a %i with an error envelope is a refusal', (status) => {
    expect(toSendOutcome(answer(status, envelope(130429)))).toMatchObject({
      kind: 'rejected',
      error: { code: 130429, httpStatus: status },
    });
  });

  it.each([
    ['a 200 without a body that can be read', answer(200)],
    ['a 200 without messages', answer(200, {})],
    ['a 200 with an empty message list', answer(200, { messages: [] })],
    ['a 200 with an empty message id', answer(200, { messages: [{ id: '' }] })],
    ['a 200 with strange messages', answer(200, { messages: [null] })],
    ['a 200 with a number as body', answer(200, 1)],
    ['a 502 in HTML', answer(502)],
    ['a 404 in HTML', answer(404)],
    ['a 429 in HTML', answer(429)],
    ['a redirect', answer(302)],
  ])('%s proves nothing', (_name, exchange) => {
    expect(toSendOutcome(exchange)).toMatchObject({ kind: 'unknown' });
  });

  it.each([
    [500, 131000],
    [503, 2],
    [500, 190],
    [200, 131000],
  ])('a %i with the envelope of %i is unknown, and carries the error', (status, code) => {
    expect(toSendOutcome(answer(status, envelope(code)))).toMatchObject({ kind: 'unknown', error: { code } });
  });

  it.each([3, 131045, 131057, 133000, 134102])(
    'a 500 with the envelope of %i is a refusal: in that state nothing is taken',
    (code) => expect(toSendOutcome(answer(500, envelope(code)))).toMatchObject({ kind: 'rejected' }),
  );

  it('keeps apart what was not sent and what broke on its way', () => {
    expect(toSendOutcome({ kind: 'not-sent', reason: 'r' })).toEqual({ kind: 'not-sent', reason: 'r' });
    expect(toSendOutcome({ kind: 'broken', reason: 'r' })).toEqual({ kind: 'unknown', reason: 'r' });
  });
});
