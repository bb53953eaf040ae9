import { CsvError } from '../csv/csv-error.js';
import { type CsvBatch, type CsvRow, readHeaderCells, toCsvBatch } from '../csv/csv-file.js';
import { SheetRows } from './sheet-rows.js';
import { type Workbook, readWorkbook } from './workbook.js';
import { broken, XlsxArchive } from './xlsx-archive.js';
import { readXml } from './xml-events.js';

/** A workbook whose first sheet was looked through once. */
export interface XlsxFile {
  path: string;
  /** Trimmed, without empty names at the end. */
  header: string[];
  /** Rows below the header; empty ones don't count. */
  recordCount: number;
  workbook: Workbook;
}

/**
 * Looks through the first sheet of an .xlsx workbook; its first row with text is the header.
 * Throws CsvError when it is damaged, would unpack to too much, or has no usable header.
 */
export async function openXlsx(path: string): Promise<XlsxFile> {
  const workbook = await withArchive(path, readWorkbook);
  let header: CsvRow | undefined;
  let rowCount = 0;
  for await (const rows of readRows(path, workbook)) {
    header ??= rows[0];
    rowCount += rows.length;
  }
  if (!header) throw new CsvError('empty', 'The first sheet of the workbook is empty.');
  return { path, workbook, header: readHeaderCells(header), recordCount: rowCount - 1 };
}

/** Reads the rows below the header in batches, as readCsv does. Rows that are too short are filled up. */
export async function* readXlsx(
  { path, workbook, header }: XlsxFile,
  { batchSize, skip = 0 }: { batchSize: number; skip?: number },
): AsyncGenerator<CsvBatch> {
  let toSkip = 1 + skip;
  let waiting: CsvRow[] = [];
  for await (const rows of readRows(path, workbook)) {
    const skipped = Math.min(toSkip, rows.length);
    toSkip -= skipped;
    waiting.push(...rows.slice(skipped));
    let at = 0;
    for (; at + batchSize <= waiting.length; at += batchSize) {
      yield toBatch(waiting.slice(at, at + batchSize), header);
    }
    waiting = waiting.slice(at);
  }
  if (waiting.length > 0) yield toBatch(waiting, header);
}

// A sheet says nothing of empty cells at the end of a row.
function toBatch(rows: CsvRow[], header: string[]): CsvBatch {
  for (const { cells } of rows) while (cells.length < header.length) cells.push('');
  return toCsvBatch(rows, header);
}

async function* readRows(path: string, workbook: Workbook): AsyncGenerator<CsvRow[]> {
  const archive = await XlsxArchive.open(path);
  try {
    const sheet = await archive.read(workbook.sheetPart);
    if (!sheet) throw broken();
    const rows = new SheetRows(workbook);
    for await (const piece of readXml(sheet, rows)) {
      void piece;
      yield rows.take();
    }
  } finally {
    archive.close();
  }
}

async function withArchive<T>(path: string, read: (archive: XlsxArchive) => Promise<T>): Promise<T> {
  const archive = await XlsxArchive.open(path);
  try {
    return await read(archive);
  } finally {
    archive.close();
  }
}
