import { Body, Controller, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { DryRunService } from './dry-run.service.js';
import { DryRunView } from './dry-run.view.js';

/** Own addition: who would be messaged, in which order, and who would not and why. Nothing is sent or written. */
@ApiTags('Messaging campaigns')
@ApiBearerAuth()
@Controller('api/v2/outbound/messagingcampaigns')
export class DryRunController {
  constructor(private readonly dryRuns: DryRunService) {}

  /** Of a campaign that is not saved, by the body that would create it. */
  @Post('dryrun')
  @HttpCode(200)
  @ApiBody({ schema: { $ref: '#/components/schemas/CampaignDto' } })
  @ApiOkResponse({ type: DryRunView })
  @RequirePermission('outbound:whatsAppCampaign:add')
  ofDraft(@CurrentCaller() caller: Caller, @Body() body: unknown): Promise<DryRunView> {
    return this.dryRuns.ofDraft(caller, body);
  }

  /** Of a campaign as it is saved. */
  @Post(':messagingCampaignId/dryrun')
  @HttpCode(200)
  @ApiOkResponse({ type: DryRunView })
  @RequirePermission('outbound:whatsAppCampaign:view')
  ofSaved(
    @CurrentCaller() caller: Caller,
    @Param('messagingCampaignId', ParseUUIDPipe) campaignId: string,
  ): Promise<DryRunView> {
    return this.dryRuns.ofSaved(caller, campaignId);
  }
}
