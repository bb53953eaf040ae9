import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { ApiError } from '../errors/api-error.js';

const NAME = /^[0-9a-f-]{36}$/u;
const UNFINISHED = '.part';

/** Files that wait on disk to be worked off, in the folder `spool` of the data directory. */
@Injectable()
export class Spool {
  private readonly folder: string;

  constructor(config: Config) {
    this.folder = path.join(config.dataDir, 'spool');
  }

  /**
   * Streams `source` to a new file and returns its name once it is complete and on disk.
   * Throws 413 beyond `limitBytes`; nothing is left behind when it throws.
   */
  async save(source: Readable, limitBytes: number): Promise<string> {
    const name = randomUUID();
    const draft = this.pathOf(name) + UNFINISHED;
    // It may break before the pipeline below listens; the pipeline then finds it broken.
    source.once('error', () => undefined);
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    // Opened here: a stream opens its file later, which might be after the removal below.
    const file = await open(draft, 'wx', 0o600);
    try {
      await pipeline(source, limiter(limitBytes), file.createWriteStream({ flush: true }));
      await rename(draft, this.pathOf(name));
      return name;
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** Where the file is. */
  pathOf(name: string): string {
    if (!NAME.test(name)) throw new Error('Not the name of a spooled file');
    return path.join(this.folder, name);
  }

  /** Deletes the file; nothing happens when it is gone already. */
  async remove(name: string): Promise<void> {
    await rm(this.pathOf(name), { force: true });
  }

  /** Names of complete files older than `ageMs`; drafts of that age were left by a crash and are deleted. */
  async namesOlderThan(ageMs: number): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    const old: string[] = [];
    for (const name of names) {
      const file = path.join(this.folder, name);
      const changedAt = await stat(file).then(
        (found) => found.mtimeMs,
        () => Date.now(),
      );
      if (Date.now() - changedAt < ageMs) continue;
      if (NAME.test(name)) old.push(name);
      else await rm(file, { force: true });
    }
    return old;
  }
}

/** The error for an upload beyond the limit. */
export function tooLarge(limitBytes: number): ApiError {
  return new ApiError(
    'too-large',
    'response.entity.too.large',
    'The file is larger than {limitBytes} bytes; split it and upload the parts one after the other.',
    {
      params: { limitBytes },
      limit: { key: 'upload.file.bytes', namespace: 'outbound', value: limitBytes },
    },
  );
}

function limiter(limitBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > limitBytes) done(tooLarge(limitBytes));
      else done(null, chunk);
    },
  });
}
