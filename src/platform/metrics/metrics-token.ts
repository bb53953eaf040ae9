import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a header Authorization holds the token of those who scrape. */
export function isScraper(authorization: string | undefined, token: string): boolean {
  return timingSafeEqual(hash(authorization ?? ''), hash(`Bearer ${token}`));
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
