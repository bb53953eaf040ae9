import { Access1763769600001 } from './0001-access.js';
import { Imports1763769600002 } from './0002-imports.js';
import { ContactLists1763769600003 } from './0003-contact-lists.js';
import { DncLists1763769600004 } from './0004-dnc-lists.js';
import { WhatsApp1763769600005 } from './0005-whatsapp.js';
import { Templates1763769600006 } from './0006-templates.js';
import { Campaigns1763769600007 } from './0007-campaigns.js';
import { Dispatch1763769600008 } from './0008-dispatch.js';
import { Authorization1763769600009 } from './0009-authorization.js';
import { SignIn1763769600010 } from './0010-sign-in.js';
import { Guards1763769600011 } from './0011-guards.js';
import { ContactListFilters1763769600012 } from './0012-contact-list-filters.js';
import { EventLog1763769600027 } from './0027-event-log.js';
import { ImportRejections1763769600030 } from './0030-import-rejections.js';
import { Exports1763769600035 } from './0035-exports.js';
import { ContactBulkJobs1763769600036 } from './0036-contact-bulk-jobs.js';
import { ContactRetention1763769600037 } from './0037-contact-retention.js';
import { ContactPositions1763769600038 } from './0038-contact-positions.js';
import { DncSources1763769600040 } from './0040-dnc-sources.js';
import { OptOuts1763769600041 } from './0041-opt-outs.js';
import { UrgentWebhooks1763769600042 } from './0042-urgent-webhooks.js';
import { ExportOwner1763769600043 } from './0043-export-owner.js';
import { WhatsAppStates1763769600045 } from './0045-whatsapp-states.js';
import { SyncedResponses1763769600046 } from './0046-synced-responses.js';
import { TemplateSyncs1763769600047 } from './0047-template-syncs.js';
import { AgentlessMessages1763769600048 } from './0048-agentless-messages.js';
import { CampaignHealth1763769600050 } from './0050-campaign-health.js';
import { CampaignSchedules1763769600051 } from './0051-campaign-schedules.js';
import { CampaignSequences1763769600053 } from './0053-campaign-sequences.js';
import { CallableTimeSets1763769600055 } from './0055-callable-time-sets.js';
import { DigitalRuleSets1763769600056 } from './0056-digital-rule-sets.js';
import { CampaignRules1763769600057 } from './0057-campaign-rules.js';
import { RulesInRuns1763769600058 } from './0058-rules-in-runs.js';
import { ContactEvaluations1763769600059 } from './0059-contact-evaluations.js';
import { DispatchAtSpeed1763769600060 } from './0060-dispatch-at-speed.js';
import { IntegrationGates1763769600061 } from './0061-integration-gates.js';
import { MessageChanges1763769600065 } from './0065-message-changes.js';
import { Interactions1763769600066 } from './0066-interactions.js';
import { AnalyticsJobs1763769600067 } from './0067-analytics-jobs.js';
import { OptOutSignalsView1763769600068 } from './0068-opt-out-signals-view.js';
import { NotificationChannels1763769600069 } from './0069-notification-channels.js';
import { MessageChangesByHash1763769600070 } from './0070-message-changes-by-hash.js';
import { ReportExports1763769600071 } from './0071-report-exports.js';
import { Replies1763769600072 } from './0072-replies.js';
import { OutgoingWebhooks1763769600073 } from './0073-outgoing-webhooks.js';
import { RunRetention1763769600074 } from './0074-run-retention.js';
import { SequenceSchedules1763769600075 } from './0075-sequence-schedules.js';
import { CampaignRuleFirings1763769600079 } from './0079-campaign-rule-firings.js';
import { MessagesById1763769600080 } from './0080-messages-by-id.js';
import { RecordingEvaluations1763769600081 } from './0081-recording-evaluations.js';
import { LeanerWebhookInbox1763769600083 } from './0083-leaner-webhook-inbox.js';
import { DynamicQueueing1763769600085 } from './0085-dynamic-queueing.js';
import { RecipientHolds1763769600086 } from './0086-recipient-holds.js';
import { MessagingProfiles1763769600087 } from './0087-messaging-profiles.js';
import { ChangesAfterCalls1763769600088 } from './0088-changes-after-calls.js';
import { KeptDncLists1763769600089 } from './0089-kept-dnc-lists.js';
import { InteractionRetention1763769600092 } from './0092-interaction-retention.js';
import { EarlyStatuses1763769600093 } from './0093-early-statuses.js';
import { LostClaims1763769600094 } from './0094-lost-claims.js';
import { RefusedWebhooks1763769600095 } from './0095-refused-webhooks.js';
import { RepliesByPerson1763769600096 } from './0096-replies-by-person.js';
import { LateContacts1763769600097 } from './0097-late-contacts.js';
import { OrderedMessageIds1763769600098 } from './0098-ordered-message-ids.js';
import { ContactResultsApart1763769600099 } from './0099-contact-results-apart.js';
import { ArrivedAgentlessMessages1763769600100 } from './0100-arrived-agentless-messages.js';

/** All migrations in the order they run. */
export const migrations = [
  Access1763769600001,
  Imports1763769600002,
  ContactLists1763769600003,
  DncLists1763769600004,
  WhatsApp1763769600005,
  Templates1763769600006,
  Campaigns1763769600007,
  Dispatch1763769600008,
  Authorization1763769600009,
  SignIn1763769600010,
  Guards1763769600011,
  ContactListFilters1763769600012,
  EventLog1763769600027,
  ImportRejections1763769600030,
  Exports1763769600035,
  ContactBulkJobs1763769600036,
  ContactRetention1763769600037,
  ContactPositions1763769600038,
  DncSources1763769600040,
  OptOuts1763769600041,
  UrgentWebhooks1763769600042,
  ExportOwner1763769600043,
  WhatsAppStates1763769600045,
  SyncedResponses1763769600046,
  TemplateSyncs1763769600047,
  AgentlessMessages1763769600048,
  CampaignHealth1763769600050,
  CampaignSchedules1763769600051,
  CampaignSequences1763769600053,
  CallableTimeSets1763769600055,
  DigitalRuleSets1763769600056,
  CampaignRules1763769600057,
  RulesInRuns1763769600058,
  ContactEvaluations1763769600059,
  DispatchAtSpeed1763769600060,
  IntegrationGates1763769600061,
  MessageChanges1763769600065,
  Interactions1763769600066,
  AnalyticsJobs1763769600067,
  OptOutSignalsView1763769600068,
  NotificationChannels1763769600069,
  MessageChangesByHash1763769600070,
  ReportExports1763769600071,
  Replies1763769600072,
  OutgoingWebhooks1763769600073,
  RunRetention1763769600074,
  SequenceSchedules1763769600075,
  CampaignRuleFirings1763769600079,
  MessagesById1763769600080,
  RecordingEvaluations1763769600081,
  LeanerWebhookInbox1763769600083,
  DynamicQueueing1763769600085,
  RecipientHolds1763769600086,
  MessagingProfiles1763769600087,
  ChangesAfterCalls1763769600088,
  KeptDncLists1763769600089,
  InteractionRetention1763769600092,
  EarlyStatuses1763769600093,
  LostClaims1763769600094,
  RefusedWebhooks1763769600095,
  RepliesByPerson1763769600096,
  LateContacts1763769600097,
  OrderedMessageIds1763769600098,
  ContactResultsApart1763769600099,
  ArrivedAgentlessMessages1763769600100,
];
