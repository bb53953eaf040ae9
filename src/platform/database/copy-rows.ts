import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';

const DELIMITER = '\u0002';
const QUOTE = '\u0001';
const NULL = '\u0003';
// The same in SQL.
const FORMAT = `(FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', NULL E'\\x03')`;
const SPECIAL = /[\u0001-\u0003\n\r]/;

const CHUNK_BYTES = 256 * 1024;
// Text is turned into bytes in pieces: a call for each row costs more than the bytes.
const PIECE_CHARS = 16 * 1024;
const MAX_BYTES_PER_CHAR = 3;
const KEPT_CHUNKS = 128;

// Memory of rows that were sent is used for the next ones. As garbage it would lie around until it is too much.
const spare: Buffer[] = [];

/**
 * Rows on their way to PostgreSQL by COPY, as the bytes that are sent. Delimiter and quote are control characters,
 * which JSON and identifiers never hold, so that nearly no value has to be changed.
 */
export class CopyRows {
  private readonly chunks: Buffer[] = [];
  private text = '';
  private current: Buffer | undefined;
  private used = 0;
  private rows = 0;

  get count(): number {
    return this.rows;
  }

  add(...values: (string | null)[]): void {
    this.addPlain(...values.map(copyValue));
  }

  /** The same for values without control characters, such as JSON; they are not looked through. */
  addPlain(...values: string[]): void {
    this.text += values.join(DELIMITER) + '\n';
    this.rows++;
    if (this.text.length >= PIECE_CHARS) this.encode();
  }

  /**
   * Sends the rows to `COPY <target> FROM STDIN` in the manager's transaction and forgets them. `target` is a table
   * with its columns, written by the program and never by a caller.
   */
  async send(manager: EntityManager, target: string): Promise<void> {
    if (!manager.queryRunner) throw new Error('COPY needs a transaction');
    this.encode();
    if (this.current) this.chunks.push(this.current.subarray(0, this.used));
    const client = (await manager.queryRunner.connect()) as pg.PoolClient;
    const stream = client.query(copyFrom(`COPY ${target} FROM STDIN WITH ${FORMAT}`));
    await pipeline(Readable.from(this.chunks), stream);
    this.recycle();
  }

  private encode(): void {
    const { text } = this;
    this.text = '';
    if (text === '') return;
    const atMost = text.length * MAX_BYTES_PER_CHAR;
    if (!this.current || this.used + atMost > this.current.length) {
      if (this.current) this.chunks.push(this.current.subarray(0, this.used));
      this.current = atMost > CHUNK_BYTES ? Buffer.allocUnsafeSlow(atMost) : takeChunk();
      this.used = 0;
    }
    this.used += this.current.write(text, this.used);
  }

  private recycle(): void {
    for (const { buffer } of this.chunks) {
      if (buffer.byteLength === CHUNK_BYTES && spare.length < KEPT_CHUNKS) spare.push(Buffer.from(buffer));
    }
    this.chunks.length = 0;
    this.current = undefined;
  }
}

function takeChunk(): Buffer {
  return spare.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES);
}

function copyValue(value: string | null): string {
  if (value === null) return NULL;
  return SPECIAL.test(value) ? QUOTE + value.replaceAll(QUOTE, QUOTE + QUOTE) + QUOTE : value;
}
