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

/**
 * `guardFormula` in SQL, for an expression that is cheap to repeat, such as a column of a subquery. A cell that begins
 * with a letter, as most do, is let go by the first comparison.
 */
export function guardFormulaSql(cell: string): string {
  return (
    `CASE WHEN ascii(${cell}) > 64 THEN ${cell} WHEN ascii(${cell}) IN (9,13,39,43,45,61,64) AND ${cell} ~ E'^\\'*[=+@\\t\\r-]'` +
    ` AND ${cell} !~ '^[+-][0-9 ().,/-]*$' THEN '''' || ${cell} ELSE ${cell} END`
  );
}
