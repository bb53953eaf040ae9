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
  /** The first one seals, all open. */
  private readonly keys: readonly Buffer[];

  /** @param base64Keys keys of 32 bytes in base64, comma separated, the newest first; without any every use throws. */
  constructor(base64Keys: string | undefined) {
    this.keys = (base64Keys ?? '')
      .split(',')
      .filter((key) => key !== '')
      .map((key) => Buffer.from(key, 'base64'));
    if (this.keys.some((key) => key.length !== KEY_BYTES))
      throw new Error('ENCRYPTION_KEY must be 32 bytes in base64');
  }

  /** Encrypts `secret` for the place that `context` names. */
  seal(secret: string, context: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.newestKey(), nonce);
    cipher.setAAD(Buffer.from(context));
    const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(KEY_VERSION), nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** Decrypts what `seal` made. Throws when no key fits, the context differs, or the bytes were changed. */
  open(sealed: Buffer, context: string): string {
    this.newestKey();
    for (const key of this.keys) {
      const secret = openWith(key, sealed, context);
      if (secret !== undefined) return secret;
    }
    throw new Error('A stored secret could not be decrypted; was ENCRYPTION_KEY changed?');
  }

  /** The same secret under the newest key; undefined when it is under that already. Throws as `open` does. */
  reseal(sealed: Buffer, context: string): Buffer | undefined {
    if (openWith(this.newestKey(), sealed, context) !== undefined) return undefined;
    return this.seal(this.open(sealed, context), context);
  }

  private newestKey(): Buffer {
    const [key] = this.keys;
    if (key) return key;
    throw new Error('ENCRYPTION_KEY is not set: 32 bytes in base64 (openssl rand -base64 32)');
  }
}

/** Undefined when the key, the context or a byte differs. */
function openWith(key: Buffer, sealed: Buffer, context: string): string | undefined {
  if (sealed.length < HEADER_BYTES || sealed[0] !== KEY_VERSION)
    throw new Error('The stored secret has an unknown form or key version');
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEADER_BYTES));
  try {
    return decipher.update(sealed.subarray(HEADER_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}
