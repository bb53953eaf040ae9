export {
  type AutomaticStart,
  type Automation,
  AutomaticSwitch,
  isPassing,
} from './automatic-switch.service.js';
export { AutomaticChange } from './automatic-change.service.js';
export type { CampaignOutline } from './campaign-definition.js';
export { campaignsOf, type RuleAction } from './campaign-rules/campaign-rule.js';
export {
  evaluateCampaignRule,
  isOnCalendarOnly,
  type WatchedRun,
} from './campaign-rules/evaluate-campaign-rule.js';
export {
  CampaignRuleStates,
  type DueAction,
  type EnabledRule,
} from './campaign-rules/rule-states.repository.js';
export { CampaignLifecycle, type DispatchCampaign } from './campaign-lifecycle.service.js';
export { CampaignSnapshots } from './campaign-snapshots.service.js';
export type { CampaignStatus } from './campaign-status.js';
export { type Callability } from './callable-times/callable-window.js';
export { CallableTimeSetChanged } from './callable-times/callable-times.events.js';
export { CampaignConstraints, type CampaignCallableTimes } from './campaign-constraints.service.js';
export { type CampaignTrial, CampaignTrials } from './campaign-trials.service.js';
export { columnsOf, type DigitalRule, templatesOf } from './digital-rules/digital-rule.js';
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
