import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsBoolean, IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { ConversationSelectionDto } from '../conversations/conversation-query.dto.js';
import { ConversationsView } from '../conversations/conversation.dto.js';

/** A details query whose results are fetched page by page (Genesys Cloud API, AsyncConversationQuery). */
export class DetailsJobDto extends ConversationSelectionDto {
  @ApiPropertyOptional({ description: 'Greatest number of conversations in all' })
  @IsOptional()
  @IsInt()
  @Min(1)
  limit?: number;

  @ApiPropertyOptional({
    description: 'Accepted; intervals match by the start of the conversation in any case',
  })
  @IsOptional()
  @IsBoolean()
  startOfDayIntervalMatching?: boolean;
}

export class JobCursorQuery {
  @ApiPropertyOptional({ description: 'From the page before' })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;

  @ApiPropertyOptional({ default: 1000, description: 'More than 10,000 are cut' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  pageSize?: number;
}

export class JobCreatedView {
  @ApiProperty() jobId: string;
}

export class JobStatusView {
  @ApiProperty({ enum: ['FULFILLED', 'EXPIRED'] }) state: 'FULFILLED' | 'EXPIRED';
  @ApiProperty() submissionDate: string;
  @ApiProperty() completionDate: string;
  @ApiProperty() expirationDate: string;
}

export class JobAvailabilityView {
  @ApiProperty({ description: 'Everything that happened before is in the results' })
  dataAvailabilityDate: string;
}

export class DetailsJobResultView extends ConversationsView {
  @ApiPropertyOptional({ description: 'For the next page; missing on the last' }) cursor?: string;
  @ApiProperty() dataAvailabilityDate: string;
}
