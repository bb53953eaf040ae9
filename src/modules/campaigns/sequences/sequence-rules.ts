import type { Reason } from '../../../kernel/reason.js';

export const SEQUENCE_STATUSES = ['on', 'off', 'complete'] as const;
export type SequenceStatus = (typeof SEQUENCE_STATUSES)[number];

/** Enough for people, and an end for programs. */
export const MOST_CAMPAIGNS = 100;

/** What somebody decides about a sequence (Genesys Cloud API, CampaignSequence). */
export interface SequenceDefinition {
  campaignIds: string[];
  currentCampaign: number;
  status: SequenceStatus;
  repeat: boolean;
}

/** What a change of the status asks for. */
export type SequenceStep = 'none' | 'start' | 'stop' | 'refused';

/** Clients switch sequences on and off; only its last campaign completes one. */
export function sequenceStep(current: SequenceStatus, requested: SequenceStatus): SequenceStep {
  if (requested === current) return 'none';
  if (requested === 'complete') return 'refused';
  if (requested === 'on') return 'start';
  return current === 'on' ? 'stop' : 'none';
}

/**
 * The campaign with which a sequence is to go on. One that is complete begins anew unless its client names another
 * campaign than the one it ended with.
 */
export function firstCampaign(
  stored: Pick<SequenceDefinition, 'status' | 'currentCampaign'> | undefined,
  asked: number | undefined,
  step: SequenceStep,
): number {
  const current = asked ?? stored?.currentCampaign ?? 0;
  const isAnew = step === 'start' && stored?.status === 'complete' && current === stored.currentCampaign;
  return isAnew ? 0 : current;
}

/** What is wrong with a sequence as such; `found` are its campaigns that its author may use. */
export function explainSequence(
  { campaignIds, currentCampaign, repeat }: SequenceDefinition,
  found: readonly { id: string; name: string; alwaysRunning: boolean }[],
): Reason[] {
  const reasons: Reason[] = [];
  const refuse = (code: string, field: string, message: string): void => {
    reasons.push({ code, field, message });
  };
  if (campaignIds.length === 0)
    refuse('invalid.value', 'campaigns', 'A sequence needs at least one campaign.');
  if (campaignIds.length > MOST_CAMPAIGNS) {
    refuse('invalid.value', 'campaigns', `A sequence has at most ${MOST_CAMPAIGNS} campaigns.`);
  }
  for (const [at, id] of campaignIds.entries()) {
    const campaign = found.find((candidate) => candidate.id === id);
    const isFollowed = repeat || at < campaignIds.length - 1;
    if (!campaign) {
      const message = `There is no WhatsApp campaign with the id ${id}, or you may not see it.`;
      reasons.push({ code: 'campaign.not.found', field: 'campaigns', entityId: id, message });
    } else if (campaign.alwaysRunning && isFollowed) {
      const message = `The campaign "${campaign.name}" is always running and never completes; no other can follow it.`;
      const where = { field: 'campaigns', entityId: id, entityName: campaign.name };
      reasons.push({ code: 'always.running.campaign', ...where, message });
    }
  }
  const isInside = currentCampaign >= 0 && currentCampaign < campaignIds.length;
  if (campaignIds.length > 0 && !isInside) {
    const message = `currentCampaign must be from 0 to ${campaignIds.length - 1}, the place of a campaign in campaigns.`;
    refuse('invalid.value', 'currentCampaign', message);
  }
  return reasons;
}
