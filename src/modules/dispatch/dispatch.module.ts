import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/index.js';
import { ContactListsModule } from '../contact-lists/index.js';
import { WhatsAppModule } from '../whatsapp/index.js';
import { DncListsModule } from '../dnc-lists/index.js';
import { TemplatesModule } from '../templates/index.js';
import { AgentlessOutlets } from './agentless/agentless-changes.js';
import { AgentlessController } from './agentless/agentless.controller.js';
import { AgentlessMessagesRepository } from './agentless/agentless-messages.repository.js';
import { AgentlessService } from './agentless/agentless.service.js';
import { CampaignDiagnosticsController } from './callable-times/diagnostics.controller.js';
import { PostponedRepository } from './callable-times/postponed.repository.js';
import { ContactsInUse } from './contacts-in-use.js';
import { ConversationDncController } from './conversation-dnc/conversation-dnc.controller.js';
import { ConversationDnc } from './conversation-dnc/conversation-dnc.service.js';
import { DispatchListeners } from './dispatch.listeners.js';
import { APPLY_WEBHOOKS_QUEUE, TICK_QUEUE } from './dispatch.queues.js';
import { Doorbell } from './doorbell.js';
import { Pacer } from './pacing/pacer.js';
import { DispatchProgress } from './progress/dispatch-progress.js';
import { DryRunController } from './dry-run/dry-run.controller.js';
import { ContactLooks } from './dry-run/contact-looks.service.js';
import { DryRunFactsFinder } from './dry-run/dry-run-facts.service.js';
import { DryRunRows } from './dry-run/dry-run-rows.service.js';
import { DryRunService } from './dry-run/dry-run.service.js';
import { MessageChanges } from './progress/message-changes.js';
import { RunCounts } from './progress/run-counts.js';
import { RecycleController } from './recycle.controller.js';
import { RecycleService } from './recycle.service.js';
import { RetryController } from './retry.controller.js';
import { RetriesRepository } from './runs/retries.repository.js';
import { RunsRepository } from './runs/runs.repository.js';
import { WebhookInbox } from './webhooks/webhook-inbox.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';

const queues = BullModule.registerQueue({ name: TICK_QUEUE }, { name: APPLY_WEBHOOKS_QUEUE });

/** The engine, as far as every process needs it: rings, recycling, progress, and the webhook inbox. */
@Module({
  imports: [queues, CampaignsModule, ContactListsModule, DncListsModule, TemplatesModule, WhatsAppModule],
  controllers: [
    AgentlessController,
    CampaignDiagnosticsController,
    ConversationDncController,
    DryRunController,
    RecycleController,
    RetryController,
    WebhooksController,
  ],
  providers: [
    AgentlessMessagesRepository,
    AgentlessOutlets,
    AgentlessService,
    Pacer,
    PostponedRepository,
    ContactsInUse,
    ConversationDnc,
    DispatchListeners,
    DispatchProgress,
    Doorbell,
    ContactLooks,
    DryRunFactsFinder,
    DryRunRows,
    DryRunService,
    RecycleService,
    RetriesRepository,
    MessageChanges,
    RunCounts,
    RunsRepository,
    WebhookInbox,
  ],
  exports: [
    AgentlessMessagesRepository,
    AgentlessOutlets,
    Pacer,
    PostponedRepository,
    queues,
    DispatchProgress,
    Doorbell,
    MessageChanges,
    RecycleService,
    RunCounts,
    RunsRepository,
    WebhookInbox,
  ],
})
export class DispatchModule {}
