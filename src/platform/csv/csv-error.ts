export type CsvErrorCode = 'empty' | 'not-csv' | 'bad-header' | 'unclosed-quote' | 'record-too-long';

/** A file that can't be read as CSV at all; the message says why, where, and what to do. Carries no cell contents. */
export class CsvError extends Error {
  constructor(
    readonly code: CsvErrorCode,
    message: string,
  ) {
    super(message);
  }
}
