import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../kernel/page.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { Caller } from '../access/index.js';
import { DownloadLinks } from './downloads/download-links.js';
import { type ExportFile, type ExportLayout, PLAIN_CSV } from './export-file.js';
import { ExportQueue } from './export-queue.js';
import type { ExportKind, ExportOptions, ExportSource } from './export-source.js';
import { ExportSources } from './export-sources.js';
import { ExportFilesRepository } from './runs/export-files.repository.js';
import { ExportStore } from './runs/export-store.js';

export interface ExportRequest {
  kind: ExportKind;
  subjectId: string;
  ownerId: string;
  options?: ExportOptions;
  /** A CSV with commas and without byte order mark unless said otherwise. */
  layout?: Partial<ExportLayout>;
  /** Name of the file for people, without its ending. */
  name: string;
}

/** Exports of whatever a module registers as source, and the files they become. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly sources: ExportSources,
    private readonly files: ExportFilesRepository,
    private readonly store: ExportStore,
    private readonly links: DownloadLinks,
    private readonly queue: ExportQueue,
    private readonly uow: UnitOfWork,
  ) {}

  /** Offers a kind of object for exports; called once at start by its module. */
  register(source: ExportSource): void {
    this.sources.register(source);
  }

  /** Begins an export and returns its id. Whether the caller may have it is the caller's business. */
  async start({ kind, subjectId, ownerId, options = {}, layout, name }: ExportRequest): Promise<string> {
    const whole = { ...PLAIN_CSV, ...layout };
    const downloadName = `${toFileName(name)}.${whole.format}`;
    return this.uow.run(async () => {
      const id = await this.files.insert({
        kind,
        subjectId,
        ownerId,
        options,
        layout: whole,
        downloadName,
      });
      await this.uow.afterCommit(() => this.queue.ring(id));
      return id;
    });
  }

  /** The exports with these ids; those that don't exist or have expired are left out. */
  find(ids: readonly string[]): Promise<ExportFile[]> {
    return this.files.find(ids);
  }

  /** The exports of a kind that somebody asked for, the newest first. */
  findPage(asked: { kind: ExportKind; ownerId: string }, page: PageRequest): Promise<Page<ExportFile>> {
    return this.files.findPage(asked, page);
  }

  /** The newest export of an object, whatever its state, among those whose options contain `options`. */
  findNewest(
    kind: ExportKind,
    subjectId: string,
    options: ExportOptions = {},
  ): Promise<ExportFile | undefined> {
    return this.files.findNewest(kind, subjectId, options);
  }

  /** Where the file can be had with a token, once it is complete. */
  uriOf(exportId: string): string {
    return this.links.uriOf(exportId);
  }

  /** A link that works without token for some minutes. Throws 404 unless the caller may have the file now. */
  createLink(caller: Caller, exportId: string, inline = false): Promise<string> {
    return this.links.create(caller, exportId, inline);
  }

  /** Removes the exports of an object that is being deleted, files included. */
  async forget(kind: ExportKind, subjectId: string): Promise<void> {
    const names = await this.files.delete(kind, subjectId);
    await this.uow.afterCommit(() => this.store.remove(names));
  }
}

// For every file system, and short enough for all.
function toFileName(name: string): string {
  return name.replace(/[\p{Cc}\\/:*?"<>|]+/gu, '_').slice(0, 100) || 'export';
}
