import { ApiError } from '../../../platform/errors/api-error.js';

/** A place in the order of divisions: by name whatever its case, then by id. */
export interface DivisionCursor {
  name: string;
  id: string;
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

/** The cursor as callers get it; they hand it back as it is. */
export function encodeCursor({ name, id }: DivisionCursor): string {
  return Buffer.from(JSON.stringify([name.toLowerCase(), id])).toString('base64url');
}

/** Throws 400 `invalid.query.param.value` for anything that `encodeCursor` did not make. */
export function decodeCursor(text: string): DivisionCursor {
  try {
    const [name, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (typeof name === 'string' && typeof id === 'string' && UUID.test(id)) return { name, id };
  } catch {
    // The same answer as for a cursor of another form.
  }
  throw new ApiError(
    'invalid',
    'invalid.query.param.value',
    'The cursor is none of this list; take it from nextUri or previousUri.',
  );
}
