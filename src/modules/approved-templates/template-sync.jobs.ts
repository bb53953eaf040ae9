import type { JobOptions } from 'bull';

export const TEMPLATE_SYNC_QUEUE = 'template-sync';

export interface TemplateSyncJob {
  integrationId: string;
}

/** Requests within this time become one sync: WhatsApp tells of many templates at once. */
const GATHER_MS = 1_000;

export function templateSyncJobOptions(integrationId: string): JobOptions {
  const at = (Math.floor(Date.now() / GATHER_MS) + 1) * GATHER_MS;
  return {
    jobId: `${integrationId}-${at}`,
    delay: at - Date.now(),
    attempts: 3,
    backoff: { type: 'exponential', delay: 2_000 },
    removeOnComplete: true,
    removeOnFail: true,
  };
}
