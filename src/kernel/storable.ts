// What text can hold and PostgreSQL can't keep: NUL, and half of a surrogate pair.
const UNSTORABLE = /\0|\p{Surrogate}/u;
const EVERY_UNSTORABLE = new RegExp(UNSTORABLE, 'gu');

/** True when the text has characters that can't be stored. */
export function isUnstorable(text: string): boolean {
  return UNSTORABLE.test(text);
}

/** The text without what can't be stored. */
export function toStorable(text: string): string {
  return text.replace(EVERY_UNSTORABLE, '');
}
