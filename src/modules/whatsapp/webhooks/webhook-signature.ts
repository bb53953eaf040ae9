import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

const PREFIX = 'sha256=';

/**
 * True when the header is the HMAC-SHA256 of exactly these bytes under one of the app secrets
 * (WhatsApp Cloud API, webhook signature). Takes as long for a wrong one as for a right one.
 */
export function isSignedBy(secrets: readonly string[], rawBody: Buffer, header: string | undefined): boolean {
  if (!header?.startsWith(PREFIX)) return false;
  const given = Buffer.from(header.slice(PREFIX.length));
  let isMatch = false;
  for (const secret of secrets) {
    const wanted = Buffer.from(createHmac('sha256', secret).update(rawBody).digest('hex'));
    isMatch = (given.length === wanted.length && timingSafeEqual(given, wanted)) || isMatch;
  }
  return isMatch;
}

/** The challenge to answer with when the platform proves that it knows the verify token; else undefined. */
export function answerHandshake(
  verifyToken: string | undefined,
  query: Record<string, string | undefined>,
): string | undefined {
  const given = query['hub.verify_token'];
  if (query['hub.mode'] !== 'subscribe' || verifyToken === undefined || given === undefined) return undefined;
  return isSameText(given, verifyToken) ? query['hub.challenge'] : undefined;
}

// Hashing first makes the lengths equal, so that not even the length of the token can be measured.
function isSameText(a: string, b: string): boolean {
  return timingSafeEqual(sha256(a), sha256(b));
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
