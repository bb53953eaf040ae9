import { onConstraint } from '../../../platform/database/database-errors.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { Reason } from '../../../kernel/reason.js';

/** 404 for a list that does not exist or that the caller may not see. */
export function contactListNotFound(id: string): ApiError {
  return new ApiError(
    'not-found',
    'contact.list.not.found',
    'There is no contact list with the id {id}, or you may not see it.',
    { params: { id } },
  );
}

export const DUPLICATE_NAME: Reason = {
  code: 'duplicate.name',
  field: 'name',
  message: 'There is a contact list of this name already.',
};

onConstraint(
  'contact_lists_name_unique',
  () => new ApiError('invalid', DUPLICATE_NAME.code, DUPLICATE_NAME.message, { reasons: [DUPLICATE_NAME] }),
);
// The campaigns refer to lists; the constraint is theirs, what it means to a list is told here.
onConstraint(
  'messaging_campaigns_contact_list_fk',
  () =>
    new ApiError(
      'invalid',
      'contact.list.in.use',
      'The contact list is used by a campaign; delete the campaign first or give it another list.',
    ),
);
