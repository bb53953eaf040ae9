import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../../access/index.js';
import type { ExportFile } from '../export-file.js';
import { ExportSources } from '../export-sources.js';
import { ExportFilesRepository } from '../runs/export-files.repository.js';

export const DOWNLOADS_PATH = '/api/v2/downloads';
export const FILES_PATH = '/uploads/v2/downloads';
const LINK_SECONDS = 600;

/** What a link says; the signature is over all of it. */
export interface LinkTerms {
  id: string;
  /** Seconds since 1970. */
  expires: number;
  inline: boolean;
}

/** Links to files that need no token: signed by the key of the file, valid for ten minutes. */
@Injectable()
export class DownloadLinks {
  constructor(
    private readonly files: ExportFilesRepository,
    private readonly sources: ExportSources,
    private readonly config: Config,
  ) {}

  /** Where the file can be had with a token. */
  uriOf(id: string): string {
    return `${this.config.publicUrl}${DOWNLOADS_PATH}/${id}`;
  }

  /** A new link. Throws 404 unless there is such a file and the caller may have it. */
  async create(caller: Caller, id: string, inline: boolean): Promise<string> {
    const [file] = await this.files.find([id]);
    const key = file?.state === 'complete' ? await this.files.findKey(id) : undefined;
    if (!file || !key) throw downloadNotFound(id);
    await this.sources.get(file.kind).check(caller, file);
    const terms = { id, inline, expires: Math.floor(Date.now() / 1000) + LINK_SECONDS };
    const query = new URLSearchParams({
      expires: String(terms.expires),
      inline: String(inline),
      signature: sign(terms, key).toString('base64url'),
    });
    return `${this.config.publicUrl}${FILES_PATH}/${id}?${query.toString()}`;
  }

  /** The file of a link. Throws 404 for a link that was changed or has expired. */
  async open(terms: LinkTerms, signature: string): Promise<ExportFile> {
    const key = await this.files.findKey(terms.id);
    const [file] = await this.files.find([terms.id]);
    const isOpen = terms.expires * 1000 > Date.now();
    if (!key || !file || !isOpen || !isEqual(sign(terms, key), signature)) throw downloadNotFound(terms.id);
    return file;
  }
}

/** 404 for a file that does not exist, is not complete, has expired, or that the caller may not have. */
export function downloadNotFound(id: string): ApiError {
  return new ApiError(
    'not-found',
    'download.not.found',
    'There is no file {id} to download, or the link has expired; ask for the export again.',
    { params: { id } },
  );
}

function sign({ id, expires, inline }: LinkTerms, key: Buffer): Buffer {
  return createHmac('sha256', key).update(`${id} ${expires} ${inline}`).digest();
}

function isEqual(expected: Buffer, signature: string): boolean {
  const given = Buffer.from(signature, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
