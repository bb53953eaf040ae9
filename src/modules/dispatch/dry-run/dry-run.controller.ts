import { Controller, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { DryRunService } from './dry-run.service.js';
import { DryRunView } from './dry-run.view.js';

@ApiTags('Messaging campaigns')
@ApiBearerAuth()
@Controller('api/v2/outbound/messagingcampaigns/:messagingCampaignId/dryrun')
export class DryRunController {
  constructor(private readonly dryRuns: DryRunService) {}

  /** Own addition: who would be messaged, in which order, and who would not and why. Nothing is sent or written. */
  @Post()
  @HttpCode(200)
  @ApiOkResponse({ type: DryRunView })
  @RequirePermission('outbound:whatsAppCampaign:view')
  dryRun(
    @CurrentCaller() caller: Caller,
    @Param('messagingCampaignId', ParseUUIDPipe) campaignId: string,
  ): Promise<DryRunView> {
    return this.dryRuns.of(caller, campaignId);
  }
}
