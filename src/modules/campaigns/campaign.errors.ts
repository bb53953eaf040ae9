import type { Reason } from '../../kernel/reason.js';
import { onConstraint } from '../../platform/database/database-errors.js';
import { ApiError, type ErrorLimit, reasonsError } from '../../platform/errors/api-error.js';
import {
  CAMPAIGNS_KEY,
  LIMIT_NAMESPACE,
  MAX_CAMPAIGNS,
  MAX_RUNNING_CAMPAIGNS,
  MESSAGES_PER_MINUTE_KEY,
} from './campaign-limits.js';
import { PACE_EXCEEDED } from './campaign-rules.js';

/** One error with all reasons why a campaign is refused; shows the limit when the pace is beyond it. */
export function campaignRefused(reasons: Reason[]): ApiError {
  const error = reasonsError(reasons);
  const pace = reasons.find((reason) => reason.code === PACE_EXCEEDED);
  if (!pace) return error;
  return new ApiError(error.kind, error.code, error.messageWithParams, {
    ...error.options,
    params: { ...error.params, ...pace.params },
    limit: limitOf(MESSAGES_PER_MINUTE_KEY, Number(pace.params?.limit)),
  });
}

export function campaignNotFound(id: string): ApiError {
  return new ApiError('not-found', 'campaign.not.found', 'There is no campaign with the id {id}.', {
    params: { id },
  });
}

export function fieldsFrozen(fields: string[]): ApiError {
  return new ApiError(
    'conflict',
    'invalid.update.campaign.active',
    'While the campaign runs, {fields} can not change; stop it first.',
    {
      params: { fields: fields.join(', ') },
      reasons: fields.map((field) => ({
        code: 'invalid.update.campaign.active',
        field,
        message: `${field} can not change while the campaign runs; stop it first.`,
      })),
    },
  );
}

export function campaignInUse(name: string): ApiError {
  return new ApiError(
    'invalid',
    'campaign.in.use',
    'The campaign "{name}" is running; stop it before you delete it.',
    { params: { name } },
  );
}

export function changedMeanwhile(): ApiError {
  return new ApiError(
    'conflict',
    'general.conflict',
    'The campaign was changed by somebody else at the same moment; look at it again and repeat.',
  );
}

export function tooManyCampaigns(): ApiError {
  return new ApiError(
    'invalid',
    'max.entity.count.reached',
    'There are {limit} campaigns already, which is the most there can be. Delete old campaigns and save again.',
    { params: { limit: MAX_CAMPAIGNS }, limit: limitOf(CAMPAIGNS_KEY, MAX_CAMPAIGNS) },
  );
}

/** Why a campaign can't run beside those that do. */
export function tooManyRunning(): Reason {
  return {
    code: 'active.campaigns.limit.exceeded',
    field: 'campaignStatus',
    message: `${MAX_RUNNING_CAMPAIGNS} campaigns are running, which is the most at one time; stop one of them first.`,
    params: { limit: String(MAX_RUNNING_CAMPAIGNS) },
  };
}

/** Why a campaign can't start: another one runs on its contact list; `other` only when the caller may see it. */
export function contactListTaken(other: { id: string; name: string } | undefined): Reason {
  const who = other ? `The campaign "${other.name}"` : 'Another campaign';
  return {
    code: 'resources.in.use',
    field: 'contactList',
    entityId: other?.id,
    entityName: other?.name,
    message: `${who} is running on the same contact list; stop it first, or wait until it is done.`,
  };
}

function limitOf(key: string, value: number): ErrorLimit {
  return { key, namespace: LIMIT_NAMESPACE, value };
}

onConstraint(
  'messaging_campaigns_name_unique',
  () =>
    new ApiError(
      'invalid',
      'duplicate.name',
      'A campaign with this name exists already; choose another name.',
      {
        reasons: [
          { code: 'duplicate.name', field: 'name', message: 'A campaign with this name exists already.' },
        ],
      },
    ),
);
onConstraint('messaging_campaigns_running_list_unique', () => reasonsError([contactListTaken(undefined)]));
