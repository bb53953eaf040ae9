/**
 * Spreadsheets run a cell that begins with one of these as a formula, so an export puts an apostrophe before it, and an
 * import takes the apostrophe away again. Numbers and phone numbers, `-12.5` and `+49 171 1234567`, stay as they are:
 * without letters there is nothing to run. A cell that begins with apostrophes before such a character gets one more,
 * so that going out and in again changes nothing.
 */
const FORMULA = /^'*[=+@\t\r-]/u;
const NUMBER_LIKE = /^[+-][0-9 ().,/-]*$/u;
// What FORMULA may begin with: looked at first, because nearly no cell does.
const FIRST_CHARACTERS = new Set(["'", '=', '+', '@', '\t', '\r', '-']);
const FIRST_BYTES = Uint8Array.from({ length: 256 }, (_unused, byte) =>
  FIRST_CHARACTERS.has(String.fromCharCode(byte)) ? 1 : 0,
);

/** False for the first byte of a cell that is no formula for sure. */
export function mayBeFormula(firstByte: number | undefined): boolean {
  return firstByte !== undefined && FIRST_BYTES[firstByte] === 1;
}

/** The text as a cell that no spreadsheet runs. */
export function guardFormula(text: string): string {
  return FIRST_CHARACTERS.has(text.charAt(0)) && FORMULA.test(text) && !NUMBER_LIKE.test(text)
    ? `'${text}`
    : text;
}

/** The text that `guardFormula` was given. */
export function unguardFormula(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}
