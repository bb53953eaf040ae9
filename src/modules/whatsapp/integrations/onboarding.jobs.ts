import type { JobOptions } from 'bull';

export const ONBOARDING_QUEUE = 'whatsapp-onboarding';

export interface OnboardingJob {
  integrationId: string;
}

/**
 * One job per state of an integration. A failed one is removed, because a job that is kept would stop the sweeper from
 * adding it again.
 */
export function onboardingJobOptions(integration: { id: string; version: number }): JobOptions {
  return {
    jobId: `${integration.id}-${integration.version}`,
    attempts: 3,
    backoff: { type: 'exponential', delay: 1_000 },
    removeOnComplete: true,
    removeOnFail: true,
  };
}
