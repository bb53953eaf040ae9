import type { Reason } from '../../../kernel/reason.js';
import { onConstraint } from '../../../platform/database/database-errors.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';

export function roleNotFound(id: string): ApiError {
  return new ApiError('not-found', 'role.not.found', 'There is no role with the id {id}.', {
    params: { id },
  });
}

/** Why a role that a body names can't be used. */
export function roleGone(field: string, id: string): Reason {
  return {
    code: 'role.not.found',
    field,
    message: `${field}: there is no role with the id ${id}.`,
    params: { roleId: id },
  };
}

export function roleInUse(name: string, grants: number): ApiError {
  return new ApiError(
    'conflict',
    'role.in.use',
    'The role "{name}" is granted {grants} times; take these grants back first.',
    { params: { name, grants }, entityName: name },
  );
}

export function defaultRoleStays(name: string): ApiError {
  return new ApiError(
    'invalid',
    'default.role.cannot.be.deleted',
    'The role "{name}" comes with the product and can not be deleted; take its grants back instead.',
    { params: { name } },
  );
}

export function adminRoleIsFixed(): ApiError {
  return new ApiError(
    'invalid',
    'admin.role.cannot.be.changed',
    'The role admin always holds every permission and can not be changed; create a role of your own instead.',
  );
}

const DUPLICATE_NAME: Reason = {
  code: 'duplicate.name',
  field: 'name',
  message: 'There is a role of this name already; choose another name.',
};

onConstraint('roles_name_unique', () => reasonsError([DUPLICATE_NAME]));
onConstraint(
  'grants_role_fk',
  () =>
    new ApiError('conflict', 'role.in.use', 'The role is granted at the same moment, or gone; look again.'),
);
