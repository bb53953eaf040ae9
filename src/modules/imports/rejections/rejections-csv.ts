import { guardFormula } from '../../../platform/csv/formula-guard.js';
import type { ImportRejection } from '../import-target.js';

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Rejections as CSV: line of the file, column, code, reason, and whether the record was imported all the same. Names of
 * columns come from the file, so they are guarded against being run as formulas.
 */
export function toRejectionsCsv(rejections: readonly ImportRejection[]): string {
  const rows = rejections.map(({ line, column, code, message, taken }) => [
    String(line),
    column ?? '',
    code,
    message,
    taken ? 'yes' : 'no',
  ]);
  const lines = [['line', 'column', 'code', 'reason', 'imported'], ...rows];
  return BYTE_ORDER_MARK + lines.map((cells) => `${cells.map(toCell).join(',')}\r\n`).join('');
}

function toCell(text: string): string {
  const guarded = guardFormula(text);
  return /[",\r\n]/u.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
