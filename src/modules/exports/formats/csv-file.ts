import { Readable } from 'node:stream';
import { guardFormula } from '../../../platform/csv/formula-guard.js';
import type { ExportLayout } from '../export-file.js';
import type { ExportCell, ExportColumn } from '../export-source.js';

const BYTE_ORDER_MARK = '\uFEFF';
const QUOTED = /["\r\n,;\t|]|^\s|\s$/u;

/** The header line of a CSV, with the byte order mark if asked for. */
export function csvHeader(columns: readonly ExportColumn[], { delimiter, bom }: ExportLayout): string {
  const names = columns.map(({ name }) => csvCell(name));
  return `${bom ? BYTE_ORDER_MARK : ''}${names.join(delimiter)}\n`;
}

/** Batches of rows as a CSV without header; `onRows` is told how many were written. */
export function csvRows(
  rows: AsyncIterable<ExportCell[][]>,
  { delimiter }: ExportLayout,
  onRows: (count: number) => void,
): Readable {
  return Readable.from(toText());

  async function* toText(): AsyncGenerator<string> {
    for await (const batch of rows) {
      yield batch.map((row) => row.map(csvCell).join(delimiter) + '\n').join('');
      onRows(batch.length);
    }
  }
}

/** A cell by RFC 4180; texts are guarded against being run as formulas. */
export function csvCell(cell: ExportCell): string {
  if (cell === null) return '';
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell !== 'string') return String(cell);
  const text = guardFormula(cell);
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
