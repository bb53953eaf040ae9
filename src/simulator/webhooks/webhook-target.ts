import { randomBytes } from 'node:crypto';
import { request, type Dispatcher } from 'undici';

/** Where webhooks go, and the secret word of the handshake. */
export interface Destination {
  url: string;
  verifyToken: string;
}

/** Says why a callback failed the handshake, or undefined when it passed (WhatsApp Cloud API, webhooks: verification). */
export async function handshake(
  destination: Destination,
  dispatcher: Dispatcher,
  timeoutMs: number,
): Promise<string | undefined> {
  const challenge = String(randomBytes(4).readUInt32BE());
  try {
    const url = new URL(destination.url);
    url.searchParams.set('hub.mode', 'subscribe');
    url.searchParams.set('hub.challenge', challenge);
    url.searchParams.set('hub.verify_token', destination.verifyToken);
    const timeouts = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
    const response = await request(url, {
      dispatcher,
      ...timeouts,
      headers: { 'user-agent': 'facebookplatform/1.0' },
    });
    const body = await response.body.text();
    if (response.statusCode !== 200) return `HTTP Status Code = ${response.statusCode}`;
    return body.trim() === challenge ? undefined : 'the answer is not the challenge';
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error);
  }
}
