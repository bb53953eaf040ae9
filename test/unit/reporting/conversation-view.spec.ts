import type { Models } from 'purecloud-platform-client-v2';
import { toConversation } from '../../../src/modules/reporting/conversations/conversation-view.js';
import type { MessageRow } from '../../../src/modules/reporting/conversations/conversations.repository.js';

const second = (n: number) => new Date(Date.UTC(2026, 10, 10, 10, 0, n));
const wire = (n: number) => second(n).toISOString();

const aMessage = (fields: Partial<MessageRow> = {}): MessageRow => ({
  message_id: 'aaaaaaaa-0000-4000-8000-000000000001',
  campaign_id: 'bbbbbbbb-0000-4000-8000-000000000001',
  division_id: 'cccccccc-0000-4000-8000-000000000001',
  contact_list_id: 'dddddddd-0000-4000-8000-000000000001',
  contact_id: '1001',
  address: '4915550000001',
  integration_id: 'eeeeeeee-0000-4000-8000-000000000001',
  wamid: 'wamid.x',
  started_at: second(0),
  settled_at: second(1),
  disposition: 'OUTBOUND-MESSAGE-SENT',
  delivery_status: 'Read',
  sent_at: second(1),
  published_at: second(2),
  delivered_at: second(3),
  read_at: second(4),
  failed_at: null,
  delivery_changed_at: second(4),
  provider_error_code: null,
  provider_error_text: null,
  provider_error_detail: null,
  ...fields,
});
const sessionOf = (row: MessageRow) => toConversation(row).participants[0]!.sessions[0]!;

describe('toConversation', () => {
  it('has the shape that the SDK knows', () => {
    const conversation: Models.AnalyticsConversation = toConversation(aMessage());
    expect(conversation).toEqual({
      conversationId: 'aaaaaaaa-0000-4000-8000-000000000001',
      conversationStart: wire(0),
      conversationEnd: wire(1),
      conversationInitiator: 'campaign',
      originatingDirection: 'outbound',
      divisionIds: ['cccccccc-0000-4000-8000-000000000001'],
      participants: [
        {
          participantId: expect.any(String),
          purpose: 'outbound',
          sessions: [
            {
              sessionId: expect.any(String),
              mediaType: 'message',
              messageType: 'whatsapp',
              direction: 'outbound',
              provider: 'WhatsApp',
              addressFrom: 'eeeeeeee-0000-4000-8000-000000000001',
              addressTo: '+4915550000001',
              outboundCampaignId: 'bbbbbbbb-0000-4000-8000-000000000001',
              outboundContactId: '1001',
              outboundContactListId: 'dddddddd-0000-4000-8000-000000000001',
              deliveryStatus: 'Read',
              deliveryStatusChangeDate: wire(4),
              extendedDeliveryStatus: undefined,
              deliveryStatusHistory: [
                { status: 'Queued', at: wire(0) },
                { status: 'Sent', at: wire(1) },
                { status: 'Published', at: wire(2) },
                { status: 'DeliverySuccess', at: wire(3) },
                { status: 'Read', at: wire(4) },
              ],
              metrics: [{ emitDate: wire(0), name: 'nOutbound', value: 1 }],
              segments: [
                {
                  segmentStart: wire(0),
                  segmentEnd: wire(1),
                  segmentType: 'interact',
                  disconnectType: 'system',
                  wrapUpCode: 'OUTBOUND-MESSAGE-SENT',
                  errorCode: undefined,
                  conference: false,
                },
              ],
            },
          ],
        },
      ],
    });
  });

  it('has no end, disconnection or wrap-up code before the provider has answered', () => {
    const row = aMessage({ settled_at: null, disposition: null, address: null, integration_id: null });
    expect(toConversation(row).conversationEnd).toBeUndefined();
    const session = sessionOf(row);
    expect([session.addressTo, session.addressFrom]).toEqual([undefined, undefined]);
    expect(session.segments[0]).toMatchObject({
      segmentEnd: undefined,
      disconnectType: undefined,
      wrapUpCode: undefined,
    });
  });

  it('tells the error of the provider, its detail before its text', () => {
    const failed = aMessage({
      disposition: 'OUTBOUND-MESSAGE-FAILED',
      provider_error_code: 131026,
      provider_error_text: 'text',
      provider_error_detail: 'detail',
    });
    expect(sessionOf(failed).extendedDeliveryStatus).toBe('detail');
    expect(sessionOf({ ...failed, provider_error_detail: null }).extendedDeliveryStatus).toBe('text');
    expect(sessionOf(failed).segments[0]).toMatchObject({ errorCode: '131026', disconnectType: 'error' });
  });

  it('tells a failed call from a failed delivery', () => {
    const cleared = { published_at: null, delivered_at: null, read_at: null, failed_at: second(2) };
    const history = (fields: Partial<MessageRow>) =>
      sessionOf(aMessage({ ...cleared, ...fields })).deliveryStatusHistory.map(({ status }) => status);
    expect(history({})).toEqual(['Queued', 'Sent', 'DeliveryFailed']);
    expect(history({ sent_at: null, wamid: null })).toEqual(['Queued', 'Failed']);
    expect(history({ delivered_at: second(3) })).toEqual([
      'Queued',
      'Sent',
      'DeliveryFailed',
      'DeliverySuccess',
    ]);
  });

  it('never goes back in time, although WhatsApp tells whole seconds by its own clock', () => {
    const started = new Date(second(1).getTime() + 361);
    const row = aMessage({ started_at: started, sent_at: second(2), published_at: second(1), read_at: null });
    expect(sessionOf(row).deliveryStatusHistory).toEqual([
      { status: 'Queued', at: started.toISOString() },
      { status: 'Sent', at: wire(2) },
      { status: 'Published', at: wire(2) },
      { status: 'DeliverySuccess', at: wire(3) },
    ]);
  });

  it('derives the same ids each time, different ones for each part and message', () => {
    const ids = (row: MessageRow) => [
      row.message_id,
      toConversation(row).participants[0]!.participantId,
      sessionOf(row).sessionId,
    ];
    const other = aMessage({ message_id: 'aaaaaaaa-0000-4000-8000-000000000002' });
    expect(ids(aMessage())).toEqual(ids(aMessage()));
    expect(new Set([...ids(aMessage()), ...ids(other)]).size).toBe(6);
    for (const id of ids(other)) expect(id).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/);
  });
});
