import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { withCorrelation } from '../../../platform/logging/request-context.js';
import { ONBOARDING_QUEUE, type OnboardingJob } from './onboarding.jobs.js';
import { OnboardingService } from './onboarding.service.js';

const CONCURRENCY = 4;

@Processor(ONBOARDING_QUEUE)
export class OnboardingProcessor {
  constructor(private readonly onboarding: OnboardingService) {}

  @Process({ concurrency: CONCURRENCY })
  advance(job: Job<OnboardingJob>): Promise<void> {
    const isLastTry = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    return withCorrelation(String(job.id), { queue: ONBOARDING_QUEUE }, () =>
      this.onboarding.advance(job.data.integrationId, isLastTry),
    );
  }
}
