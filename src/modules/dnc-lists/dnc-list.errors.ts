import { onConstraint } from '../../platform/database/database-errors.js';
import { ApiError } from '../../platform/errors/api-error.js';
import type { Reason } from '../../kernel/reason.js';

/** 404 for a list that does not exist or that the caller may not see. */
export function dncListNotFound(id: string): ApiError {
  return new ApiError(
    'not-found',
    'dnc.list.not.found',
    'There is no DNC list with the id {id}, or you may not see it.',
    { params: { id } },
  );
}

/** 400 for what would make a list of opt-outs say something else than what people asked for. */
export function keptByServer({ id, name }: { id: string; name: string }): ApiError {
  return new ApiError(
    'invalid',
    'dnc.source.operation.not.supported',
    'The DNC list holds those who opted out through WhatsApp and is kept by the server; single entries can be removed.',
    { entityId: id, entityName: name },
  );
}

export const DUPLICATE_NAME: Reason = {
  code: 'duplicate.name',
  field: 'name',
  message: 'There is a DNC list of this name already.',
};

onConstraint(
  'dnc_lists_name_unique',
  () => new ApiError('invalid', DUPLICATE_NAME.code, DUPLICATE_NAME.message, { reasons: [DUPLICATE_NAME] }),
);
// The campaigns refer to lists; the constraint is theirs, what it means to a list is told here.
onConstraint(
  'messaging_campaign_dnc_lists_dnc_list_fk',
  () =>
    new ApiError(
      'invalid',
      'dnc.list.in.use',
      'The DNC list is used by a campaign; take it out of the campaign first.',
    ),
);
