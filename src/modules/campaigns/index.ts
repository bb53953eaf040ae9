export { type AutomaticStart, type Automation, AutomaticSwitch } from './automatic-switch.service.js';
export type { CampaignOutline } from './campaign-definition.js';
export { CampaignLifecycle, type DispatchCampaign } from './campaign-lifecycle.service.js';
export { CampaignSnapshots } from './campaign-snapshots.service.js';
export type { CampaignStatus } from './campaign-status.js';
export { type Callability } from './callable-times/callable-window.js';
export { CallableTimeSetChanged } from './callable-times/callable-times.events.js';
export { CampaignConstraints, type CampaignCallableTimes } from './campaign-constraints.service.js';
export type { DigitalRule } from './digital-rules/digital-rule.js';
export {
  evaluateRules,
  type RuledContact,
  RuleFailure,
  type RuleVerdict,
} from './digital-rules/evaluate-rules.js';
export { CampaignsModule } from './campaigns.module.js';
export {
  CampaignChanged,
  CampaignDeleted,
  CampaignEdited,
  CampaignStarted,
  CampaignStatusChanged,
  CampaignStopRequested,
} from './campaigns.events.js';
export { CampaignsWorkerModule } from './campaigns.worker.module.js';
