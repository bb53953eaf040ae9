export { ExportsModule } from './exports.module.js';
export { ExportsWorkerModule } from './exports.worker.module.js';
export { type ExportRequest, ExportsService } from './exports.service.js';
export { ExportFinished } from './exports.events.js';
export { EXPORT_FORMATS, type ExportFile, type ExportLayout, type ExportState } from './export-file.js';
export type {
  ExportCell,
  ExportColumn,
  ExportContent,
  ExportKind,
  ExportLimits,
  ExportOptions,
  ExportQuery,
  ExportSource,
  ExportSubject,
} from './export-source.js';
