import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '../../platform/logging/logger.js';
import { CampaignLifecycle } from '../campaigns/index.js';
import { Doorbell } from './doorbell.js';
import { RunsRepository } from './runs/runs.repository.js';
import { WebhookInbox } from './webhooks/webhook-inbox.js';

const SWEEP_EVERY_MS = 1_000;
/** A tick this late is taken for lost. */
const LATE_TICK_MS = 2_000;

/** Looks in PostgreSQL for work that nobody does, whatever happened to Redis or to other workers, and rings for it. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private sweeping = false;

  constructor(
    private readonly campaigns: CampaignLifecycle,
    private readonly runs: RunsRepository,
    private readonly inbox: WebhookInbox,
    private readonly doorbell: Doorbell,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweepSafely(), SWEEP_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Rings for every neglected campaign and for webhooks that wait. */
  async sweep(): Promise<void> {
    const running = await this.campaigns.findRunning();
    const ids = running.map(({ id }) => id);
    if (ids.length > 0)
      for (const id of await this.runs.findNeglected(ids, LATE_TICK_MS)) this.doorbell.ring(id);
    if (await this.inbox.hasWaiting()) this.inbox.ring();
  }

  private async sweepSafely(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    try {
      await this.sweep();
    } catch (error) {
      this.logger.warn({ err: error }, 'the sweeper could not look; it looks again');
    } finally {
      this.sweeping = false;
    }
  }
}
