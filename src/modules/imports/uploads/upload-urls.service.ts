import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { ImportKind, ImportOptions } from '../import-target.js';

export interface UploadUrlRequest {
  kind: ImportKind;
  targetId: string;
  contentType: string;
  options: ImportOptions;
  timeoutSeconds: number;
}

/** Where and how to send the file (Genesys Cloud API, UploadUrlResponse). */
export interface UploadTicket {
  url: string;
  uploadKey: string;
  headers: Record<string, string>;
}

/** An upload URL that is being used. */
export interface ClaimedUpload {
  kind: ImportKind;
  targetId: string;
  contentType: string;
  options: ImportOptions;
}

const INSERT = `
  INSERT INTO import_uploads (key_hash, kind, target_id, content_type, options, expires_at)
  VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))`;

const CLAIM = `
  WITH claimed AS (
    UPDATE import_uploads SET used_at = now()
     WHERE key_hash = $1 AND used_at IS NULL AND expires_at > now() RETURNING *)
  SELECT kind, target_id AS "targetId", content_type AS "contentType", options FROM claimed`;

/** Upload URLs: they need no login, therefore their key is a secret of 256 bits that works once and expires. */
@Injectable()
export class UploadUrlsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly config: Config,
  ) {}

  async create({
    kind,
    targetId,
    contentType,
    options,
    timeoutSeconds,
  }: UploadUrlRequest): Promise<UploadTicket> {
    const uploadKey = randomBytes(32).toString('base64url');
    const values = [keyHash(uploadKey), kind, targetId, contentType, options, timeoutSeconds];
    await this.uow.manager.query(INSERT, values);
    const url = `${this.config.publicUrl}/uploads/v2/files/${uploadKey}`;
    return { url, uploadKey, headers: { 'Content-Type': contentType } };
  }

  /** Takes the key for one upload. Throws 404 for an unknown, expired or used one. */
  async claim(uploadKey: string): Promise<ClaimedUpload> {
    const [upload] = await this.uow.manager.query<ClaimedUpload[]>(CLAIM, [keyHash(uploadKey)]);
    if (upload) return upload;
    throw new ApiError(
      'not-found',
      'upload.url.not.found',
      'This upload URL does not exist, has expired or was used already; ask for a new one.',
    );
  }

  /** Makes the key usable again after an upload that did not arrive. */
  async release(uploadKey: string): Promise<void> {
    await this.uow.manager.query(`UPDATE import_uploads SET used_at = NULL WHERE key_hash = $1`, [
      keyHash(uploadKey),
    ]);
  }

  /** Forgets keys that expired more than a day ago. */
  async deleteExpired(): Promise<void> {
    await this.uow.manager.query(`DELETE FROM import_uploads WHERE expires_at < now() - interval '1 day'`);
  }
}

// The key is random and long, so a plain hash can't be reversed.
function keyHash(uploadKey: string): Buffer {
  return createHash('sha256').update(uploadKey).digest();
}
