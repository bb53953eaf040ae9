import { isUUID } from 'class-validator';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { PageCursor } from '../conversations/conversations.repository.js';

/** Where the next page of a job begins. */
export interface JobCursor {
  /** How much the pages before had. */
  seen: number;
  after?: PageCursor;
}

const MOMENT = /^(?:infinity|\d{4,6}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?[+-]\d{2}(?::\d{2}){0,2})$/u;

/** The cursor as text for a URL. */
export function writeCursor({ seen, after }: JobCursor): string {
  return Buffer.from(JSON.stringify([seen, after?.at, after?.id])).toString('base64url');
}

/** Throws 400 when the text is no cursor of ours. */
export function readCursor(text: string): JobCursor {
  try {
    const [seen, at, id] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as unknown[];
    if (Number.isInteger(seen) && Number(seen) >= 0) {
      if (at === null || at === undefined) return { seen: Number(seen) };
      if (typeof at === 'string' && MOMENT.test(at) && isUUID(id, 'loose')) {
        return { seen: Number(seen), after: { at, id: String(id) } };
      }
    }
  } catch {
    // Said below, as for any other text.
  }
  throw new ApiError('invalid', 'invalid.query.param.value', 'cursor is not one that a page before had.');
}
