import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const KEY_VERSION = 1;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/**
 * Encrypts secrets for storage with AES-256-GCM. A sealed secret is: key version (1 byte), nonce (12), tag (16),
 * ciphertext. The context (what and whose secret it is) is authenticated, so a sealed value can't be moved elsewhere.
 */
export class SecretBox {
  private readonly key: Buffer | undefined;

  /** @param base64Key 32 bytes in base64; without it every use throws. */
  constructor(base64Key: string | undefined) {
    this.key = base64Key === undefined ? undefined : Buffer.from(base64Key, 'base64');
    if (this.key && this.key.length !== KEY_BYTES)
      throw new Error('ENCRYPTION_KEY must be 32 bytes in base64');
  }

  /** Encrypts `secret` for the place that `context` names. */
  seal(secret: string, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.requireKey(), nonce);
    cipher.setAAD(Buffer.from(context));
    const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(KEY_VERSION), nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** Decrypts what `seal` made. Throws when the key or the context differs, or the bytes were changed. */
  open(sealed: Buffer, context: string): string {
    if (sealed.length < HEADER_BYTES || sealed[0] !== KEY_VERSION)
      throw new Error('The stored secret has an unknown form or key version');
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.requireKey(), nonce);
    decipher.setAAD(Buffer.from(context));
    decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEADER_BYTES));
    try {
      return decipher.update(sealed.subarray(HEADER_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new Error('A stored secret could not be decrypted; was ENCRYPTION_KEY changed?', { cause });
    }
  }

  private requireKey(): Buffer {
    if (this.key) return this.key;
    throw new Error('ENCRYPTION_KEY is not set: 32 bytes in base64 (openssl rand -base64 32)');
  }
}
