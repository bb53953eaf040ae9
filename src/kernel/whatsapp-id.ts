/** Result of reading a WhatsApp id as somebody typed it. */
export type WhatsAppIdResult =
  { ok: true; id: string; matchKey: string } | { ok: false; code: WhatsAppIdProblem; message: string };

export type WhatsAppIdProblem = 'empty' | 'scientific-notation' | 'not-a-number' | 'too-short' | 'too-long';

const MIN_DIGITS = 7;
const MAX_DIGITS = 15;
// What people and spreadsheets put around and between the digits of a number.
const DECORATION = /[\s\u00a0\u202f\u2000-\u200f\u2060\ufeff().\-\u2010-\u2015/+'"]/gu;
const SPREADSHEET_TEXT = /^="?(.*?)"?$/u;
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/iu;

/**
 * Reads a WhatsApp id: an international number, digits only, without plus and without leading 00.
 *
 * `id` is that normal form; `matchKey` folds the national spellings of one account together (Brazil's ninth digit,
 * Mexico's 1, Argentina's 9), so two ids reach the same person exactly when their match keys are equal.
 * A number that a spreadsheet turned into scientific notation is refused: its digits are lost.
 * Source: WhatsApp Cloud API, recipient format and identity.
 */
export function readWhatsAppId(raw: string | null | undefined): WhatsAppIdResult {
  const text = (raw ?? '').trim().replace(SPREADSHEET_TEXT, '$1').trim();
  if (text === '' || text.toUpperCase() === 'NULL') return problem('empty', 'the cell is empty');
  if (SCIENTIFIC.test(text)) {
    return problem(
      'scientific-notation',
      'a spreadsheet turned the number into scientific notation and lost digits; format the column as text and export again',
    );
  }
  const bare = text.replace(DECORATION, '');
  if (!/^\d+$/u.test(bare)) return problem('not-a-number', 'it has characters that no telephone number has');
  const digits = bare.replace(/^00/u, '');
  if (digits.length < MIN_DIGITS) return problem('too-short', `it has fewer than ${MIN_DIGITS} digits`);
  if (digits.length > MAX_DIGITS) return problem('too-long', `it has more than ${MAX_DIGITS} digits`);
  return { ok: true, id: digits, matchKey: whatsAppMatchKey(digits) };
}

/** The spelling under which all national variants of a normalised id meet. */
export function whatsAppMatchKey(id: string): string {
  const brazil = /^55(\d{2})9(\d{8})$/u.exec(id);
  if (brazil) return `55${brazil[1]}${brazil[2]}`;
  const mexico = /^521(\d{10})$/u.exec(id);
  if (mexico) return `52${mexico[1]}`;
  const argentina = /^549(\d{10})$/u.exec(id);
  if (argentina) return `54${argentina[1]}`;
  return id;
}

function problem(code: WhatsAppIdProblem, message: string): WhatsAppIdResult {
  return { ok: false, code, message };
}
