import { ApiError, reasonsError } from '../errors/api-error.js';

/** An object that is changed by version (Genesys Cloud API, optimistic concurrency). */
export interface Versioned {
  id: string;
  name: string;
  version: number;
}

/**
 * The version that a change is based on. Throws 400 `invalid.update` when the caller sent none, 409
 * `invalid.update.wrong.version` when it is not the current one.
 */
export function requireNewest(existing: Versioned, given: number | undefined): number {
  if (given === undefined) {
    const message = 'version is missing; read the object and send the version you got.';
    throw reasonsError([{ code: 'invalid.update', field: 'version', message }]);
  }
  if (given !== existing.version) throw wrongVersion(existing, given);
  return given;
}

/** 409: somebody changed the object since the caller read it. */
export function wrongVersion(existing: Versioned, given: number): ApiError {
  return new ApiError(
    'conflict',
    'invalid.update.wrong.version',
    'The version {given} is not the current one ({current}); read the object again and repeat your change.',
    { params: { given, current: existing.version }, entityId: existing.id, entityName: existing.name },
  );
}
