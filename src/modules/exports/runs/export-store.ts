import { createReadStream, createWriteStream, type ReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';

const NAME = /^[0-9a-f-]{36}\.[0-9a-f-]{36}$/u;
const UNFINISHED = '.part';
// PostgreSQL sends each row by itself: few large writes instead of many small ones.
const WRITE_BYTES = 1024 ** 2;

/** The files of exports, in the folder `exports` of the data directory, which all processes share. */
@Injectable()
export class ExportStore {
  private readonly folder: string;

  constructor(config: Config) {
    this.folder = path.join(config.dataDir, 'exports');
  }

  /**
   * Streams the parts, one after the other, to a new file, and returns its size in bytes once it is complete and on
   * disk. Nothing is left behind when it throws.
   */
  async save(name: string, parts: readonly Readable[], signal: AbortSignal): Promise<number> {
    const draft = this.pathOf(name) + UNFINISHED;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    try {
      for (const [at, part] of parts.entries()) {
        const flags = at === 0 ? 'w' : 'a';
        const target = createWriteStream(draft, {
          mode: 0o600,
          flags,
          flush: true,
          highWaterMark: WRITE_BYTES,
        });
        await pipeline(part, target, { signal });
      }
      const { size } = await stat(draft);
      await rename(draft, this.pathOf(name));
      return size;
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
  }

  /** The file from its beginning; undefined when it is not in the data directory of this process. */
  async read(name: string): Promise<ReadStream | undefined> {
    const file = await open(this.pathOf(name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return file && createReadStream('', { fd: file });
  }

  /** Deletes files; those that are gone already are no error. */
  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(this.pathOf(name), { force: true });
  }

  /** Names of complete files older than `ageMs`; drafts of that age were left by a crash and are deleted. */
  async namesOlderThan(ageMs: number): Promise<string[]> {
    const old: string[] = [];
    for (const name of await readdir(this.folder).catch(() => [])) {
      const file = path.join(this.folder, name);
      const found = await stat(file).catch(() => undefined);
      if (!found || Date.now() - found.mtimeMs < ageMs) continue;
      if (NAME.test(name)) old.push(name);
      else await rm(file, { force: true });
    }
    return old;
  }

  private pathOf(name: string): string {
    if (!NAME.test(name)) throw new Error('Not the name of an export file');
    return path.join(this.folder, name);
  }
}
