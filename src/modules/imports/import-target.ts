import type { CsvRow } from '../../platform/csv/csv-file.js';
import type { DivisionScope, Permission } from '../access/index.js';
import type { EventEntity } from '../event-log/index.js';
import type { ImportCode, ImportReason } from './import-failure.js';

/** What a CSV can be imported into. */
export type ImportKind = 'contact-list' | 'dnc-list';

/** Settings of an import; what they mean is up to the target. Stored as JSON. */
export type ImportOptions = Record<string, unknown>;

/** A record, or a cell of it, that was not taken as it is. The message names no number and no person. */
export interface ImportRejection {
  line: number;
  column?: string;
  code: ImportCode;
  message: string;
  /** The record was taken all the same, for example without its expiry; it does not count as rejected. */
  taken?: true;
}

/** What is known of the file: its columns, up to 100 records to judge columns by, and how many there are. */
export interface ImportHead {
  columns: string[];
  sample: CsvRow[];
  recordCount: number;
}

/** What became of the rows of a batch. */
export interface BatchCounts {
  added: number;
  updated: number;
  /** Why the import ends behind this batch, for example because the object is full. What was written stays. */
  stop?: ImportReason;
}

/**
 * Records on their way into the object. They are added piece by piece while PostgreSQL writes the batch before, so
 * `add` keeps them in the form in which they are written and touches no database.
 */
export interface ImportBatch {
  /** Reads and checks records and keeps the good ones; tells what is wrong with the others. */
  add(rows: readonly CsvRow[]): ImportRejection[];
  /**
   * Writes what was added. Runs once, in one transaction with the progress of the import, so it is never done twice.
   * May throw ImportFailure to stop the import; the batch is then rolled back.
   */
  write(): Promise<BatchCounts>;
}

/** An import under way, with its columns agreed. */
export interface ImportSession {
  newBatch(): ImportBatch;
}

/** Port: what a module offers to have CSV files imported into its objects. */
export interface ImportTarget {
  readonly kind: ImportKind;
  /** What the event log calls the object. */
  readonly entityKind: EventEntity['kind'];
  /** Needed for an upload. */
  readonly permission: Permission;
  /** Error code when an import into the same object is under way already. */
  readonly inProgressCode: string;
  /** Reads the fields of an upload form. */
  readForm(fields: Readonly<Record<string, string>>): ImportOptions;
  /** Name of the object. Throws 404 when there is none within the scope. */
  getName(scope: DivisionScope, targetId: string): Promise<string>;
  /** Throws ApiError unless the object exists within the scope and takes imports with these settings. */
  check(scope: DivisionScope, targetId: string, options: ImportOptions): Promise<void>;
  /** All reasons why the file does not fit the object, or the session that imports it. Writes nothing. */
  begin(
    targetId: string,
    options: ImportOptions,
    head: ImportHead,
  ): Promise<[ImportReason, ...ImportReason[]] | ImportSession>;
}
