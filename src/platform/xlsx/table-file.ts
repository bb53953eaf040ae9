import { open } from 'node:fs/promises';
import { type CsvBatch, type CsvFile, openCsv, readCsv } from '../csv/csv-file.js';
import { openXlsx, readXlsx, type XlsxFile } from './xlsx-file.js';

/** A CSV file or a workbook that was looked through. */
export type TableFile = CsvFile | XlsxFile;

const ZIP = Buffer.from('PK\u0003\u0004');

/** Opens a CSV or an .xlsx workbook, whichever the first bytes say it is. Throws CsvError for everything else. */
export async function openTable(path: string): Promise<TableFile> {
  return (await beginsLikeZip(path)) ? openXlsx(path) : openCsv(path);
}

/** Reads the records below the header in batches; `skip` leaves out as many from the start. */
export function readTable(
  file: TableFile,
  options: { batchSize: number; skip?: number },
): AsyncGenerator<CsvBatch> {
  return 'workbook' in file ? readXlsx(file, options) : readCsv(file, options);
}

async function beginsLikeZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ZIP.length), 0, ZIP.length, 0);
    return buffer.subarray(0, bytesRead).equals(ZIP);
  } finally {
    await file.close();
  }
}
