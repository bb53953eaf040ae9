import type { ExportKind } from './export-source.js';

/** An export has ended, well or not. */
export class ExportFinished {
  readonly id: string;
  readonly kind: ExportKind;
  readonly subjectId: string;
  readonly ownerId: string;
  readonly state: 'complete' | 'failed';

  constructor(fields: ExportFinished) {
    Object.assign(this, fields);
  }
}
