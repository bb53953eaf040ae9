import type { PipeTransform } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { reasonsError } from '../../platform/errors/api-error.js';

const MAX_IDS = 1_000;
const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** A body that is a list of ids; each comes out once. Throws 400 with everything that is wrong with it. */
export class IdListPipe implements PipeTransform<unknown, string[]> {
  /** `form` any: ids of subjects, as OAuth clients may have ids of another form. */
  constructor(private readonly options: { form?: 'uuid' | 'any'; mayBeEmpty?: boolean } = {}) {}

  transform(body: unknown): string[] {
    const { form = 'uuid', mayBeEmpty = false } = this.options;
    if (!Array.isArray(body)) throw reasonsError([bad('body', 'the body must be a list of ids')]);
    if (body.length === 0 && !mayBeEmpty) throw reasonsError([bad('body', 'name at least one id')]);
    if (body.length > MAX_IDS) {
      throw reasonsError([bad('body', `name at most ${MAX_IDS} ids; these are ${body.length}`)]);
    }
    const reasons = body.flatMap((id: unknown, index) => {
      if (typeof id === 'string' && id !== '' && (form === 'any' || isUuid(id))) return [];
      return [bad(String(index), form === 'any' ? 'must be an id' : 'must be a UUID')];
    });
    if (reasons.length > 0) throw reasonsError(reasons);
    return [...new Set((body as string[]).map((id) => (isUuid(id) ? id.toLowerCase() : id)))];
  }
}

function bad(field: string, what: string): Reason {
  return { code: 'invalid.value', field, message: `${field}: ${what}.` };
}
