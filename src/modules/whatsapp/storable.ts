/** The greatest code of an error that is kept; no code of the platform comes near. */
export const GREATEST_CODE = 2 ** 31 - 1;

// What JSON can say and PostgreSQL can't keep: NUL, and half of a surrogate pair.
const NOT_STORABLE = /\0|\p{Surrogate}/gu;

/** The text without what PostgreSQL can't keep. */
export function toStorable(text: string): string {
  return text.replace(NOT_STORABLE, '');
}
