import { Transform, type TransformCallback } from 'node:stream';
import { guardFormula, mayBeFormula } from '../../../platform/csv/formula-guard.js';

const QUOTE = 0x22;
const NEWLINE = 0x0a;
const APOSTROPHE = Buffer.from("'");

/**
 * Guards the cells of a CSV, as PostgreSQL writes it, against being run as formulas. Looking at bytes here costs
 * PostgreSQL nothing, which works on the next rows meanwhile.
 */
export class GuardedCsv extends Transform {
  /** Begin of a row whose end has not come yet. */
  private rest: Buffer = Buffer.alloc(0);
  private readonly delimiter: number;

  constructor(delimiter: string) {
    super();
    this.delimiter = delimiter.charCodeAt(0);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const data = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    const { end, apostrophes } = this.scan(data);
    this.rest = data.subarray(end);
    let written = 0;
    for (const at of apostrophes) {
      this.push(data.subarray(written, at));
      this.push(APOSTROPHE);
      written = at;
    }
    if (end > written) this.push(data.subarray(written, end));
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.rest.length > 0) this.push(this.rest);
    done();
  }

  /** Where the last whole row ends, and where the rows up to there need an apostrophe. */
  private scan(data: Buffer): { end: number; apostrophes: number[] } {
    const { delimiter } = this;
    const { length } = data;
    const found: number[] = [];
    let end = 0;
    let foundInRows = 0;
    let at = 0;
    while (at < length) {
      const isQuoted = data[at] === QUOTE;
      const begin = isQuoted ? at + 1 : at;
      const isSuspect = mayBeFormula(data[begin]);
      at = isQuoted ? endOfQuoted(data, begin) : at;
      const textEnd = at;
      while (at < length && data[at] !== delimiter && data[at] !== NEWLINE) at++;
      if (at >= length) break;
      if (isSuspect) {
        const text = data.toString('utf8', begin, isQuoted ? textEnd : at);
        if (guardFormula(text) !== text) found.push(begin);
      }
      if (data[at++] === NEWLINE) {
        end = at;
        foundInRows = found.length;
      }
    }
    return { end, apostrophes: found.slice(0, foundInRows) };
  }
}

/** Place of the closing quote; quotes within are doubled. The length of the data when it has not come yet. */
function endOfQuoted(data: Buffer, begin: number): number {
  let at = begin;
  for (;;) {
    at = data.indexOf(QUOTE, at);
    if (at === -1 || at + 1 >= data.length) return data.length;
    if (data[at + 1] !== QUOTE) return at;
    at += 2;
  }
}
