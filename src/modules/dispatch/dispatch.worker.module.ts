import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/index.js';
import { ContactListsModule } from '../contact-lists/index.js';
import { DncListsModule } from '../dnc-lists/index.js';
import { TemplatesModule } from '../templates/index.js';
import { WhatsAppModule } from '../whatsapp/index.js';
import { CampaignRuleActions } from './campaign-rules/campaign-rule-actions.service.js';
import { CampaignRuleWorker } from './campaign-rules/campaign-rule-worker.js';
import { CampaignRulesEvaluator } from './campaign-rules/campaign-rules-evaluator.service.js';
import { WatchedRuns } from './campaign-rules/watched-runs.js';
import { DispatchModule } from './dispatch.module.js';
import { CallableTimesGate } from './callable-times/callable-times.gate.js';
import { IntegrationGates } from './pacing/integration-gates.js';
import { RecipientPairs } from './pacing/recipient-pairs.js';
import { RecipientHolds } from './recipients/recipient-holds.js';
import { RecipientHoldsLifter } from './recipients/recipient-holds.lifter.js';
import { PostContactRules } from './rules/post-contact-rules.js';
import { PreContactRules } from './rules/pre-contact-rules.js';
import { RuleEffects } from './rules/rule-effects.service.js';
import { RuledMessagesRepository } from './rules/ruled-messages.repository.js';
import { RunCountsFolder } from './progress/run-counts.js';
import { DynamicQueues } from './runs/dynamic-queues.js';
import { RunRetention } from './runs/run-retention.js';
import { RunFinisher } from './runs/run-finisher.js';
import { TickProcessor } from './runs/tick.processor.js';
import { TickEffects } from './runs/tick-effects.js';
import { Ticker } from './runs/ticker.js';
import { Calls } from './sending/calls.js';
import { CampaignContexts } from './sending/campaign-contexts.js';
import { ChunkClaims } from './sending/chunk-claims.js';
import { ChunkSender } from './sending/chunk-sender.js';
import { Consequences } from './sending/consequences.js';
import { ExpiredLeases } from './sending/expired-leases.js';
import { MessagesRepository } from './sending/messages.repository.js';
import { Settler } from './sending/settler.js';
import { Sweeper } from './sweeper.js';
import { ApplyWebhooksProcessor } from './webhooks/apply-webhooks.processor.js';
import { EarlyStatuses } from './webhooks/early-statuses.js';
import { FailedStatuses } from './webhooks/failed-statuses.js';
import { WebhookOptOuts } from './webhooks/opt-outs.js';
import { RepliesRepository } from './webhooks/replies.repository.js';
import { StatusesRepository } from './webhooks/statuses.repository.js';
import { MessageTraces } from './tracing/message-traces.js';
import { WebhookApplier } from './webhooks/webhook-applier.js';

/** The engine itself: ticks, sending, settling, applying webhooks, recovery. Runs in worker processes only. */
@Module({
  imports: [
    DispatchModule,
    CampaignsModule,
    ContactListsModule,
    DncListsModule,
    TemplatesModule,
    WhatsAppModule,
  ],
  providers: [
    ApplyWebhooksProcessor,
    CallableTimesGate,
    CampaignRuleActions,
    CampaignRulesEvaluator,
    CampaignRuleWorker,
    WatchedRuns,
    PostContactRules,
    PreContactRules,
    RuledMessagesRepository,
    RuleEffects,
    Calls,
    CampaignContexts,
    ChunkClaims,
    ChunkSender,
    Consequences,
    DynamicQueues,
    EarlyStatuses,
    ExpiredLeases,
    FailedStatuses,
    IntegrationGates,
    MessagesRepository,
    MessageTraces,
    RecipientHolds,
    RecipientHoldsLifter,
    RecipientPairs,
    RepliesRepository,
    RunCountsFolder,
    RunFinisher,
    RunRetention,
    Settler,
    StatusesRepository,
    Sweeper,
    TickEffects,
    TickProcessor,
    Ticker,
    WebhookApplier,
    WebhookOptOuts,
  ],
})
export class DispatchWorkerModule {}
