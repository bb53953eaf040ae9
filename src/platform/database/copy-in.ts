import type { EntityManager } from 'typeorm';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

const DELIMITER = '\u0002';
const QUOTE = '\u0001';
// The same in SQL.
const FORMAT = `(FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01', NULL E'\\x03')`;
const NULL = '\u0003';
const SPECIAL = /[\u0001-\u0003\n\r]/u;
const CHUNK_CHARS = 64 * 1024;

/**
 * One row of a COPY, as text with its line end. Delimiter and quote are control characters, which JSON and identifiers
 * never hold, so that nearly no value has to be looked through and changed.
 */
export function copyLine(values: readonly (string | null)[]): string {
  return values.map((value) => (value === null ? NULL : copyValue(value))).join(DELIMITER) + '\n';
}

/**
 * Sends rows, as `copyLine` makes them, to `COPY <target> FROM STDIN` on the connection of the manager's transaction.
 * `target` is a table with its columns, written by the program and never by a caller.
 */
export async function copyIn(
  manager: EntityManager,
  target: string,
  lines: readonly string[],
): Promise<void> {
  if (!manager.queryRunner) throw new Error('COPY needs a transaction');
  const client = (await manager.queryRunner.connect()) as pg.PoolClient;
  const stream = client.query(copyFrom(`COPY ${target} FROM STDIN WITH ${FORMAT}`));
  await pipeline(Readable.from(inChunks(lines)), stream);
}

function copyValue(value: string): string {
  return SPECIAL.test(value) ? QUOTE + value.replaceAll(QUOTE, QUOTE + QUOTE) + QUOTE : value;
}

// Few large pieces: each one costs a trip through the stream.
function* inChunks(lines: readonly string[]): Generator<Buffer> {
  let chunk = '';
  for (const line of lines) {
    chunk += line;
    if (chunk.length < CHUNK_CHARS) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  if (chunk !== '') yield Buffer.from(chunk);
}
