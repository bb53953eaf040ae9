import { CsvError } from '../csv/csv-error.js';
import type { CsvRow } from '../csv/csv-file.js';
import { guardFormula } from '../csv/formula-guard.js';
import { dateText, numberText, unescapeText } from './cell-text.js';
import type { Workbook } from './workbook.js';
import type { Attributes, XmlHandler } from './xml-events.js';

const MAX_COLUMNS = 1_024;
// Of the sheet, and of the texts of one row; a CSV has the same bound for its records.
const MAX_ROWS = 1_048_576;
const MAX_ROW_CHARS = 1_000_000;

/**
 * Gathers the rows of a sheet as the cells of a CSV: numbers and dates as text, guarded texts, nothing for empty rows.
 * `line` is the number of the row in the sheet.
 */
export class SheetRows implements XmlHandler {
  private rows: CsvRow[] = [];
  private cells: string[] = [];
  private line = 0;
  private at = -1;
  private chars = 0;
  private type = 'n';
  private isDate = false;
  private value = '';
  private inValue = false;
  private inPhonetics = false;

  constructor(private readonly workbook: Workbook) {}

  /** The rows that have ended since the last call. */
  take(): CsvRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  open(name: string, attributes: Attributes): void {
    if (name === 'row') this.openRow(attributes);
    else if (name === 'c') this.openCell(attributes);
    else if (name === 'rPh') this.inPhonetics = true;
    else if (name === 'v' || name === 't') this.inValue = !this.inPhonetics;
  }

  text(text: string): void {
    if (!this.inValue) return;
    this.value += text;
    if (this.value.length > MAX_ROW_CHARS) throw this.tooLong();
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.inValue = false;
    else if (name === 'rPh') this.inPhonetics = false;
    else if (name === 'c') this.closeCell();
    else if (name === 'row' && this.cells.some((cell) => cell.trim() !== '')) {
      this.rows.push({ line: this.line, cells: this.cells });
    }
  }

  private openRow({ r }: Attributes): void {
    const line = Number(r);
    this.line = Number.isInteger(line) && line > 0 && line <= MAX_ROWS ? line : this.line + 1;
    this.cells = [];
    this.at = -1;
    this.chars = 0;
  }

  private openCell({ r = '', t = 'n', s = '0' }: Attributes): void {
    this.at = columnOf(r) ?? this.at + 1;
    if (this.at >= MAX_COLUMNS) {
      const message = `Row ${this.line} of the sheet has more than ${MAX_COLUMNS} columns; delete what stands far to the right.`;
      throw new CsvError('record-too-long', message);
    }
    this.type = t;
    this.isDate = this.workbook.dateStyles[Number(s)] ?? false;
    this.value = '';
  }

  private closeCell(): void {
    const text = this.cellText();
    if (text === '') return;
    this.chars += text.length;
    if (this.chars > MAX_ROW_CHARS) throw this.tooLong();
    while (this.cells.length < this.at) this.cells.push('');
    this.cells[this.at] = text;
  }

  private cellText(): string {
    const { value, type } = this;
    if (value === '') return '';
    if (type === 's') return guardFormula(this.workbook.strings.get(Number(value)) ?? '');
    if (type === 'b') return value === '1' ? 'true' : 'false';
    if (type !== 'n') return guardFormula(unescapeText(value));
    return this.isDate ? dateText(value, this.workbook.startsIn1904) : numberText(value);
  }

  private tooLong(): CsvError {
    const message = `Row ${this.line} of the sheet has more than ${MAX_ROW_CHARS} characters; that is no list of contacts or numbers.`;
    return new CsvError('record-too-long', message);
  }
}

// B7 is 1; undefined for what names no column.
function columnOf(reference: string): number | undefined {
  let column = 0;
  for (let at = 0; at < reference.length; at++) {
    const code = reference.charCodeAt(at) & ~32;
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return column === 0 ? undefined : column - 1;
}
