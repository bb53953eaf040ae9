import { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { ExportCell, ExportColumn } from '../export-source.js';
import { CONTENT_TYPES, PACKAGE_RELATIONS, STYLES, WORKBOOK, WORKBOOK_RELATIONS } from './xlsx-parts.js';

/** Rows that a sheet can hold besides the header (Excel specifications and limits). */
export const MAX_SHEET_ROWS = 1_048_575;

// Not allowed in XML 1.0.
const UNSTORABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Too many rows for the one sheet that the file has. */
export class SheetFull extends Error {}

/**
 * Batches of rows as a workbook with one sheet, streamed: memory does not grow with the rows. Texts are inline strings,
 * which no spreadsheet takes for a formula; numbers stay numbers. Throws SheetFull within the stream.
 */
export function xlsxFile(
  columns: readonly ExportColumn[],
  rows: AsyncIterable<ExportCell[][]>,
  onRows: (count: number) => void,
): Readable {
  const zip = new ZipFile();
  const sheet = Readable.from(sheetXml(columns, rows, onRows), { objectMode: false });
  const output = zip.outputStream as Readable;
  sheet.once('error', (error) => output.destroy(error));
  zip.once('error', (error: Error) => output.destroy(error));
  for (const [name, text] of [
    ['[Content_Types].xml', CONTENT_TYPES],
    ['_rels/.rels', PACKAGE_RELATIONS],
    ['xl/workbook.xml', WORKBOOK],
    ['xl/_rels/workbook.xml.rels', WORKBOOK_RELATIONS],
    ['xl/styles.xml', STYLES],
  ] as const) {
    zip.addBuffer(Buffer.from(text), name);
  }
  zip.addReadStream(sheet, 'xl/worksheets/sheet1.xml');
  zip.end();
  return output;
}

async function* sheetXml(
  columns: readonly ExportColumn[],
  rows: AsyncIterable<ExportCell[][]>,
  onRows: (count: number) => void,
): AsyncGenerator<string> {
  yield (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' +
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' +
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' +
    '</sheetView></sheetViews><sheetData>' +
    rowXml(columns.map(({ name }) => name))
  );
  let written = 0;
  for await (const batch of rows) {
    written += batch.length;
    if (written > MAX_SHEET_ROWS) throw new SheetFull();
    yield batch.map(rowXml).join('');
    onRows(batch.length);
  }
  yield '</sheetData></worksheet>';
}

function rowXml(cells: readonly ExportCell[]): string {
  return `<row>${cells.map(cellXml).join('')}</row>`;
}

// Without a reference, a cell is the one right of that before it; hence empty ones are written as well.
function cellXml(cell: ExportCell): string {
  if (cell === null || cell === '') return '<c/>';
  if (typeof cell === 'number') return Number.isFinite(cell) ? `<c><v>${cell}</v></c>` : '<c/>';
  if (typeof cell === 'boolean') return `<c t="b"><v>${cell ? 1 : 0}</v></c>`;
  const text = cell instanceof Date ? cell.toISOString() : cell;
  return `<c t="inlineStr"><is><t xml:space="preserve">${escapeXml(text)}</t></is></c>`;
}

function escapeXml(text: string): string {
  return (
    text
      .replace(UNSTORABLE, '\uFFFD')
      // What looks like the escape of a character must not be read as one.
      .replace(/_(?=x[0-9A-Fa-f]{4}_)/gu, '_x005F_')
      .replace(/[&<>]/gu, (character) => ESCAPES[character]!)
      .replaceAll('\r', '&#13;')
  );
}
