import type { Reason } from '../../../kernel/reason.js';
import { onConstraint } from '../../../platform/database/database-errors.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';

/** Greatest number of contact list filters (Genesys Cloud API, limits). */
export const MAX_FILTERS = 1_000;

/** 404 for a filter that does not exist or whose list the caller may not see. */
export function filterNotFound(id: string): ApiError {
  return new ApiError(
    'not-found',
    'contact.list.filter.not.found',
    'There is no contact list filter with the id {id}, or you may not see it.',
    { params: { id } },
  );
}

export const DUPLICATE_FILTER_NAME: Reason = {
  code: 'duplicate.name',
  field: 'name',
  message: 'There is a contact list filter of this name already; choose another name.',
};

export function tooManyFilters(): Reason {
  return {
    code: 'max.entity.count.reached',
    message: `There are ${MAX_FILTERS} contact list filters already; delete one that is no longer needed.`,
    params: { limit: String(MAX_FILTERS) },
  };
}

onConstraint('contact_list_filters_name_unique', () => reasonsError([DUPLICATE_FILTER_NAME]));
onConstraint('contact_list_filters_contact_list_fk', () =>
  reasonsError([
    {
      code: 'contact.list.not.found',
      field: 'contactList',
      message: 'The contact list was deleted meanwhile.',
    },
  ]),
);
// The campaigns refer to filters; the constraint is theirs, what it means to a filter is told here.
onConstraint(
  'messaging_campaigns_contact_list_filter_fk',
  () =>
    new ApiError(
      'invalid',
      'referential.integrity.error',
      'The contact list filter is used by a campaign; take it out of the campaign or delete the campaign first.',
    ),
);
