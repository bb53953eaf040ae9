import { onConstraint } from '../../platform/database/database-errors.js';
import { ApiError } from '../../platform/errors/api-error.js';

onConstraint(
  'response_libraries_name_unique',
  () =>
    new ApiError('invalid', 'duplicate.name', 'A library of this name exists already; choose another name.'),
);

onConstraint(
  'messaging_campaigns_content_template_fk',
  () =>
    new ApiError(
      'invalid',
      'response.in.use',
      'A WhatsApp campaign uses this response; delete the campaign or give it another template first.',
    ),
);

/** 404, or another kind when the library is named in a body. */
export function libraryNotFound(ids: string[], kind: 'not-found' | 'invalid' = 'not-found'): ApiError {
  return new ApiError(kind, 'rms.library.not.found', 'There is no library with the id {id}.', {
    params: { id: ids.join(', ') },
  });
}

export function responseNotFound(id: string): ApiError {
  return new ApiError('not-found', 'rms.response.not.found', 'There is no response with the id {id}.', {
    params: { id },
    entityId: id,
  });
}
