/**
 * Behaviour that can be changed while the simulator runs. Delays are milliseconds of simulated time: they are
 * multiplied by `timeScale` (1 = as in real life, 0.01 = a hundred times faster). Limits, fault delays, the batch
 * window and the webhook timeout are real time and are not scaled.
 */
export interface SimulatorSettings {
  timeScale: number;
  randomSeed: number;
  sentMinMs: number;
  sentMaxMs: number;
  deliveredMinMs: number;
  deliveredMaxMs: number;
  readMinMs: number;
  readMaxMs: number;
  readProbability: number;
  /** Use the table by the last two digits of the recipient. */
  suffixProfiles: boolean;
  /** Marketing to numbers of the United States fails with 131049. */
  usMarketingBlocked: boolean;
  /** Answer with the national variants of Brazil, Mexico and Argentina as wa_id. */
  nationalVariants: boolean;
  throughputBurstSeconds: number;
  pairRateEnabled: boolean;
  pairIntervalMs: number;
  pairBurst: number;
  templateApprovalMs: number;
  /** Off = an outage of webhooks: updates pile up and are delivered once it is on again. */
  emitterEnabled: boolean;
  batchWindowMs: number;
  batchMaxUpdates: number;
  webhookConcurrency: number;
  webhookTimeoutMs: number;
  duplicateProbability: number;
  reorderProbability: number;
  reorderMaxSkewMs: number;
  earlyProbability: number;
  dropProbability: number;
}

export const DEFAULT_SETTINGS: Readonly<SimulatorSettings> = {
  timeScale: 1,
  randomSeed: 1,
  sentMinMs: 50,
  sentMaxMs: 500,
  deliveredMinMs: 200,
  deliveredMaxMs: 5_000,
  readMinMs: 1_000,
  readMaxMs: 7_200_000,
  readProbability: 0.6,
  suffixProfiles: true,
  usMarketingBlocked: true,
  nationalVariants: true,
  throughputBurstSeconds: 1,
  pairRateEnabled: true,
  pairIntervalMs: 6_000,
  pairBurst: 45,
  templateApprovalMs: 5_000,
  emitterEnabled: true,
  batchWindowMs: 50,
  batchMaxUpdates: 1_000,
  webhookConcurrency: 50,
  webhookTimeoutMs: 10_000,
  duplicateProbability: 0.01,
  reorderProbability: 0.05,
  reorderMaxSkewMs: 10_000,
  earlyProbability: 0.01,
  dropProbability: 0,
};

const AT_LEAST_ONE = new Set(['batchMaxUpdates', 'webhookConcurrency', 'webhookTimeoutMs', 'pairBurst']);

/** Says everything that is wrong with a change of settings; an empty list means it may be applied. */
export function explainSettings(patch: object): string[] {
  return Object.entries(patch).flatMap(([name, value]) => {
    const known = (DEFAULT_SETTINGS as unknown as Record<string, unknown>)[name];
    if (known === undefined) return [`${name}: there is no such setting`];
    if (typeof value !== typeof known) return [`${name}: must be a ${typeof known}`];
    return typeof value === 'number' ? explainNumber(name, value) : [];
  });
}

function explainNumber(name: string, value: number): string[] {
  if (!Number.isFinite(value) || value < 0) return [`${name}: must be a number of at least 0`];
  if (name.endsWith('Probability') && value > 1) return [`${name}: must be between 0 and 1`];
  return AT_LEAST_ONE.has(name) && value < 1 ? [`${name}: must be at least 1`] : [];
}
