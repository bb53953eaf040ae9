import fs from 'node:fs';
import path from 'node:path';

/** See the file: each row of its answer is a violation of the promise that nothing is lost. */
export const RUN_AUDIT = fs.readFileSync(path.resolve('test/support/run-audit.sql'), 'utf8');

export interface Violation {
  runId: string;
  violation: string;
  detail: string;
}
