import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/index.js';
import { ContactListsModule } from '../contact-lists/index.js';
import { DncListsModule } from '../dnc-lists/index.js';
import { ExportsModule } from '../exports/index.js';
import { ImportsModule } from '../imports/index.js';
import { ReportingModule } from '../reporting/index.js';
import { ChannelsController } from './channels/channels.controller.js';
import { ChannelsRepository } from './channels/channels.repository.js';
import { ChannelsService } from './channels/channels.service.js';
import { TopicAccess } from './channels/topic-access.service.js';
import { Heartbeat } from './live/heartbeat.js';
import { LiveConnections } from './live/live-connections.js';
import { LiveSockets } from './live/live-sockets.js';
import { LiveStream } from './live/live-stream.js';
import { CampaignEvents } from './sources/campaign-events.js';
import { ContactEvents } from './sources/contact-events.outlet.js';
import { ListEvents } from './sources/list-events.js';
import { ProgressFeed } from './sources/progress.feed.js';
import { ReportExportEvents } from './sources/report-export-events.js';

/** What happens, told at once over WebSockets. Every process tells; those that serve HTTP have the sockets. */
@Module({
  imports: [
    CampaignsModule,
    ContactListsModule,
    DncListsModule,
    ExportsModule,
    ImportsModule,
    ReportingModule,
  ],
  controllers: [ChannelsController],
  providers: [
    CampaignEvents,
    ChannelsRepository,
    ChannelsService,
    ContactEvents,
    Heartbeat,
    ListEvents,
    LiveConnections,
    LiveSockets,
    LiveStream,
    ProgressFeed,
    ReportExportEvents,
    TopicAccess,
  ],
})
export class NotificationsModule {}
