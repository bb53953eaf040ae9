export {
  type InteractionChange,
  type InteractionOutlet,
  InteractionOutlets,
} from './interactions/interaction-outlets.js';
export type { CampaignProgressView } from './progress/campaign-progress.js';
export { ProgressService } from './progress/progress.service.js';
export { ReportExports } from './exports/report-exports.service.js';
export { ReportingModule } from './reporting.module.js';
export { ReportingWorkerModule } from './reporting.worker.module.js';
