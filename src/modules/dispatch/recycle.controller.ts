import { Controller, Delete, HttpCode, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../access/index.js';
import { RecycleService } from './recycle.service.js';

@ApiTags('Messaging campaigns')
@ApiBearerAuth()
@Controller('api/v2/outbound/messagingcampaigns/:messagingCampaignId/progress')
export class RecycleController {
  constructor(private readonly recycling: RecycleService) {}

  /** Recycles: the next contact to be messaged is the first of the list again. At most once every five seconds. */
  @Delete()
  @HttpCode(202)
  @ApiAcceptedResponse()
  @RequirePermission('outbound:whatsAppCampaign:edit', 'outbound:whatsAppCampaign:recycle')
  async recycle(
    @CurrentCaller() caller: Caller,
    @Param('messagingCampaignId', ParseUUIDPipe) campaignId: string,
  ): Promise<void> {
    const scope = caller.scope('outbound:whatsAppCampaign:edit', 'outbound:whatsAppCampaign:recycle');
    await this.recycling.recycle(scope, campaignId);
  }
}
