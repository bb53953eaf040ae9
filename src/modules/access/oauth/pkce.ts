import { createHash, timingSafeEqual } from 'node:crypto';

const VERIFIER = /^[A-Za-z0-9\-._~]{43,128}$/u;
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/u;

/** True for a code verifier of the right length and alphabet (RFC 7636, section 4.1). */
export function isVerifier(verifier: string): boolean {
  return VERIFIER.test(verifier);
}

/** True for what can be an S256 challenge: 32 bytes in base64url (RFC 7636, section 4.2). */
export function isChallenge(challenge: string): boolean {
  return S256_CHALLENGE.test(challenge);
}

/** True when the challenge was made from the verifier; takes the same time wherever they differ. */
export function verifierMatches(verifier: string, challenge: string): boolean {
  const expected = Buffer.from(challenge, 'base64url');
  const given = createHash('sha256').update(verifier).digest();
  return expected.length === given.length && timingSafeEqual(expected, given);
}
