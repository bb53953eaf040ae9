import { canMove, type Transitions } from '../../kernel/state-machine.js';
import { ApiError } from '../../platform/errors/api-error.js';

/** Every status of a campaign (Genesys Cloud API, messaging campaigns: campaignStatus). */
export const CAMPAIGN_STATUSES = [
  'on',
  'stopping',
  'off',
  'complete',
  'invalid',
  'forced_off',
  'forced_stopping',
] as const;

export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number];

/** The life of a campaign. A stop goes through `stopping`, in which messages under way are finished. */
export const CAMPAIGN_LIFECYCLE: Transitions<CampaignStatus> = {
  off: ['on'],
  on: ['stopping', 'complete', 'invalid', 'forced_stopping'],
  stopping: ['off'],
  complete: ['on', 'off'],
  invalid: ['on', 'off'],
  forced_stopping: ['forced_off'],
  forced_off: ['on', 'off'],
};

/** While in one of these a campaign holds its contact list, may not be deleted and changes only in part. */
export const RUNNING_STATUSES: readonly CampaignStatus[] = ['on', 'stopping'];

export function isRunning(status: CampaignStatus): boolean {
  return RUNNING_STATUSES.includes(status);
}

/** What a requested status asks for: nothing, a start, a stop, or only to be shown as `off`. */
export type StatusStep = 'none' | 'start' | 'stop' | 'switch-off';

const BEING_OFF: readonly CampaignStatus[] = ['off', 'stopping', 'forced_off', 'forced_stopping'];

/**
 * How to get from the status of a campaign to the one a client asks for.
 * Throws 400 `invalid.update.bad.status.transition` for a move that is not a client's to make.
 */
export function stepTowards(current: CampaignStatus, requested: CampaignStatus): StatusStep {
  if (requested === current) return 'none';
  if (requested === 'on' && canMove(CAMPAIGN_LIFECYCLE, current, 'on')) return 'start';
  if (requested === 'off') return stepTowardsOff(current);
  throw new ApiError(
    'invalid',
    'invalid.update.bad.status.transition',
    current === 'stopping' && requested === 'on'
      ? 'The campaign is still stopping; start it again once its status is off.'
      : 'Invalid transition from <{from}> to <{to}>. A client can switch a campaign on and off only.',
    { params: { from: current.toUpperCase(), to: requested.toUpperCase() } },
  );
}

function stepTowardsOff(current: CampaignStatus): StatusStep {
  if (current === 'on') return 'stop';
  return BEING_OFF.includes(current) ? 'none' : 'switch-off';
}
