import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { CampaignProgressView } from './campaign-progress.js';
import { ProgressService } from './progress.service.js';

const VIEW = 'outbound:whatsAppCampaign:view';

/** Progress of messaging campaigns (Genesys Cloud API, messaging campaigns). */
@ApiTags('Messaging campaigns')
@ApiBearerAuth()
@Controller('api/v2/outbound/messagingcampaigns')
export class ProgressController {
  constructor(private readonly progress: ProgressService) {}

  @Get(':messagingCampaignId/progress')
  @RequirePermission(VIEW)
  @ApiOkResponse({ type: CampaignProgressView })
  of(
    @CurrentCaller() caller: Caller,
    @Param('messagingCampaignId') id: string,
  ): Promise<CampaignProgressView> {
    return this.progress.of(caller.scope(VIEW), id);
  }

  /** Of several campaigns at once, in the order of the ids; those out of reach are left out. */
  @Post('progress')
  @HttpCode(200)
  @RequirePermission(VIEW)
  @ApiBody({ type: [String], description: 'Campaign ids' })
  @ApiOkResponse({ type: [CampaignProgressView] })
  ofMany(@CurrentCaller() caller: Caller, @Body() ids: unknown): Promise<CampaignProgressView[]> {
    return this.progress.ofMany(caller.scope(VIEW), ids);
  }
}
