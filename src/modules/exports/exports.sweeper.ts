import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../platform/queue/repeating-work.js';
import { ExportQueue } from './export-queue.js';
import { ExportFilesRepository } from './runs/export-files.repository.js';
import { ExportStore } from './runs/export-store.js';

const CLEAN_EVERY_MS = 600_000;
const ORPHAN_AGE_MS = 3_600_000;

/** Rings again for exports that wait or whose worker died, and deletes files that have expired or belong to nobody. */
@Injectable()
export class ExportsSweeper extends RepeatingWork {
  protected readonly everyMs = 2_000;
  private cleanedAt = 0;

  constructor(
    private readonly files: ExportFilesRepository,
    private readonly store: ExportStore,
    private readonly queue: ExportQueue,
  ) {
    super();
  }

  protected async work(): Promise<void> {
    for (const id of await this.files.findDue()) this.queue.ring(id);
    if (Date.now() - this.cleanedAt < CLEAN_EVERY_MS) return;
    this.cleanedAt = Date.now();
    await this.clean();
  }

  /** Deletes expired exports, and files that a crash or a lost lease left behind. */
  async clean(): Promise<void> {
    await this.store.remove(await this.files.deleteExpired());
    const old = await this.store.namesOlderThan(ORPHAN_AGE_MS);
    const needed = await this.files.findNeeded(old);
    await this.store.remove(old.filter((name) => !needed.has(name)));
  }
}
