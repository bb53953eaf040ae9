export { ReportingModule } from './reporting.module.js';
export { ReportingWorkerModule } from './reporting.worker.module.js';
