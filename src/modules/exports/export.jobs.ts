/** Queue of exports: one job per export, its id is that of the export. */
export const EXPORT_QUEUE = 'exports';

export interface ExportJob {
  exportId: string;
}
