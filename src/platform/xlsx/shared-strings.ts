import { CsvError } from '../csv/csv-error.js';

const BLOCK_BYTES = 1024 ** 2;
const MAX_BLOCKS = 128;
const MAX_TEXTS = 8_000_000;

/** The longest text that can be kept, in characters. */
export const MAX_SHARED_CHARS = BLOCK_BYTES;

/** The texts that the cells of a workbook share, as packed UTF-8: as strings they would take several times the space. */
export class SharedStrings {
  private readonly blocks: Buffer[] = [];
  private starts = new Float64Array(1024);
  private lengths = new Uint32Array(1024);
  private used = BLOCK_BYTES;
  private count = 0;

  /** Throws CsvError when the texts are more than 128 MiB or 8,000,000. */
  add(text: string): void {
    if (this.count === MAX_TEXTS) throw tooMuchText();
    const bytes = Buffer.byteLength(text);
    if (this.used + bytes > BLOCK_BYTES) this.addBlock(bytes);
    const at = (this.blocks.length - 1) * BLOCK_BYTES + this.used;
    this.used += this.blocks.at(-1)!.write(text, this.used);
    if (this.count === this.starts.length) this.grow();
    this.starts[this.count] = at;
    this.lengths[this.count++] = bytes;
  }

  /** The text at a place; undefined when there is none. */
  get(at: number): string | undefined {
    if (!(at >= 0 && at < this.count)) return undefined;
    const start = this.starts[at]!;
    const from = start % BLOCK_BYTES;
    return this.blocks[Math.floor(start / BLOCK_BYTES)]!.toString('utf8', from, from + this.lengths[at]!);
  }

  private addBlock(bytes: number): void {
    if (bytes > BLOCK_BYTES || this.blocks.length === MAX_BLOCKS) throw tooMuchText();
    this.blocks.push(Buffer.allocUnsafe(BLOCK_BYTES));
    this.used = 0;
  }

  private grow(): void {
    const { starts, lengths } = this;
    this.starts = new Float64Array(2 * starts.length);
    this.starts.set(starts);
    this.lengths = new Uint32Array(2 * lengths.length);
    this.lengths.set(lengths);
  }
}

/** The error for texts that do not fit. */
export function tooMuchText(): CsvError {
  return new CsvError('not-csv', 'The workbook has too much text to be read as one. Save the sheet as CSV.');
}
