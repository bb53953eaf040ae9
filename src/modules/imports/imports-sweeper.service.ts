import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.js';
import { Spool } from '../../platform/storage/spool.js';
import { ImportQueue } from './import-queue.js';
import { ImportRunsRepository } from './runs/import-runs.repository.js';
import { UploadUrlsService } from './uploads/upload-urls.service.js';

const SWEEP_EVERY_MS = 2_000;
const CLEAN_EVERY_MS = 3_600_000;
const SPOOL_AGE_MS = 24 * 3_600_000;

/** Rings again for imports that wait or whose worker died, and clears away files and keys that nobody needs. */
@Injectable()
export class ImportsSweeper implements OnModuleInit, OnModuleDestroy {
  private readonly timers: NodeJS.Timeout[] = [];
  private busy = false;

  constructor(
    private readonly runs: ImportRunsRepository,
    private readonly uploads: UploadUrlsService,
    private readonly queue: ImportQueue,
    private readonly spool: Spool,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timers.push(
      setInterval(() => void this.guarded(() => this.sweep()), SWEEP_EVERY_MS).unref(),
      setInterval(() => void this.guarded(() => this.clean()), CLEAN_EVERY_MS).unref(),
    );
  }

  onModuleDestroy(): void {
    this.timers.forEach(clearInterval);
  }

  /** Rings for every run that a worker should take. */
  async sweep(): Promise<void> {
    for (const runId of await this.runs.findDue()) this.queue.ring(runId);
  }

  /** Deletes spooled files that no unfinished run needs, and expired upload keys. */
  async clean(): Promise<void> {
    await this.uploads.deleteExpired();
    const old = await this.spool.namesOlderThan(SPOOL_AGE_MS);
    const needed = await this.runs.findNeededFiles(old);
    for (const name of old) if (!needed.has(name)) await this.spool.remove(name);
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await work();
    } catch (error) {
      this.logger.warn({ err: error }, 'the sweep over the imports failed and will be repeated');
    } finally {
      this.busy = false;
    }
  }
}
