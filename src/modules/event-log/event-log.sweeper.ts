import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.js';
import { EventsRepository } from './events.repository.js';

const EVERY_MS = 3_600_000;
/** How long events are kept, in days. */
export const EVENT_RETENTION_DAYS = 90;

/** Forgets old events now and then. */
@Injectable()
export class EventLogSweeper implements OnModuleInit, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly events: EventsRepository,
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
      await this.events.deleteOlderThan(EVENT_RETENTION_DAYS);
    } catch (error) {
      this.logger.warn({ err: error }, 'old events could not be deleted; trying again later');
    }
  }
}
