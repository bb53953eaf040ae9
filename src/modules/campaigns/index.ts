export { CampaignLifecycle, type DispatchCampaign } from './campaign-lifecycle.service.js';
export type { CampaignStatus } from './campaign-status.js';
export { CampaignsModule } from './campaigns.module.js';
export {
  CampaignChanged,
  CampaignDeleted,
  CampaignStarted,
  CampaignStopRequested,
} from './campaigns.events.js';
