import { InjectQueue } from '@nestjs/bull';
import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Queue } from 'bull';
import { Logger } from '../../../platform/logging/logger.js';
import { IntegrationsRepository } from './integrations.repository.js';
import { ONBOARDING_QUEUE, type OnboardingJob, onboardingJobOptions } from './onboarding.jobs.js';

const EVERY_MS = 15_000;
const IDLE_MS = 30_000;

/** Finds signups and activations whose job was lost, and enqueues them again. */
@Injectable()
export class OnboardingSweeper implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: IntegrationsRepository,
    private readonly logger: Logger,
    @InjectQueue(ONBOARDING_QUEUE) private readonly queue: Queue<OnboardingJob>,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.sweep().catch((err: unknown) => this.complain(err)), EVERY_MS);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Enqueues what waits for longer than `idleMs`; a job that still exists is left alone. Returns how many. */
  async sweep(idleMs = IDLE_MS): Promise<number> {
    const unfinished = await this.repository.findUnfinished(idleMs);
    for (const integration of unfinished) {
      await this.queue.add({ integrationId: integration.id }, onboardingJobOptions(integration));
    }
    return unfinished.length;
  }

  private complain(error: unknown): void {
    this.logger.warn({ err: error }, 'the onboarding sweep failed; it runs again soon');
  }
}
