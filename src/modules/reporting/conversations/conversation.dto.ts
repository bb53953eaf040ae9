import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The wire shapes of a campaign message as a conversation (Genesys Cloud API, AnalyticsConversation). */
export class SegmentView {
  @ApiProperty() segmentStart: string;
  @ApiPropertyOptional() segmentEnd?: string;
  @ApiProperty({ enum: ['interact'] }) segmentType: 'interact';
  @ApiPropertyOptional({ enum: ['system', 'error'] }) disconnectType?: 'system' | 'error';
  @ApiPropertyOptional() wrapUpCode?: string;
  @ApiPropertyOptional() errorCode?: string;
  @ApiProperty() conference: boolean;
}

export class SessionMetricView {
  @ApiProperty() emitDate: string;
  @ApiProperty() name: string;
  @ApiProperty() value: number;
}

export class DeliveryStatusChange {
  @ApiProperty() status: string;
  @ApiProperty() at: string;
}

export class SessionView {
  @ApiProperty() sessionId: string;
  @ApiProperty() mediaType: string;
  @ApiProperty() messageType: string;
  @ApiProperty() direction: string;
  @ApiProperty() provider: string;
  @ApiPropertyOptional({ description: 'Id of the WhatsApp integration' }) addressFrom?: string;
  @ApiPropertyOptional({ description: 'Number of the recipient' }) addressTo?: string;
  @ApiProperty() outboundCampaignId: string;
  @ApiProperty() outboundContactId: string;
  @ApiProperty() outboundContactListId: string;
  @ApiPropertyOptional() deliveryStatus?: string;
  @ApiPropertyOptional() deliveryStatusChangeDate?: string;
  @ApiPropertyOptional() extendedDeliveryStatus?: string;
  @ApiProperty({ type: [DeliveryStatusChange], description: 'Every status reached, oldest first (our own)' })
  deliveryStatusHistory: DeliveryStatusChange[];
  @ApiProperty({ type: [SessionMetricView] }) metrics: SessionMetricView[];
  @ApiProperty({ type: [SegmentView] }) segments: SegmentView[];
}

export class ParticipantView {
  @ApiProperty() participantId: string;
  @ApiProperty() purpose: string;
  @ApiProperty({ type: [SessionView] }) sessions: SessionView[];
}

export class ConversationView {
  @ApiProperty() conversationId: string;
  @ApiProperty() conversationStart: string;
  @ApiPropertyOptional() conversationEnd?: string;
  @ApiProperty() conversationInitiator: string;
  @ApiProperty() originatingDirection: string;
  @ApiProperty({ type: [String] }) divisionIds: string[];
  @ApiProperty({ type: [ParticipantView] }) participants: ParticipantView[];
}

export class AggregationEntryView {
  @ApiPropertyOptional() value?: string;
  @ApiPropertyOptional() gte?: number;
  @ApiPropertyOptional() lt?: number;
  @ApiProperty() count: number;
}

export class AggregationView {
  @ApiProperty({ enum: ['termFrequency', 'numericRange'] }) type: 'termFrequency' | 'numericRange';
  @ApiPropertyOptional() dimension?: string;
  @ApiPropertyOptional() metric?: string;
  @ApiProperty({ description: 'Conversations that have a value' }) count: number;
  @ApiProperty({ type: [AggregationEntryView] }) results: AggregationEntryView[];
}

export class ConversationsView {
  @ApiProperty({ type: [ConversationView] }) conversations: ConversationView[];
}

export class ConversationQueryView extends ConversationsView {
  @ApiProperty() totalHits: number;
  @ApiPropertyOptional({ type: [AggregationView] }) aggregations?: AggregationView[];
}
