import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '../logging/logger.js';

/**
 * Work that a process looks for again and again, never twice at the same time. A failure is logged and tried again
 * with the next round; stopping waits for the round that runs.
 */
@Injectable()
export abstract class RepeatingWork implements OnApplicationBootstrap, OnModuleDestroy {
  @Inject(Logger)
  protected readonly logger: Logger;

  /** Time between the end of one round and the begin of the next. */
  protected abstract readonly everyMs: number;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;

  /** One round. True asks for the next one at once. */
  protected abstract work(): Promise<boolean | void>;

  onApplicationBootstrap(): void {
    this.schedule(this.everyMs);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(inMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.round().finally(() => (this.running = undefined));
    }, inMs);
    this.timer.unref();
  }

  private async round(): Promise<void> {
    let again: boolean | void = false;
    try {
      again = await this.work();
    } catch (error) {
      this.logger.warn({ err: error, work: this.constructor.name }, 'could not work; trying again');
    }
    this.schedule(again ? 0 : this.everyMs);
  }
}
