export { ImportsModule } from './imports.module.js';
export { ImportsWorkerModule } from './imports.worker.module.js';
export { ImportsService } from './imports.service.js';
export { ImportFinished, ImportProgressed } from './imports.events.js';
export { ImportFailure, type ImportCode, type ImportReason } from './import-failure.js';
export {
  type ImportProgress,
  isInProgress,
  toWireImportStatus,
  type WireImportStatus,
} from './import-status.js';
export type {
  BatchCounts,
  ImportBatch,
  ImportHead,
  ImportKind,
  ImportOptions,
  ImportRejection,
  ImportSession,
  ImportTarget,
} from './import-target.js';
export type { UploadTicket } from './uploads/upload-urls.service.js';
