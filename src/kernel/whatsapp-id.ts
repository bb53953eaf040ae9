/** Result of reading a WhatsApp id as somebody typed it. */
export type WhatsAppIdResult =
  { ok: true; id: string; matchKey: string } | { ok: false; code: WhatsAppIdProblem; message: string };

/** What is wrong with a WhatsApp id, each with the words for the person who typed it. */
const PROBLEMS = {
  empty: 'the cell is empty',
  'scientific-notation':
    'a spreadsheet turned the number into scientific notation and lost digits; format the column as text and export again',
  extension: 'it has an extension; a WhatsApp number has none',
  'several-numbers': 'it holds several numbers; a cell may hold one',
  letters: 'it has letters',
  'not-a-number': 'it has characters that no telephone number has',
  'no-country-code': 'it begins with 0, so the country code is missing; write it like 4915112345678',
  'too-short': 'it has fewer than 7 digits',
  'too-long': 'it has more than 15 digits',
} as const;

export type WhatsAppIdProblem = keyof typeof PROBLEMS;

const MIN_DIGITS = 7;
const MAX_DIGITS = 15;
// What people and spreadsheets put around and between the digits of a number.
const DECORATION =
  /[\s\u00a0\u202f\u2000-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff().\-\u2010-\u2015/+'"]/gu;
// What most cells hold; read without further ado, because imports read millions.
const PLAIN = /^\+?[1-9]\d{6,14}$/u;
// The same with single spaces or dashes, as people write numbers.
const SPACED = /^\+?[1-9]\d*(?:[ -]\d+)+$/u;
const SPREADSHEET_TEXT = /^="?(.*?)"?$/u;
const SCIENTIFIC = /^[+-]?\d+(?:[.,]\d+)?e[+-]?\d+$/iu;
// A number that went through a program as a fraction.
const FRACTION = /^(\+?\d{7,15})\.0$/u;
// The zero that is dialled only within the country: +49 (0) 151.
const TRUNK_ZERO = /^((?:\+|00)[\d\s]+)\(\s*0\s*\)/u;
const EXTENSION = /\d[\s.,;]*(?:#|x|ext?\.?n?|extension|dw|durchwahl|ramal|int\.?)[\s.:=]*\d{1,6}$/iu;
const SEVERAL = /\d{5,}\s*[,;|&]\s*\+?\d{5,}/u;

/**
 * Reads a WhatsApp id: an international number, digits only, without plus and without leading 00.
 *
 * `id` is that normal form; `matchKey` folds the national spellings of one account together, so two ids reach the same
 * person exactly when their match keys are equal. What can't be read is refused with the reason, rather than read as a
 * number of somebody else: digits that a spreadsheet rounded away, an extension, a number without country code.
 * Source: WhatsApp Cloud API, recipient format and identity.
 */
export function readWhatsAppId(raw: string | null | undefined): WhatsAppIdResult {
  if (raw && PLAIN.test(raw)) return found(raw.startsWith('+') ? raw.slice(1) : raw);
  const spaced = raw && SPACED.test(raw) ? raw.replace(/[+ -]/gu, '') : '';
  if (spaced.length >= MIN_DIGITS && spaced.length <= MAX_DIGITS) return found(spaced);
  const typed = (raw ?? '').normalize('NFKC').trim();
  const text = typed.replace(SPREADSHEET_TEXT, '$1').trim();
  if (text === '' || text.toUpperCase() === 'NULL') return problem('empty');
  if (SCIENTIFIC.test(text)) return problem('scientific-notation');
  const bare = text.replace(FRACTION, '$1').replace(TRUNK_ZERO, '$1').replace(DECORATION, '');
  if (!/^\d+$/u.test(bare)) return problem(explainCharacters(text));
  const id = bare.replace(/^00/u, '');
  if (id.length < MIN_DIGITS) return problem('too-short');
  if (id.length > MAX_DIGITS) return problem('too-long');
  if (id.startsWith('0')) return problem('no-country-code');
  return found(id);
}

/**
 * The spelling under which all national variants of a normalised id meet: Brazil with or without the ninth digit,
 * Mexico with or without the 1 for mobiles, Argentina with the 9 of international or the 15 of domestic dialling.
 */
export function whatsAppMatchKey(id: string): string {
  if (id.startsWith('55')) return id.replace(/^55(\d{2})9(\d{8})$/u, '55$1$2');
  if (id.startsWith('52')) return id.replace(/^521(\d{10})$/u, '52$1');
  if (id.startsWith('54')) return argentineKey(id);
  return id;
}

// National numbers of Argentina have ten digits, the area code among them; the 15 comes after the code, so its length
// counts: two digits for Buenos Aires, three for these, four for all others.
const THREE_DIGIT_AREAS = new Set(
  '220 221 223 230 236 237 249 260 261 263 264 266 280 291 297 298 299 336 341 342 343 345 348 351 353 358 362 364 370 376 379 380 381 383 385 387 388'.split(
    ' ',
  ),
);

function argentineKey(id: string): string {
  let national = id.slice(2);
  if (/^9(?:\d{10}|\d{12})$/u.test(national)) national = national.slice(1);
  if (national.length === 12) {
    const area = areaDigits(national);
    if (national.slice(area, area + 2) === '15')
      national = national.slice(0, area) + national.slice(area + 2);
  }
  return national.length === 10 ? `54${national}` : id;
}

function areaDigits(national: string): number {
  if (national.startsWith('11')) return 2;
  return THREE_DIGIT_AREAS.has(national.slice(0, 3)) ? 3 : 4;
}

function explainCharacters(text: string): WhatsAppIdProblem {
  if (EXTENSION.test(text)) return 'extension';
  if (SEVERAL.test(text)) return 'several-numbers';
  return /\p{L}/u.test(text) ? 'letters' : 'not-a-number';
}

function found(id: string): WhatsAppIdResult {
  return { ok: true, id, matchKey: whatsAppMatchKey(id) };
}

function problem(code: WhatsAppIdProblem): WhatsAppIdResult {
  return { ok: false, code, message: PROBLEMS[code] };
}
