import { CsvError } from './csv-error.js';
import { type Delimiter, detectDialect } from './delimiter.js';
import { parseRecords } from './parse-records.js';
import { type RawRecord, RecordSplitter } from './record-splitter.js';
import { NotUtf8, readText, sniffText, type TextEncoding } from './text-encoding.js';

/** A record with as many cells as the header; `line` is the physical line it begins in, from 1. */
export interface CsvRow {
  line: number;
  cells: string[];
}

/** A record that could not be read. */
export interface CsvProblem {
  line: number;
  code: 'malformed-quote' | 'ragged';
  message: string;
}

/** Consecutive records: `rows` and `problems` together are `count`. */
export interface CsvBatch {
  rows: CsvRow[];
  problems: CsvProblem[];
  count: number;
}

/** A CSV file that was looked through once from end to end. */
export interface CsvFile {
  path: string;
  encoding: TextEncoding;
  delimiter: Delimiter;
  /** Trimmed, without empty names at the end. */
  header: string[];
  /** Records below the header; blank lines don't count. */
  recordCount: number;
  /** Records before the first one with data: the header, and a `sep=` line. */
  headRecords: number;
}

const UNREADABLE =
  'its quotes can not be told apart; put a cell with a quote in quotes and double the one inside';

interface Survey {
  head: RawRecord[];
  recordCount: number;
}

/**
 * Looks through a CSV: encoding (UTF-8, UTF-16 by its byte order mark, else Windows-1252), delimiter (comma, semicolon,
 * tab, pipe, by the header line), header, number of records. Nothing is kept but the header.
 * Throws CsvError when the file is no CSV, has no usable header, or has a quote that is never closed.
 */
export async function openCsv(path: string): Promise<CsvFile> {
  const { encoding: guessed, sample } = await sniffText(path);
  const { delimiter, skipRecords } = detectDialect(sample.replace(/^\ufeff/u, ''));
  const { encoding, survey } = await surveyIn(path, guessed, delimiter, skipRecords);
  const headerRecord = survey.head[skipRecords];
  if (!headerRecord)
    throw new CsvError('empty', 'The file has no header line with the names of the columns.');
  const header = await readHeader(headerRecord, delimiter);
  const headRecords = skipRecords + 1;
  return { path, encoding, delimiter, header, headRecords, recordCount: survey.recordCount - headRecords };
}

/**
 * Reads the records below the header in batches, streaming; `skip` leaves out as many from the start.
 * A record with too few or too many cells, or with wrong quotes, becomes a problem of its batch.
 */
export async function* readCsv(
  file: CsvFile,
  { batchSize, skip = 0 }: { batchSize: number; skip?: number },
): AsyncGenerator<CsvBatch> {
  let toSkip = file.headRecords + skip;
  let waiting: RawRecord[] = [];
  for await (const records of splitFile(file.path, file.encoding, file.delimiter)) {
    const skipped = Math.min(toSkip, records.length);
    toSkip -= skipped;
    waiting.push(...records.slice(skipped));
    let at = 0;
    for (; at + batchSize <= waiting.length; at += batchSize) {
      yield await toBatch(waiting.slice(at, at + batchSize), file);
    }
    waiting = waiting.slice(at);
  }
  if (waiting.length > 0) yield await toBatch(waiting, file);
}

async function surveyIn(
  path: string,
  encoding: TextEncoding,
  delimiter: Delimiter,
  skipRecords: number,
): Promise<{ encoding: TextEncoding; survey: Survey }> {
  try {
    return { encoding, survey: await survey(path, encoding, delimiter, skipRecords) };
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    if (error.mixed) {
      throw new CsvError('not-csv', 'Parts of the file are not UTF-8. Export it again, in UTF-8.');
    }
    const other = 'windows-1252';
    return { encoding: other, survey: await survey(path, other, delimiter, skipRecords) };
  }
}

async function survey(
  path: string,
  encoding: TextEncoding,
  delimiter: Delimiter,
  skipRecords: number,
): Promise<Survey> {
  const head: RawRecord[] = [];
  let recordCount = 0;
  for await (const records of splitFile(path, encoding, delimiter)) {
    if (head.length <= skipRecords) head.push(...records.slice(0, skipRecords + 1 - head.length));
    recordCount += records.length;
  }
  return { head, recordCount };
}

async function* splitFile(
  path: string,
  encoding: TextEncoding,
  delimiter: Delimiter,
): AsyncGenerator<RawRecord[]> {
  const splitter = new RecordSplitter(delimiter);
  for await (const text of readText(path, encoding)) yield splitter.push(text);
  yield splitter.end();
}

async function readHeader(record: RawRecord, delimiter: Delimiter): Promise<string[]> {
  if (record.malformed) throw new CsvError('bad-header', `The header can't be read: ${record.malformed}.`);
  const [cells] = await parseRecords([record.text], delimiter);
  if (!cells) throw new CsvError('bad-header', `The header can't be read: ${UNREADABLE}.`);
  return readHeaderCells({ line: record.line, cells });
}

/** The names of columns, trimmed. Throws CsvError when one is missing or there twice. */
export function readHeaderCells({ line, cells }: CsvRow): string[] {
  const names = cells.map((cell) => cell.trim());
  while (names.at(-1) === '') names.pop();
  const blank = names.indexOf('');
  if (blank >= 0) {
    throw new CsvError('bad-header', `Column ${blank + 1} of the header has no name (line ${line}).`);
  }
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  if (twice.length > 0) {
    throw new CsvError('bad-header', `The header names columns more than once: ${twice.join(', ')}.`);
  }
  return names;
}

async function toBatch(records: RawRecord[], file: CsvFile): Promise<CsvBatch> {
  const batch: CsvBatch = { rows: [], problems: [], count: records.length };
  const parsed = await parseQuoted(records, file.delimiter);
  for (const record of records) {
    const { line, text, quoted, malformed } = record;
    const cells = quoted ? parsed.get(record) : text.split(file.delimiter);
    if (cells) addRow(batch, { line, cells }, file.header);
    else batch.problems.push({ line, code: 'malformed-quote', message: malformed ?? UNREADABLE });
  }
  return batch;
}

// fast-csv reads some 90,000 records a second. A record without any quote needs no parser: its cells are what is
// between the delimiters, which is found ten times as fast. Records that can't be read are left out.
async function parseQuoted(
  records: readonly RawRecord[],
  delimiter: Delimiter,
): Promise<Map<RawRecord, string[] | undefined>> {
  const quoted = records.filter((record) => record.quoted && !record.malformed);
  if (quoted.length === 0) return new Map();
  const rows = await parseRecords(
    quoted.map(({ text }) => text),
    delimiter,
  );
  return new Map(quoted.map((record, at) => [record, rows[at]]));
}

/** Rows as a batch: those that do not fit the header become problems. */
export function toCsvBatch(rows: readonly CsvRow[], header: string[]): CsvBatch {
  const batch: CsvBatch = { rows: [], problems: [], count: rows.length };
  for (const row of rows) addRow(batch, row, header);
  return batch;
}

function addRow(batch: CsvBatch, row: CsvRow, header: string[]): void {
  // Spreadsheets pad lines with empty cells.
  while (row.cells.length > header.length && row.cells.at(-1)?.trim() === '') row.cells.pop();
  if (row.cells.length === header.length) {
    batch.rows.push(row);
    return;
  }
  const message = `the line has ${row.cells.length} cells, the header ${header.length}; is a delimiter or a quote missing?`;
  batch.problems.push({ line: row.line, code: 'ragged', message });
}
