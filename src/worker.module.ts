import { type DynamicModule, Module } from '@nestjs/common';
import { AppModule } from './app.module.js';
import { AccessWorkerModule } from './modules/access/index.js';
import { ApprovedTemplatesWorkerModule } from './modules/approved-templates/index.js';
import { CampaignsWorkerModule } from './modules/campaigns/index.js';
import { ContactListsWorkerModule } from './modules/contact-lists/index.js';
import { DispatchWorkerModule } from './modules/dispatch/index.js';
import { DncListsWorkerModule } from './modules/dnc-lists/index.js';
import { ExportsWorkerModule } from './modules/exports/index.js';
import { EventLogWorkerModule } from './modules/event-log/index.js';
import { ImportsWorkerModule } from './modules/imports/index.js';
import { OutgoingWebhooksWorkerModule } from './modules/outgoing-webhooks/index.js';
import { ReportingWorkerModule } from './modules/reporting/index.js';
import { WhatsAppWorkerModule } from './modules/whatsapp/index.js';
import type { Config } from './platform/config/config.js';
import { CryptoWorkerModule } from './platform/crypto/crypto.worker.module.js';

/** Composition root of a worker: everything the API has, and the processors of all queues. */
@Module({})
export class WorkerModule {
  static of(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        AppModule.of(config),
        CryptoWorkerModule,
        AccessWorkerModule,
        EventLogWorkerModule,
        ImportsWorkerModule,
        ExportsWorkerModule,
        ContactListsWorkerModule,
        DncListsWorkerModule,
        WhatsAppWorkerModule,
        ApprovedTemplatesWorkerModule,
        CampaignsWorkerModule,
        DispatchWorkerModule,
        ReportingWorkerModule,
        OutgoingWebhooksWorkerModule,
      ],
    };
  }
}
