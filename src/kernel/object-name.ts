import type { Reason } from './reason.js';

/** Longest name of an object, in characters (Genesys Cloud API, limits). */
export const MAX_NAME_LENGTH = 64;

/** What is wrong with the name of an object, if anything. */
export function explainName(name: string): Reason[] {
  if (name.trim() === '') {
    return [{ code: 'name.cannot.be.blank', field: 'name', message: 'The name must not be blank.' }];
  }
  if ([...name].length <= MAX_NAME_LENGTH) return [];
  const params = { limit: String(MAX_NAME_LENGTH), given: String([...name].length) };
  const message = `The name may have at most ${params.limit} characters; it has ${params.given}.`;
  return [{ code: 'name.length.exceeded', field: 'name', message, params }];
}
