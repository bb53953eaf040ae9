import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Equals, IsArray, IsBoolean, IsInt, IsObject, IsOptional, IsString } from 'class-validator';

const ENTITIES =
  'whatsAppCampaigns (or smsCampaigns, for clients that know no others): references to campaigns';

/** A campaign rule as clients write it (Genesys Cloud API, CampaignRule). */
export class CampaignRuleDto {
  @ApiProperty({ maxLength: 64, description: 'Unique in the organisation' })
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiPropertyOptional({ default: false, description: 'A rule can be changed while it is disabled only' })
  @IsOptional()
  @IsBoolean({ message: 'enabled must be true or false' })
  enabled?: boolean;

  @ApiProperty({ type: Object, description: ENTITIES })
  @IsOptional()
  @IsObject({ message: 'campaignRuleEntities must be an object' })
  campaignRuleEntities?: Record<string, unknown>;

  @ApiProperty({ type: [Object] })
  @IsOptional()
  @IsArray({ message: 'campaignRuleConditions must be a list' })
  campaignRuleConditions?: unknown[];

  @ApiProperty({ type: [Object] })
  @IsOptional()
  @IsArray({ message: 'campaignRuleActions must be a list' })
  campaignRuleActions?: unknown[];

  @ApiPropertyOptional({ default: false, description: 'One condition, or group of conditions, is enough' })
  @IsOptional()
  @IsBoolean({ message: 'matchAnyConditions must be true or false' })
  matchAnyConditions?: boolean;

  @ApiPropertyOptional({ type: [Object] })
  @IsOptional()
  @IsArray({ message: 'conditionGroups must be a list' })
  conditionGroups?: unknown[];

  @ApiPropertyOptional({ enum: ['v2'] })
  @IsOptional()
  @Equals('v2', { message: 'campaignRuleProcessing must be v2' })
  campaignRuleProcessing?: string;

  @ApiPropertyOptional({ type: Object, description: 'frequency: onEachTrigger or oncePerDay; timeZoneId' })
  @IsOptional()
  @IsObject({ message: 'executionSettings must be an object' })
  executionSettings?: Record<string, unknown>;

  @ApiPropertyOptional({ example: 'Europe/Berlin', default: 'UTC' })
  @IsOptional()
  @IsString({ message: 'timeZoneId must be a text' })
  timeZoneId?: string;

  @ApiPropertyOptional({ description: 'Needed for updates; must be the newest' })
  @IsOptional()
  @IsInt({ message: 'version must be a whole number' })
  version?: number;
}
