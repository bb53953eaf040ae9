import { Controller, Get, Param, ParseUUIDPipe } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { CampaignLifecycle } from '../../campaigns/index.js';
import { RunsRepository } from '../runs/runs.repository.js';
import { PostponedRepository } from './postponed.repository.js';

/** What keeps contacts of a campaign waiting or out (Genesys Cloud API, MessagingCampaignDiagnostics). */
class CampaignDiagnosticsView {
  @ApiProperty({ description: 'Contacts that wait for the time of their day at which they may be messaged' })
  timeZoneRescheduledContactsCount: number;

  @ApiPropertyOptional({
    description: 'With dynamic filtering: contacts that were queued and no longer pass the filter',
  })
  filteredOutContactsCount?: number;
}

@ApiTags('Messaging campaigns')
@ApiBearerAuth()
@Controller('api/v2/outbound/messagingcampaigns/:messagingCampaignId/diagnostics')
export class CampaignDiagnosticsController {
  constructor(
    private readonly campaigns: CampaignLifecycle,
    private readonly postponed: PostponedRepository,
    private readonly runs: RunsRepository,
  ) {}

  @Get()
  @RequirePermission('outbound:whatsAppCampaign:view')
  @ApiOkResponse({ type: CampaignDiagnosticsView })
  async get(
    @CurrentCaller() caller: Caller,
    @Param('messagingCampaignId', ParseUUIDPipe) id: string,
  ): Promise<CampaignDiagnosticsView> {
    const { dynamicFilter } = await this.campaigns.get(caller.scope('outbound:whatsAppCampaign:view'), id);
    return {
      timeZoneRescheduledContactsCount: await this.postponed.count(id),
      filteredOutContactsCount: dynamicFilter ? await this.runs.countFilteredOut(id) : undefined,
    };
  }
}
