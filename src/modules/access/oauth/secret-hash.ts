import { createHash, randomBytes } from 'node:crypto';
import argon2 from 'argon2';

/** Hash of a client secret or password for storage (argon2id, parameters of the library). */
export function hashSecret(secret: string): Promise<string> {
  return argon2.hash(secret);
}

/** True when the secret belongs to the hash; takes as long for a missing hash, so that ids can't be probed. */
export async function verifySecret(hash: string | undefined, secret: string): Promise<boolean> {
  decoy ??= hashSecret(randomBytes(16).toString('hex'));
  const matches = await argon2.verify(hash ?? (await decoy), secret);
  return hash !== undefined && matches;
}

let decoy: Promise<string> | undefined;

/** A new random secret or token: 256 bits, safe in URLs and headers. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. It is random and long, so a plain hash can't be reversed. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
