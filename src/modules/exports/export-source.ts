import type { Caller } from '../access/index.js';

/** What can be exported; each kind has one source. */
export type ExportKind = 'contact-list' | 'dnc-list' | 'conversations';

/** Settings of an export; what they mean is up to its source. Stored as JSON. */
export type ExportOptions = Record<string, unknown>;

export interface ExportColumn {
  name: string;
  /** Its values are made by the product and never begin with a character that starts a formula. */
  safe?: true;
}

export type ExportCell = string | number | boolean | Date | null;

/** Rows that PostgreSQL makes. Much faster than rows one by one, because a CSV never passes through JavaScript. */
export interface ExportQuery {
  /** SELECT of exactly the columns, all of them text, without OFFSET of its own; written by the program. */
  sql: string;
  params: unknown[];
}

/** Which limit ended a file before everything was in it. */
export type CutReason = 'rows' | 'bytes';

/** How much a file may hold. One that ends early says so in a last line of its own, in the first column. */
export interface ExportLimits {
  rows: number;
  /** Of the cells as CSV, whatever the format. */
  bytes: number;
  notes: Readonly<Record<CutReason, string>>;
  /** What else was asked for and is not in the file, because it is no longer there; said in a last line as well. */
  gone?: string;
}

/** What a file holds: the columns, and the rows as a query or in batches. */
export type ExportContent = {
  columns: ExportColumn[];
  /** Without, everything is written. */
  limits?: ExportLimits;
  /** How many rows there will be, for those who watch the progress. */
  expectedRows?: number;
} & ({ query: ExportQuery } | { rows: AsyncIterable<ExportCell[][]> });

/** An export as its source sees it. */
export interface ExportSubject {
  subjectId: string;
  /** Whoever asked for it: a user or an OAuth client. */
  ownerId: string;
  options: ExportOptions;
}

/** Port: what a module offers to have its objects exported. */
export interface ExportSource {
  readonly kind: ExportKind;
  /** Throws 404 unless the caller may have the file at this moment. */
  check(caller: Caller, subject: ExportSubject): Promise<void>;
  /**
   * What the file will hold. Runs in the transaction in which the rows are read; throws ApiError when there is nothing
   * to export any more, for example because the object is gone.
   */
  open(subject: ExportSubject): Promise<ExportContent>;
}
