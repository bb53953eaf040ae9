import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../access/index.js';
import { TemplateSyncView, toSyncView } from './template-sync.view.js';
import { TemplateSyncs } from './template-syncs.service.js';

/** Ours: brings the templates of a WhatsApp business account into the library of its integration. */
@ApiTags('Conversations')
@ApiBearerAuth()
@Controller('api/v2/conversations/messaging/integrations/whatsapp/:id/templates/sync')
export class TemplateSyncsController {
  constructor(private readonly syncs: TemplateSyncs) {}

  /** How the newest sync stands; poll it after asking for one. */
  @Get()
  @RequirePermission('messaging:integration:view', 'messaging:whatsappIntegration:view')
  @ApiOkResponse({ type: TemplateSyncView })
  async get(@Param('id', ParseUUIDPipe) id: string): Promise<TemplateSyncView> {
    return toSyncView(id, await this.syncs.find(id));
  }

  /** Asks for a sync. It happens by itself as well: at activation, after each webhook on templates, every 6 hours. */
  @Post()
  @HttpCode(202)
  @RequirePermission('messaging:integration:edit', 'messaging:whatsappIntegration:edit')
  @ApiAcceptedResponse({ type: TemplateSyncView })
  async request(@Param('id', ParseUUIDPipe) id: string): Promise<TemplateSyncView> {
    return toSyncView(id, await this.syncs.requestByPerson(id));
  }
}
