import { Transform, type TransformCallback } from 'node:stream';
import type { ExportCell, ExportColumn } from '../export-source.js';
import type { Allowance } from './allowance.js';
import { csvCell } from './csv-file.js';

const QUOTE = 0x22;
const NEWLINE = 0x0a;

/** Passes the rows of a CSV on as long as the allowance lasts, and says at the end what is not in it. */
export class LimitedCsv extends Transform {
  /** Begin of a row whose end has not come yet. */
  private rest: Buffer = Buffer.alloc(0);
  private isQuoted = false;

  constructor(
    private readonly allowance: Allowance,
    private readonly columns: readonly ExportColumn[],
    private readonly delimiter: string,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    // A COPY can only be read to its end; the query has a limit of its own.
    if (!this.allowance.cut) {
      const whole = this.takeRows(this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk);
      if (whole.length > 0) this.push(whole);
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    for (const note of this.allowance.notes)
      this.push(csvCell(note) + this.delimiter.repeat(this.columns.length - 1) + '\n');
    done();
  }

  /** The whole rows at the begin of `data` that may pass; what follows the last line end waits for more. */
  private takeRows(data: Buffer): Buffer {
    let rowStart = 0;
    for (let at = this.rest.length; at < data.length; at++) {
      const byte = data[at];
      // A quote within a quoted cell is doubled, so it closes and opens again.
      if (byte === QUOTE) this.isQuoted = !this.isQuoted;
      else if (byte === NEWLINE && !this.isQuoted) {
        if (!this.allowance.take(at + 1 - rowStart)) break;
        rowStart = at + 1;
      }
    }
    this.rest = data.subarray(rowStart);
    return data.subarray(0, rowStart);
  }
}

/** The same for rows in batches. */
export async function* limitedRows(
  rows: AsyncIterable<ExportCell[][]>,
  allowance: Allowance,
  columns: readonly ExportColumn[],
): AsyncGenerator<ExportCell[][]> {
  for await (const batch of rows) {
    const taken = batch.findIndex((row) => !allowance.take(bytesOf(row)));
    yield taken === -1 ? batch : batch.slice(0, taken);
    if (taken !== -1) break;
  }
  const { notes } = allowance;
  if (notes.length > 0) yield notes.map((note) => columns.map((_column, at) => (at === 0 ? note : null)));
}

// A comma or the line end follows each cell.
function bytesOf(row: readonly ExportCell[]): number {
  return row.reduce((sum: number, cell) => sum + Buffer.byteLength(csvCell(cell)) + 1, 0);
}
