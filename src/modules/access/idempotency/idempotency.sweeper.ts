import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Logger } from '../../../platform/logging/logger.js';
import { IdempotencyStore } from './idempotency.store.js';

const EVERY_MS = 600_000;

/** Forgets old idempotency keys now and then. */
@Injectable()
export class IdempotencySweeper implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: IdempotencyStore,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.sweep(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async sweep(): Promise<void> {
    try {
      await this.store.deleteOld();
    } catch (error) {
      this.logger.warn({ err: error }, 'old idempotency keys could not be deleted; trying again later');
    }
  }
}
