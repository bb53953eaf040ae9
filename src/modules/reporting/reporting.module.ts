import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/index.js';
import { DispatchModule } from '../dispatch/index.js';
import { ConversationsController } from './conversations/conversations.controller.js';
import { ConversationsRepository } from './conversations/conversations.repository.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { ProgressController } from './progress/progress.controller.js';
import { ProgressService } from './progress/progress.service.js';

/** What became of the messages and how far the campaigns are. */
@Module({
  imports: [CampaignsModule, DispatchModule],
  controllers: [ConversationsController, ProgressController],
  providers: [ConversationsRepository, ConversationsService, ProgressService],
})
export class ReportingModule {}
