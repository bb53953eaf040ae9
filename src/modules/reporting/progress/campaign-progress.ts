import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { CampaignOutline } from '../../campaigns/index.js';
import type { RunProgress } from '../../dispatch/index.js';

class ProgressRef {
  @ApiProperty() id: string;
  @ApiProperty({ required: false }) name?: string;
  @ApiProperty() selfUri: string;
}

/** How far a campaign is (Genesys Cloud API, CampaignProgress). Skipped contacts count as processed. */
export class CampaignProgressView {
  @ApiProperty() campaign: ProgressRef;
  @ApiProperty() contactList: ProgressRef;
  @ApiProperty({ description: 'Always 0: messaging campaigns place no calls' })
  numberOfContactsCalled: number;
  @ApiProperty() numberOfContactsMessaged: number;
  @ApiProperty() totalNumberOfContacts: number;
  @ApiProperty({ description: 'Whole percent, rounded down: 100 means that every contact is processed' })
  percentage: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' }, description: 'Count per reason' })
  numberOfContactsSkipped: Record<string, number>;
  @ApiProperty({
    description: 'Those messaged whose message was refused or could not be delivered (our own)',
  })
  numberOfContactsFailed: number;
  @ApiPropertyOptional({ description: 'Of a campaign that is on, at its messages per minute (our own)' })
  estimatedSecondsToFinish?: number;
}

/** The progress of the newest run on the wire. */
export function toCampaignProgress(
  campaign: Omit<CampaignOutline, 'divisionId'>,
  run: Omit<RunProgress, 'campaignId'>,
): CampaignProgressView {
  return {
    campaign: {
      id: campaign.id,
      name: campaign.name,
      selfUri: `/api/v2/outbound/messagingcampaigns/${campaign.id}`,
    },
    contactList: {
      id: campaign.contactListId,
      selfUri: `/api/v2/outbound/contactlists/${campaign.contactListId}`,
    },
    numberOfContactsCalled: 0,
    numberOfContactsMessaged: run.messaged,
    totalNumberOfContacts: run.total,
    percentage: run.total === 0 ? 0 : Math.min(100, Math.floor((run.processed * 100) / run.total)),
    numberOfContactsSkipped: run.skipped,
    numberOfContactsFailed: run.failed,
    estimatedSecondsToFinish:
      campaign.status === 'on'
        ? Math.ceil(((run.total - run.processed) * 60) / campaign.messagesPerMinute)
        : undefined,
  };
}
