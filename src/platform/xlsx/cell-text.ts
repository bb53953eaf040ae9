const DAY_MS = 86_400_000;
// Number formats that every workbook has (ECMA-376, 18.8.30).
const DATE_FORMATS = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;

/** True when a number in this format is shown as a date or time. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return DATE_FORMATS.some(([first, last]) => id >= first && id <= last);
  return /[dmyhs]/iu.test(code.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|general/giu, ''));
}

/**
 * A number as text, with the 15 digits that a spreadsheet keeps and without an exponent. A whole number with more digits
 * has lost the last ones: it keeps its exponent, so that nobody takes it for an id or a phone number.
 */
export function numberText(value: string): string {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number)) return value;
  if (Math.abs(number) >= 1e15) return number.toExponential().toUpperCase();
  const text = String(Number(number.toPrecision(15)));
  return text.includes('e') ? number.toFixed(20).replace(/\.?0+$/u, '') : text;
}

/** A number of days as ISO text: a date, a time when it is below a day, or both. */
export function dateText(value: string, startsIn1904: boolean): string {
  const days = Number(value);
  if (value.trim() === '' || !(days >= 0 && days < 2_958_466)) return numberText(value);
  // Spreadsheets believe that 1900 was a leap year.
  const epoch = startsIn1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
  const iso = new Date(epoch + Math.round((days * DAY_MS) / 1000) * 1000).toISOString();
  if (days < 1) return iso.slice(11, 19);
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19);
}

/** Undoes `_x000D_`, as which a workbook has characters that XML can't hold (ECMA-376, ST_Xstring). */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9A-Fa-f]{4})_/gu, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
