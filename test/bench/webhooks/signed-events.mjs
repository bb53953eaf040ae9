// Webhooks as WhatsApp sends them, signed and ready to be written into a socket.
import { createHmac } from 'node:crypto';

/** The body that tells of one message that it was delivered. */
export function bodyOf(messageId) {
  const status = {
    id: `wamid.${messageId}`,
    status: 'delivered',
    timestamp: String(Math.floor(Date.now() / 1000)),
    recipient_id: '4915123456789',
    biz_opaque_callback_data: `depesche1:${messageId}`,
    pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' },
  };
  const value = {
    messaging_product: 'whatsapp',
    metadata: { display_phone_number: '4915792300001', phone_number_id: '100' },
    statuses: [status],
  };
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '200', changes: [{ field: 'messages', value }] }],
  });
}

/** The whole HTTP request, as bytes. */
export function requestOf(messageId, port, secret) {
  const body = bodyOf(messageId);
  const head = [
    'POST /webhooks/whatsapp HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'user-agent: facebookexternalua',
    'accept: */*',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `x-hub-signature-256: sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}
