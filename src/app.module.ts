import { type DynamicModule, Module } from '@nestjs/common';
import { dataSourceOptions } from './database/data-source-options.js';
import { AccessModule } from './modules/access/index.js';
import { ApprovedTemplatesModule } from './modules/approved-templates/index.js';
import { CampaignsModule } from './modules/campaigns/index.js';
import { ContactListsModule } from './modules/contact-lists/index.js';
import { DncListsModule } from './modules/dnc-lists/index.js';
import { DispatchModule } from './modules/dispatch/index.js';
import { ExportsModule } from './modules/exports/index.js';
import { EventLogModule } from './modules/event-log/index.js';
import { ImportsModule } from './modules/imports/index.js';
import { NotificationsModule } from './modules/notifications/index.js';
import { OutboundSettingsModule } from './modules/outbound-settings/index.js';
import { OutgoingWebhooksModule } from './modules/outgoing-webhooks/index.js';
import { ReportingModule } from './modules/reporting/index.js';
import { TemplatesModule } from './modules/templates/index.js';
import { WhatsAppModule } from './modules/whatsapp/index.js';
import type { Config } from './platform/config/config.js';
import { ConfigModule } from './platform/config/config.module.js';
import { CryptoModule } from './platform/crypto/crypto.module.js';
import { DatabaseModule } from './platform/database/database.module.js';
import { EventsModule } from './platform/events/events.module.js';
import { HealthModule } from './platform/health/health.module.js';
import { LoggingModule } from './platform/logging/logging.module.js';
import { MetricsModule } from './platform/metrics/metrics.module.js';
import { QueueModule } from './platform/queue/queue.module.js';
import { TracingModule } from './platform/tracing/tracing.module.js';

/** Composition root: the parts that every process has. The API listens over it, workers add their processors. */
@Module({})
export class AppModule {
  static of(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.of(config),
        LoggingModule,
        DatabaseModule.of(dataSourceOptions(requireSetting(config.databaseUrl, 'DATABASE_URL'))),
        QueueModule.of(),
        CryptoModule,
        MetricsModule,
        TracingModule,
        EventsModule,
        HealthModule,
        AccessModule,
        EventLogModule,
        OutboundSettingsModule,
        ImportsModule,
        ExportsModule,
        ContactListsModule,
        DncListsModule,
        WhatsAppModule,
        TemplatesModule,
        ApprovedTemplatesModule,
        CampaignsModule,
        DispatchModule,
        ReportingModule,
        NotificationsModule,
        OutgoingWebhooksModule,
      ],
    };
  }
}

function requireSetting(value: string | undefined, name: string): string {
  if (!value) throw new Error(`${name} is not set; npm start starts a server of its own and sets it`);
  return value;
}
