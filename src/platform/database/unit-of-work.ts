import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Logger } from '../logging/logger.js';

interface Work {
  manager: EntityManager;
  afterCommit: (() => unknown)[];
}

const storage = new AsyncLocalStorage<Work>();

/**
 * One transaction across services: whoever asks for `manager` inside `run` gets the same one.
 * What must not happen unless the data is safe (jobs, events) is handed to `afterCommit`.
 */
@Injectable()
export class UnitOfWork {
  constructor(
    private readonly dataSource: DataSource,
    private readonly logger: Logger,
  ) {}

  /** The manager of the running transaction, else one that commits each statement by itself. */
  get manager(): EntityManager {
    return storage.getStore()?.manager ?? this.dataSource.manager;
  }

  /** Runs `work` in a transaction, or in the caller's when there is one. Rolls back when it throws. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (storage.getStore()) return work();
    const afterCommit: Work['afterCommit'] = [];
    const result = await this.dataSource.transaction((manager) =>
      storage.run({ manager, afterCommit }, work),
    );
    for (const effect of afterCommit) await this.fire(effect);
    return result;
  }

  /** Does `effect` once the running transaction has committed; at once when there is none. */
  async afterCommit(effect: () => unknown): Promise<void> {
    const work = storage.getStore();
    if (work) work.afterCommit.push(effect);
    else await this.fire(effect);
  }

  // Losing an effect is harmless by design (a sweeper finds the work), failing the committed request is not.
  private async fire(effect: () => unknown): Promise<void> {
    try {
      await storage.exit(effect);
    } catch (error) {
      this.logger.warn({ err: error }, 'an effect after commit failed; a sweeper will make up for it');
    }
  }
}
