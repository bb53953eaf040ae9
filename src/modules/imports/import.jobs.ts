/** Queue of imports: one job per run, its id is that of the run. */
export const IMPORT_QUEUE = 'imports';

export interface ImportJob {
  runId: string;
}
