import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { SecretBox } from '../../../platform/crypto/secret-box.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';

/** A claim is void this long after its process last renewed it. */
export const LEASE_SECONDS = 30;
const KEEP = `interval '24 hours'`;
const MAX_ANSWER_BYTES = 256 * 1024;

/** Whose key it is; two callers may use the same key for different things. */
export interface IdempotencyKey {
  scope: string;
  key: string;
}

export interface KeptAnswer {
  status: number;
  contentType: string | null;
  body: string;
}

/** What is known about a key: free and now ours, or what became of the request that had it. */
export type Claim =
  | { kind: 'ours'; token: string }
  | { kind: 'running' }
  | { kind: 'other-request' }
  | { kind: 'done'; answer: KeptAnswer }
  | { kind: 'not-kept'; status: number };

interface StoredKey {
  sameRequest: boolean;
  status: number | null;
  contentType: string | null;
  answer: Buffer | null;
}

// Also takes over a key that is too old, and one whose process died before it answered the same request.
const CLAIM = `
  INSERT INTO idempotency_keys AS k (scope, key, request_hash, claim_token, lease_until)
  VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
  ON CONFLICT (scope, key) DO UPDATE
    SET request_hash = excluded.request_hash, claim_token = excluded.claim_token, lease_until = excluded.lease_until,
        status = NULL, content_type = NULL, answer = NULL, created_at = now()
    WHERE (k.lease_until IS NULL OR k.lease_until < now())
      AND (k.created_at < now() - ${KEEP} OR (k.status IS NULL AND k.request_hash = excluded.request_hash))
  RETURNING claim_token`;

const FIND = `
  SELECT request_hash = $3 AS "sameRequest", status, content_type AS "contentType", answer
    FROM idempotency_keys WHERE scope = $1 AND key = $2`;

const RENEW = `
  UPDATE idempotency_keys SET lease_until = now() + make_interval(secs => $4)
   WHERE scope = $1 AND key = $2 AND claim_token = $3 AND status IS NULL`;

const COMPLETE = `
  UPDATE idempotency_keys SET lease_until = NULL, status = $4, content_type = $5, answer = $6
   WHERE scope = $1 AND key = $2 AND claim_token = $3`;

const RELEASE = `DELETE FROM idempotency_keys WHERE scope = $1 AND key = $2 AND claim_token = $3`;

const DELETE_OLD = `
  DELETE FROM idempotency_keys
   WHERE created_at < now() - ${KEEP} AND (lease_until IS NULL OR lease_until < now())`;

/** Idempotency keys and the answers that their requests got. Answers may hold secrets and are stored encrypted. */
@Injectable()
export class IdempotencyStore {
  private readonly box: SecretBox | undefined;

  constructor(
    private readonly uow: UnitOfWork,
    { encryptionKey }: Config,
  ) {
    if (encryptionKey) this.box = new SecretBox(encryptionKey);
  }

  /** Takes the key for a request, or tells why not. `requestHash` says what the request asks for. */
  async claim({ scope, key }: IdempotencyKey, requestHash: Buffer): Promise<Claim> {
    const token = randomUUID();
    const values = [scope, key, requestHash, token, LEASE_SECONDS];
    const claimed = await this.uow.manager.query<unknown[]>(CLAIM, values);
    if (claimed.length > 0) return { kind: 'ours', token };
    const [stored] = await this.uow.manager.query<StoredKey[]>(FIND, [scope, key, requestHash]);
    // Without a row, it was released this moment; the caller may try again as after any running request.
    if (!stored) return { kind: 'running' };
    return this.read({ scope, key }, stored);
  }

  /** Keeps the claim of a request that takes long. */
  async renew({ scope, key }: IdempotencyKey, token: string): Promise<void> {
    await this.uow.manager.query(RENEW, [scope, key, token, LEASE_SECONDS]);
  }

  /** Keeps the answer for the next request with this key; only its status when it is large or can't be encrypted. */
  async complete({ scope, key }: IdempotencyKey, token: string, answer: KeptAnswer): Promise<void> {
    const fits = Buffer.byteLength(answer.body) <= MAX_ANSWER_BYTES;
    const sealed = fits ? this.box?.seal(answer.body, contextOf({ scope, key })) : undefined;
    const values = [scope, key, token, answer.status, answer.contentType, sealed ?? null];
    await this.uow.manager.query(COMPLETE, values);
  }

  /** Frees the key: the request did not do its work. */
  async release({ scope, key }: IdempotencyKey, token: string): Promise<void> {
    await this.uow.manager.query(RELEASE, [scope, key, token]);
  }

  /** Forgets keys after 24 hours. */
  async deleteOld(): Promise<void> {
    await this.uow.manager.query(DELETE_OLD);
  }

  private read(key: IdempotencyKey, { sameRequest, status, contentType, answer }: StoredKey): Claim {
    if (!sameRequest) return { kind: 'other-request' };
    if (status === null) return { kind: 'running' };
    if (!answer || !this.box) return { kind: 'not-kept', status };
    return { kind: 'done', answer: { status, contentType, body: this.box.open(answer, contextOf(key)) } };
  }
}

function contextOf({ scope, key }: IdempotencyKey): string {
  return `idempotency-answer:${scope}:${key}`;
}
