import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsBoolean, IsIn, IsInt, IsOptional, IsString, ValidateNested } from 'class-validator';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import { CAMPAIGNS_PATH } from '../campaign.view.js';
import type { CampaignSequence } from './campaign-sequence.entity.js';
import { SEQUENCE_STATUSES, type SequenceStatus } from './sequence-rules.js';

export const SEQUENCES_PATH = '/api/v2/outbound/sequences';

/** A sequence as clients write it (Genesys Cloud API, CampaignSequence). */
export class SequenceDto {
  @ApiProperty({ maxLength: 64, description: 'Unique in the organisation' })
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiProperty({ type: [EntityRefDto], description: 'WhatsApp campaigns in the order in which they run' })
  @IsOptional()
  @IsArray({ message: 'campaigns must be a list' })
  @ValidateNested({ each: true })
  @Type(() => EntityRefDto)
  campaigns?: EntityRefDto[];

  @ApiPropertyOptional({ description: 'Index from zero of the campaign to begin with', default: 0 })
  @IsOptional()
  @IsInt({ message: 'currentCampaign must be a whole number' })
  currentCampaign?: number;

  @ApiPropertyOptional({ enum: SEQUENCE_STATUSES, default: 'off' })
  @IsOptional()
  @IsIn(SEQUENCE_STATUSES, { message: `status must be one of ${SEQUENCE_STATUSES.join(', ')}` })
  status?: SequenceStatus;

  @ApiPropertyOptional({ default: false, description: 'Begin anew after the last campaign' })
  @IsOptional()
  @IsBoolean({ message: 'repeat must be true or false' })
  repeat?: boolean;

  @ApiPropertyOptional({ description: 'Needed for updates; must be the newest' })
  @IsOptional()
  @IsInt({ message: 'version must be a whole number' })
  version?: number;
}

/** A sequence on the wire (Genesys Cloud API, CampaignSequence). */
export class SequenceView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  dateCreated: string;

  @ApiProperty()
  dateModified: string;

  @ApiProperty()
  version: number;

  @ApiProperty({ type: [EntityRefDto] })
  campaigns: object[];

  @ApiProperty()
  currentCampaign: number;

  @ApiProperty({ enum: SEQUENCE_STATUSES })
  status: SequenceStatus;

  @ApiPropertyOptional({ description: 'Why the sequence went off by itself' })
  stopMessage?: string;

  @ApiProperty()
  repeat: boolean;

  @ApiProperty()
  selfUri: string;
}

/** `names` are those of its campaigns, by id. */
export function toSequenceView(sequence: CampaignSequence, names: ReadonlyMap<string, string>): SequenceView {
  const { id, name, version, currentCampaign, status, repeat, stopMessage } = sequence;
  return {
    id,
    name,
    dateCreated: toWireDate(sequence.createdAt),
    dateModified: toWireDate(sequence.updatedAt),
    version,
    campaigns: sequence.campaignIds.map((campaignId) => ({
      id: campaignId,
      name: names.get(campaignId),
      selfUri: `${CAMPAIGNS_PATH}/${campaignId}`,
    })),
    currentCampaign,
    status,
    stopMessage: stopMessage ?? undefined,
    repeat,
    selfUri: `${SEQUENCES_PATH}/${id}`,
  };
}
