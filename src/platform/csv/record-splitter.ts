import { CsvError } from './csv-error.js';

/** One record of a CSV text, not parsed yet. `line` is the physical line it begins in, from 1. */
export interface RawRecord {
  line: number;
  text: string;
  /** True when the text has a quote, so that only a CSV parser can tell its cells. */
  quoted: boolean;
  /** Set when the quotes of the record are wrong; it can't be parsed. */
  malformed?: string;
}

// A record of 50 cells of 512 characters is far below; a longer one is a quote that nobody closed.
const MAX_RECORD_CHARS = 1_000_000;

const QUOTE = 34;
const LF = 10;
const CR = 13;

const enum State {
  FieldStart,
  Unquoted,
  Quoted,
  QuoteClosed,
  SpaceAfterQuote,
}

/**
 * Cuts a CSV text that arrives in chunks into records: at line ends (LF, CRLF, CR) outside of quotes. Blank records
 * and records of empty cells only are left out. Keeps at most one unfinished record.
 *
 * A record without quotes ends at the next line end, which is looked for at the speed of memory; only a record with a
 * quote is read character by character.
 */
export class RecordSplitter {
  private rest = '';
  private state: State = State.FieldStart;
  private quoted = false;
  private line = 1;
  private recordLine = 1;
  private quoteLine = 1;
  private malformed: string | undefined;
  private skipLineFeed = false;
  private readonly delimiterCode: number;
  private readonly blank: RegExp;

  constructor(
    private readonly delimiter: string,
    private readonly maxRecordChars = MAX_RECORD_CHARS,
  ) {
    this.delimiterCode = delimiter.charCodeAt(0);
    this.blank = new RegExp(`^[\\s${delimiter === '|' ? '\\|' : delimiter}]*$`, 'u');
  }

  /** The records that end within the chunk. Throws CsvError when a record does not end. */
  push(chunk: string): RawRecord[] {
    const records: RawRecord[] = [];
    const text = this.rest + chunk;
    let begin = 0;
    // Where reading goes on within the unfinished record; its start when no quote was seen in it yet.
    let at = this.quoted ? this.rest.length : 0;
    const marks = new Marks(text);
    while (at < text.length) {
      if (this.skipLineFeed) {
        this.skipLineFeed = false;
        if (text.charCodeAt(at) === LF) {
          begin = ++at;
          continue;
        }
      }
      const end = this.quoted ? this.readQuoted(text, at) : this.findEnd(marks, begin, at);
      if (end < 0) break;
      this.skipLineFeed = text.charCodeAt(end) === CR;
      this.finish(text.slice(begin, end), records);
      begin = at = end + 1;
    }
    this.rest = text.slice(begin);
    if (this.rest.length > this.maxRecordChars) throw this.tooLong();
    return records;
  }

  /** The last record, when the text does not end with a line end. Throws CsvError when a quote is still open. */
  end(): RawRecord[] {
    if (this.state === State.Quoted) throw unclosedQuote(this.quoteLine);
    const records: RawRecord[] = [];
    this.finish(this.rest, records);
    this.rest = '';
    return records;
  }

  /** Where the record that begins at `begin` ends; -1 when not within the text. */
  private findEnd(marks: Marks, begin: number, at: number): number {
    const end = marks.lineEnd(at);
    const quote = marks.quote(at);
    if (quote < 0 || (end >= 0 && end < quote)) return end;
    this.quoted = true;
    return this.readQuoted(marks.text, begin);
  }

  private readQuoted(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      if (this.step(text.charCodeAt(at), text, at)) return at;
    }
    return -1;
  }

  /** Reads one character; true when it ends the record. */
  private step(code: number, text: string, at: number): boolean {
    if (this.state === State.Quoted) {
      if (code === QUOTE) this.state = State.QuoteClosed;
      else if (code === CR || (code === LF && text.charCodeAt(at - 1) !== CR)) this.line++;
      return false;
    }
    if (code === LF || code === CR) return true;
    if (code === this.delimiterCode) this.state = State.FieldStart;
    else if (this.state === State.FieldStart) this.startField(code);
    else if (this.state !== State.Unquoted) this.afterQuote(code);
    return false;
  }

  private startField(code: number): void {
    if (code === QUOTE) {
      this.state = State.Quoted;
      this.quoteLine = this.line;
    } else if (!isSpace(code)) this.state = State.Unquoted;
  }

  private afterQuote(code: number): void {
    if (code === QUOTE && this.state === State.QuoteClosed) this.state = State.Quoted;
    else if (isSpace(code)) this.state = State.SpaceAfterQuote;
    else {
      this.malformed ??= `a cell that begins with a quote (line ${this.quoteLine}) goes on after its closing quote; double the quotes inside of a cell`;
      this.state = State.Unquoted;
    }
  }

  private finish(text: string, records: RawRecord[]): void {
    const { recordLine: line, quoted, malformed } = this;
    if (quoted || !this.isBlank(text)) records.push({ line, text, quoted, malformed });
    this.malformed = undefined;
    this.quoted = false;
    this.state = State.FieldStart;
    this.line++;
    this.recordLine = this.line;
  }

  // Most records show at their first character that they are not blank.
  private isBlank(text: string): boolean {
    const first = text.charCodeAt(0);
    if (first > 32 && first < 128 && first !== this.delimiterCode) return false;
    return this.blank.test(text);
  }

  private tooLong(): CsvError {
    if (this.state === State.Quoted) return unclosedQuote(this.quoteLine);
    return new CsvError(
      'record-too-long',
      `Line ${this.recordLine} has more than ${this.maxRecordChars} characters; that is no CSV of contacts or numbers.`,
    );
  }
}

/** The next quote and the next line end of a text, each looked for once. */
class Marks {
  private nextQuote = -2;
  private nextLineFeed = -2;
  private nextReturn = -2;

  constructor(readonly text: string) {}

  quote(from: number): number {
    if (this.nextQuote !== -1 && this.nextQuote < from) this.nextQuote = this.text.indexOf('"', from);
    return this.nextQuote;
  }

  lineEnd(from: number): number {
    if (this.nextLineFeed !== -1 && this.nextLineFeed < from) {
      this.nextLineFeed = this.text.indexOf('\n', from);
    }
    if (this.nextReturn !== -1 && this.nextReturn < from) this.nextReturn = this.text.indexOf('\r', from);
    if (this.nextReturn < 0) return this.nextLineFeed;
    if (this.nextLineFeed < 0) return this.nextReturn;
    return Math.min(this.nextLineFeed, this.nextReturn);
  }
}

function unclosedQuote(line: number): CsvError {
  return new CsvError(
    'unclosed-quote',
    `A quote (") is opened in line ${line} and never closed. Close it, or double it if it belongs to the text.`,
  );
}

function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 12) || (code > 127 && /\s/u.test(String.fromCharCode(code)));
}
