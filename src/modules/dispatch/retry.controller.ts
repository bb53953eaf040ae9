import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../access/index.js';
import { RecycleService } from './recycle.service.js';

/** How many people a retry, and how many a recycling, would message. */
export class RetryPreview {
  @ApiProperty({
    description:
      'Refused or throttled by the provider, or passed over as it was not their time; a retry messages these.',
  })
  retryable: number;

  @ApiProperty({ description: 'Sent, or perhaps sent; a retry never messages these.' })
  neverAgain: number;

  @ApiProperty({ description: 'Passed over, for example as they are on a DNC list.' })
  skipped: number;

  @ApiProperty({ description: 'Not done yet.' })
  waiting: number;

  @ApiProperty({
    description: 'Contacts of the list that pass the filter; a recycling begins with all of them again.',
  })
  recyclable: number;
}

export class RetryStarted {
  @ApiProperty({ description: 'People who are in the queue again.' })
  requeued: number;
}

/** An own addition to the API: another try within a run. */
@ApiTags('Messaging campaigns')
@ApiBearerAuth()
@Controller('api/v2/outbound/messagingcampaigns/:messagingCampaignId/retry')
export class RetryController {
  constructor(private readonly recycling: RecycleService) {}

  /** How many people a retry and a recycling would message, before either is done. */
  @Get()
  @ApiOkResponse({ type: RetryPreview })
  @RequirePermission('outbound:whatsAppCampaign:view')
  preview(
    @CurrentCaller() caller: Caller,
    @Param('messagingCampaignId', ParseUUIDPipe) campaignId: string,
  ): Promise<RetryPreview> {
    return this.recycling.preview(caller.scope('outbound:whatsAppCampaign:view'), campaignId);
  }

  /**
   * Messages those of the newest run again whom the provider refused or throttled, or who were passed over as it was
   * not their time; never those who were sent a message, or may have been. A campaign that is on goes on at once, any other with its next start.
   */
  @Post()
  @HttpCode(202)
  @ApiAcceptedResponse({ type: RetryStarted })
  @RequirePermission('outbound:whatsAppCampaign:edit', 'outbound:whatsAppCampaign:recycle')
  async retry(
    @CurrentCaller() caller: Caller,
    @Param('messagingCampaignId', ParseUUIDPipe) campaignId: string,
  ): Promise<RetryStarted> {
    const scope = caller.scope('outbound:whatsAppCampaign:edit', 'outbound:whatsAppCampaign:recycle');
    return { requeued: await this.recycling.retry(scope, campaignId) };
  }
}
