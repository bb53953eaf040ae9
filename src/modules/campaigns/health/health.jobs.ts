import type { JobOptions } from 'bull';

/** One look at the health of one campaign. */
export const CAMPAIGN_HEALTH_QUEUE = 'campaign-health';

export interface HealthJob {
  campaignId: string;
}

/** Looks asked for within this time become one. */
const BUCKET_MS = 1_000;

/** The look comes after the bucket in which it was asked for, so that it sees what it was asked for. */
export function healthJobOptions(campaignId: string, now = Date.now()): JobOptions {
  const at = (Math.floor(now / BUCKET_MS) + 1) * BUCKET_MS;
  return { jobId: `${campaignId}:${at}`, delay: at - now, removeOnComplete: true, removeOnFail: true };
}
