import type { ImportRejection } from './import-target.js';

export type ImportState = 'queued' | 'running' | 'complete' | 'failed';

/** How the newest import of an object stands. */
export interface ImportProgress {
  runId: string;
  targetId: string;
  state: ImportState;
  totalRecords: number;
  /** Records worked off, rejected ones included. */
  completedRecords: number;
  addedRows: number;
  updatedRows: number;
  rejectedRecords: number;
  /** Rejections by code; a record may have several. */
  rejectedByCode: Record<string, number>;
  failureCode: string | null;
  failureMessage: string | null;
}

/**
 * Import status on the wire (Genesys Cloud API, ImportStatus): `state` is absent once the import has finished well,
 * `failureReason` is a code. The fields from `failureMessage` on are our own.
 */
export interface WireImportStatus {
  state?: 'IN_PROGRESS' | 'FAILED';
  totalRecords: number;
  completedRecords: number;
  percentComplete: number;
  failureReason?: string;
  failureMessage?: string;
  rejectedRecords?: number;
  rejectedByCode?: Record<string, number>;
  rejections?: ImportRejection[];
}

/** The wire form; an object that never had an import has nothing to complete. */
export function toWireImportStatus(progress: ImportProgress | undefined): WireImportStatus {
  if (!progress) return { totalRecords: 0, completedRecords: 0, percentComplete: 0 };
  const { totalRecords, completedRecords, rejectedRecords, rejectedByCode } = progress;
  return {
    state: wireState(progress.state),
    totalRecords,
    completedRecords,
    percentComplete: percentOf(progress),
    failureReason: progress.failureCode ?? undefined,
    failureMessage: progress.failureMessage ?? undefined,
    rejectedRecords,
    rejectedByCode,
  };
}

/** True while the import waits or runs. */
export function isInProgress({ state }: ImportProgress): boolean {
  return state === 'queued' || state === 'running';
}

function wireState(state: ImportState): WireImportStatus['state'] {
  switch (state) {
    case 'queued':
    case 'running':
      return 'IN_PROGRESS';
    case 'failed':
      return 'FAILED';
    case 'complete':
      return undefined;
  }
}

function percentOf({ state, totalRecords, completedRecords }: ImportProgress): number {
  if (state === 'complete') return 100;
  if (totalRecords === 0) return 0;
  // 100 is kept for the end: clients take it for done.
  return Math.min(99, Math.floor((100 * completedRecords) / totalRecords));
}
