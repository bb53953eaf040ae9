import type { ValidationError } from 'class-validator';
import type { Reason } from '../../kernel/reason.js';
import { type ApiError, reasonsError } from '../errors/api-error.js';

/** One error with every field that has a wrong shape, nested ones by their path (`whatsAppColumns.0.columnName`). */
export function validationError(errors: ValidationError[]): ApiError {
  return reasonsError(errors.flatMap((error) => reasonsOf(error, '')));
}

function reasonsOf(error: ValidationError, parent: string): Reason[] {
  const field = parent + error.property;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    code: codeOf(error, rule),
    field,
    message: `${parent}${message}.`.replace(/\.\.$/u, '.'),
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => reasonsOf(child, `${field}.`))];
}

// A DTO may name the Genesys code of a rule: @MaxLength(64, { context: { code: 'name.length.exceeded' } }).
function codeOf(error: ValidationError, rule: string): string {
  const context = error.contexts?.[rule] as { code?: string } | undefined;
  return context?.code ?? 'invalid.value';
}
