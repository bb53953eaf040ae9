import { CsvError } from './csv-error.js';

/** One record of a CSV text, not parsed yet. `line` is the physical line it begins in, from 1. */
export interface RawRecord {
  line: number;
  text: string;
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
}

/**
 * Cuts a CSV text that arrives in chunks into records: at line ends (LF, CRLF, CR) outside of quotes. Blank records
 * and records of empty cells only are left out. Keeps at most one unfinished record.
 */
export class RecordSplitter {
  private rest = '';
  private state: State = State.FieldStart;
  private line = 1;
  private recordLine = 1;
  private quoteLine = 1;
  private malformed: string | undefined;
  private skipLineFeed = false;
  private readonly delimiterCode: number;
  private readonly blank: RegExp;

  constructor(
    delimiter: string,
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
    for (let at = this.rest.length; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (this.skipLineFeed) {
        this.skipLineFeed = false;
        if (code === LF) {
          begin = at + 1;
          continue;
        }
      }
      if (this.step(code, text, at)) {
        this.finish(text.slice(begin, at), records);
        begin = at + 1;
      }
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

  /** Reads one character; true when it ends the record. */
  private step(code: number, text: string, at: number): boolean {
    if (this.state === State.Quoted) {
      if (code === QUOTE) this.state = State.QuoteClosed;
      else if (code === CR || (code === LF && text.charCodeAt(at - 1) !== CR)) this.line++;
      return false;
    }
    if (code === LF || code === CR) {
      this.skipLineFeed = code === CR;
      return true;
    }
    if (code === this.delimiterCode) this.state = State.FieldStart;
    else if (this.state === State.FieldStart) this.startField(code);
    else if (this.state === State.QuoteClosed) this.afterQuote(code);
    return false;
  }

  private startField(code: number): void {
    if (code === QUOTE) {
      this.state = State.Quoted;
      this.quoteLine = this.line;
    } else if (!isSpace(code)) this.state = State.Unquoted;
  }

  private afterQuote(code: number): void {
    if (code === QUOTE) this.state = State.Quoted;
    else if (!isSpace(code)) {
      this.malformed ??= `a cell that begins with a quote (line ${this.quoteLine}) goes on after its closing quote; double the quotes inside of a cell`;
      this.state = State.Unquoted;
    }
  }

  private finish(text: string, records: RawRecord[]): void {
    if (!this.blank.test(text)) records.push({ line: this.recordLine, text, malformed: this.malformed });
    this.malformed = undefined;
    this.state = State.FieldStart;
    this.line++;
    this.recordLine = this.line;
  }

  private tooLong(): CsvError {
    if (this.state === State.Quoted) return unclosedQuote(this.quoteLine);
    return new CsvError(
      'record-too-long',
      `Line ${this.recordLine} has more than ${this.maxRecordChars} characters; that is no CSV of contacts or numbers.`,
    );
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
