import type { Reason } from '../../../kernel/reason.js';
import { onConstraint } from '../../../platform/database/database-errors.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';

/** 404 for a division that does not exist, or not any more. */
export function divisionNotFound(id: string): ApiError {
  return new ApiError('not-found', 'division.not.found', 'There is no division with the id {id}.', {
    params: { id },
  });
}

export function deletedDivisionNotFound(id: string): ApiError {
  return new ApiError('not-found', 'division.not.found', 'There is no deleted division with the id {id}.', {
    params: { id },
  });
}

export function tooManyDivisions(limit: number): ApiError {
  return new ApiError(
    'invalid',
    'max.entity.count.reached',
    'There are {limit} divisions already, which is the most there can be; delete one that is no longer needed.',
    { params: { limit }, limit: { key: 'divisions.max', namespace: 'auth.api', value: limit } },
  );
}

export function homeDivisionStays(): ApiError {
  return new ApiError(
    'invalid',
    'home.division.cannot.be.deleted',
    'The home division can not be deleted; objects without another division belong to it.',
  );
}

const DUPLICATE_NAME: Reason = {
  code: 'duplicate.name',
  field: 'name',
  message: 'There is a division of this name already; choose another name.',
};

onConstraint('divisions_name_unique', () => reasonsError([DUPLICATE_NAME]));
onConstraint('grants_division_fk', () => reasonsError([divisionGone('divisionId')]));

/** Why a division that a body names can't be used. */
export function divisionGone(field: string, id = ''): Reason {
  return {
    code: 'division.not.found',
    field,
    message: `${field}: there is no division with the id ${id}`.trimEnd() + '.',
    params: { divisionId: id },
  };
}
