import type { CsvRow } from '../../platform/csv/csv-file.js';
import type { DivisionScope, Permission } from '../access/index.js';
import type { ImportCode, ImportReason } from './import-failure.js';

/** What a CSV can be imported into. */
export type ImportKind = 'contact-list' | 'dnc-list';

/** Settings of an import; what they mean is up to the target. Stored as JSON. */
export type ImportOptions = Record<string, unknown>;

/** A record, or a cell of it, that was not taken. The message names no number and no person. */
export interface ImportRejection {
  line: number;
  column?: string;
  code: ImportCode;
  message: string;
}

/** The start of the file: its columns and up to 100 records, to judge columns by. */
export interface ImportHead {
  columns: string[];
  sample: CsvRow[];
}

export interface BatchResult {
  added: number;
  updated: number;
  rejections: ImportRejection[];
}

/** An import under way, with its columns agreed. */
export interface ImportSession {
  /**
   * Writes the records that are good and tells which are not. Runs in one transaction with the progress of the import,
   * so it is never done twice. May throw ImportFailure to stop the import; the batch is then rolled back.
   */
  writeBatch(rows: CsvRow[]): Promise<BatchResult>;
}

/** Port: what a module offers to have CSV files imported into its objects. */
export interface ImportTarget {
  readonly kind: ImportKind;
  /** Needed for an upload. */
  readonly permission: Permission;
  /** Error code when an import into the same object is under way already. */
  readonly inProgressCode: string;
  /** Reads the fields of an upload form. */
  readForm(fields: Readonly<Record<string, string>>): ImportOptions;
  /** Throws ApiError unless the object exists within the scope and takes imports. */
  check(scope: DivisionScope, targetId: string): Promise<void>;
  /** All reasons why the file does not fit the object, or the session that imports it. Writes nothing. */
  begin(
    targetId: string,
    options: ImportOptions,
    head: ImportHead,
  ): Promise<[ImportReason, ...ImportReason[]] | ImportSession>;
}
