import type { ExportKind, ExportOptions } from './export-source.js';

export const EXPORT_FORMATS = ['csv', 'xlsx'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export type ExportState = 'queued' | 'running' | 'complete' | 'failed';

/** How the file is written. */
export interface ExportLayout {
  format: ExportFormat;
  /** Between the cells of a CSV. */
  delimiter: ',' | ';' | '\t' | '|';
  /** Begins a CSV with a byte order mark, by which Excel knows UTF-8. */
  bom: boolean;
}

export const PLAIN_CSV: ExportLayout = { format: 'csv', delimiter: ',', bom: false };

/** An export that was asked for, and the file it becomes. */
export interface ExportFile {
  id: string;
  kind: ExportKind;
  subjectId: string;
  ownerId: string;
  options: ExportOptions;
  layout: ExportLayout;
  state: ExportState;
  /** Name for people, with its ending. */
  downloadName: string;
  /** Name on disk, once complete. */
  fileName: string | null;
  /** Rows written until now, without the header. */
  rowCount: number;
  /** As counted when the writing began, where the source counts. */
  expectedRows: number | null;
  /** Why the file does not hold everything that was asked for, as it says itself. */
  note: string | null;
  sizeBytes: string;
  failureCode: string | null;
  failureMessage: string | null;
  createdAt: Date;
  finishedAt: Date | null;
  expiresAt: Date;
}

export const CONTENT_TYPE: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
