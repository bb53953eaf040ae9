import { ApiError } from '../errors/api-error.js';

const UNIQUE_VIOLATION = '23505';
// PostgreSQL 18 reports ON DELETE RESTRICT by a code of its own.
const IN_USE = ['23503', '23001'];

const CHECK_VIOLATION = '23514';

interface PgError {
  message?: string;
  code?: string;
  constraint?: string;
  detail?: string;
}

/** How a broken constraint reads to a caller, by constraint name; modules register theirs. */
const translations = new Map<string, () => ApiError>();

/** Tells what to answer when the named UNIQUE or FOREIGN KEY constraint is broken. Called once, by its owner module. */
export function onConstraint(constraint: string, toError: () => ApiError): void {
  translations.set(constraint, toError);
}

/** The ApiError for a broken constraint; anything else comes back as it is. */
export function translateDatabaseError(thrown: unknown): unknown {
  const error = pgErrorOf(thrown);
  if (!error || ![UNIQUE_VIOLATION, ...IN_USE].includes(error.code ?? '')) return thrown;
  const known = error.constraint ? translations.get(error.constraint) : undefined;
  if (known) return known();
  if (error.code === UNIQUE_VIOLATION) {
    return new ApiError('conflict', 'general.conflict', 'Something with the same key exists already.', {
      cause: thrown,
    });
  }
  return new ApiError(
    'invalid',
    'referential.integrity.error',
    'It is still in use, or refers to something gone.',
    {
      cause: thrown,
    },
  );
}

/** True when the same statement may well succeed later: deadlock, lost connection, shutdown, too little memory or room. */
export function isTransient(thrown: unknown): boolean {
  const code = pgErrorOf(thrown)?.code ?? '';
  return (
    /^(08|40|53|57)/u.test(code) || /^E[A-Z]+$/u.test(code) || /Connection terminated/u.test(String(thrown))
  );
}

/**
 * True when the values that a statement was given are to blame: out of range, not storable, too large, or against a
 * constraint. The same statement fails again for ever, while one without those values may succeed.
 */
export function isFaultOfValues(thrown: unknown): boolean {
  return /^(22|23|54)...$/u.test(pgErrorOf(thrown)?.code ?? '');
}

/** True when a row belongs into a part of its table that does not exist yet. */
export function missesPartition(thrown: unknown): boolean {
  const error = pgErrorOf(thrown);
  return error?.code === CHECK_VIOLATION && /^no partition of relation/u.test(error.message ?? '');
}

/** The code of the PostgreSQL or connection error; undefined when it was none. */
export function databaseErrorCodeOf(thrown: unknown): string | undefined {
  return pgErrorOf(thrown)?.code;
}

function pgErrorOf(thrown: unknown): PgError | undefined {
  if (!(thrown instanceof Error)) return undefined;
  return (thrown as { driverError?: PgError }).driverError ?? thrown;
}
