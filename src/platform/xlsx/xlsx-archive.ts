import type { Readable } from 'node:stream';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { CsvError } from '../csv/csv-error.js';

const MAX_ENTRIES = 2_000;
const MAX_BYTES = 4 * 1024 ** 3;
// Sheets of real data shrink to a tenth; below the second figure nothing can do harm.
const MAX_RATIO = 200;
const ALWAYS_ALLOWED_BYTES = 16 * 1024 ** 2;

/**
 * The parts of a workbook. What they unpack to is bounded before anything is unpacked: the archive states the sizes,
 * and a part that unpacks to another size than stated breaks its stream.
 */
export class XlsxArchive {
  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
  ) {}

  /** Throws CsvError for what is no archive or would unpack to too much. */
  static async open(path: string): Promise<XlsxArchive> {
    const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch(() => {
      throw broken();
    });
    try {
      return new XlsxArchive(zip, await readEntries(zip));
    } catch (error) {
      zip.close();
      throw error instanceof CsvError ? error : broken();
    }
  }

  /**
   * A part as a stream of its bytes; undefined when there is none of that name.
   * Throws CsvError when it can't be unpacked, for example because it is encrypted.
   */
  async read(name: string): Promise<Readable | undefined> {
    const entry = this.entries.get(name.toLowerCase());
    if (!entry) return undefined;
    return this.zip.openReadStreamPromise(entry).catch(() => {
      throw broken();
    });
  }

  /** The same for a part whose content is kept in memory. */
  async readSmall(name: string): Promise<Readable | undefined> {
    const size = this.entries.get(name.toLowerCase())?.uncompressedSize ?? 0;
    if (size > ALWAYS_ALLOWED_BYTES) throw tooMuch();
    return this.read(name);
  }

  close(): void {
    this.zip.close();
  }
}

/** The error for a damaged workbook. */
export function broken(): CsvError {
  return new CsvError(
    'not-csv',
    'The workbook is damaged. Open it, save it again as .xlsx, or save it as CSV.',
  );
}

async function readEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > MAX_ENTRIES) throw tooMuch();
  const entries = new Map<string, Entry>();
  let bytes = 0;
  for await (const entry of zip.eachEntry()) {
    bytes += entry.uncompressedSize;
    const isDense = entry.uncompressedSize > MAX_RATIO * entry.compressedSize;
    if (bytes > MAX_BYTES || (isDense && entry.uncompressedSize > ALWAYS_ALLOWED_BYTES)) throw tooMuch();
    entries.set(entry.fileName.toLowerCase(), entry);
  }
  return entries;
}

function tooMuch(): CsvError {
  return new CsvError(
    'not-csv',
    'The workbook unpacks to far more than a list needs. Save the sheet as CSV.',
  );
}
