import type { ImportKind } from './import-target.js';

/** An import under way has written records; at most a few times a second. */
export class ImportProgressed {
  readonly kind: ImportKind;
  readonly targetId: string;
  readonly runId: string;

  constructor(fields: ImportProgressed) {
    Object.assign(this, fields);
  }
}

/** An import has ended, well or not. What it wrote before a failure stays. */
export class ImportFinished {
  readonly kind: ImportKind;
  readonly targetId: string;
  readonly runId: string;
  readonly state: 'complete' | 'failed';
  /** Rows that were not there before. */
  readonly addedRows: number;

  constructor(fields: ImportFinished) {
    Object.assign(this, fields);
  }
}
