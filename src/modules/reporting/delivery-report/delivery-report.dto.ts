import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class DeliveryFunnelView {
  @ApiProperty({ description: 'All contacts that the runs of the campaign took up' }) queued: number;
  @ApiProperty({ description: 'Accepted by WhatsApp' }) sent: number;
  @ApiProperty({ description: 'Reached the device; read messages count too' }) delivered: number;
  @ApiProperty() read: number;
  @ApiProperty({ description: 'People who wrote or tapped within seven days of a message of the campaign' })
  replied: number;
  @ApiProperty({ description: 'Refused by WhatsApp, or accepted and not delivered' }) failed: number;
  @ApiProperty({ description: 'Nobody knows yet whether WhatsApp took them' }) ambiguous: number;
  @ApiProperty({ description: 'Contacts that were passed over' }) skipped: number;
  @ApiProperty({ description: 'People who opted out within seven days of a message of the campaign' })
  optedOut: number;
}

export class DeliveryFailureView {
  @ApiPropertyOptional({ description: 'Error code of WhatsApp' }) errorCode?: number;
  @ApiProperty() reason: string;
  @ApiProperty() count: number;
}

export class DeliveryBucketView {
  @ApiProperty({ description: 'Messages that began in it: start/end' }) interval: string;
  @ApiProperty() attempted: number;
  @ApiProperty() delivered: number;
  @ApiProperty() read: number;
  @ApiProperty({ description: 'People who answered these messages within seven days' }) replied: number;
  @ApiProperty() failed: number;
  @ApiProperty({ description: 'People who opted out within seven days of these messages' }) optedOut: number;
}

class CampaignRef {
  @ApiProperty() id: string;
  @ApiProperty() name: string;
  @ApiProperty() selfUri: string;
}

/** What became of the messages of a campaign, over all of its runs (our own). */
export class DeliveryReportView {
  @ApiProperty() campaign: CampaignRef;
  @ApiProperty() funnel: DeliveryFunnelView;
  @ApiProperty({ type: [DeliveryFailureView], description: 'Most frequent first' })
  failures: DeliveryFailureView[];
  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' }, description: 'Count per reason' })
  skipped: Record<string, number>;
  @ApiProperty({ type: [DeliveryBucketView] }) overTime: DeliveryBucketView[];
}
