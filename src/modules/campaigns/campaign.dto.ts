import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsEmpty,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  ValidateNested,
} from 'class-validator';
import { EntityRefDto } from '../../platform/http/entity-ref.js';
import type { CampaignDefinition } from './campaign-definition.js';
import { CAMPAIGN_STATUSES, type CampaignStatus } from './campaign-status.js';

// Enough to tell "too many" from nonsense; the limits themselves are rules and come with all other reasons.
const SANE_LENGTH = 1_000;

const notOffered = (what: string) => ({
  message: `${what} not offered yet; leave the field empty`,
  context: { code: 'not.offered' },
});

// An array passes for a nested object with nothing in it, hence the check that it is an object.
const Nested = (type: () => new () => object, name: string): PropertyDecorator =>
  applyDecorators(IsObject({ message: `${name} must be an object` }), ValidateNested(), Type(type));

const Ref = (name: string): PropertyDecorator =>
  applyDecorators(
    IsObject({ message: `${name} must refer to an object: {"id": "..."}` }),
    ValidateNested(),
    Type(() => EntityRefDto),
  );

export class ContactSortDto {
  @ApiProperty({ description: 'Column of the contact list' })
  @IsString()
  fieldName: string;

  @ApiPropertyOptional({ enum: ['ASC', 'DESC'], default: 'ASC' })
  @IsOptional()
  @IsIn(['ASC', 'DESC'])
  direction?: 'ASC' | 'DESC';

  @ApiPropertyOptional({ default: false, description: 'Compares as numbers instead of text' })
  @IsOptional()
  @IsBoolean()
  numeric?: boolean;
}

export class WhatsAppConfigDto {
  @ApiProperty({ type: [String], description: 'WhatsApp columns of the contact list' })
  @IsArray()
  @ArrayMaxSize(SANE_LENGTH)
  @IsString({ each: true })
  whatsAppColumns: string[];

  @ApiProperty({ type: EntityRefDto })
  @Ref('whatsAppIntegration')
  whatsAppIntegration: EntityRefDto;

  @ApiProperty({ type: EntityRefDto, description: 'A response that is a WhatsApp campaign template' })
  @Ref('contentTemplate')
  contentTemplate: EntityRefDto;
}

class DynamicQueueingDto {
  @ApiPropertyOptional({
    default: false,
    description: 'Contacts that are added or changed during a run come where they belong in the order',
  })
  @IsOptional()
  @IsBoolean()
  sort?: boolean;

  @ApiPropertyOptional({
    default: false,
    description: 'Contacts that change during a run come in and drop out as they pass the filter',
  })
  @IsOptional()
  @IsBoolean()
  filter?: boolean;
}

/** A campaign as clients write it (Genesys Cloud API, messaging campaigns). */
export class CampaignDto {
  @ApiProperty({ maxLength: 64, description: 'Unique in the organisation' })
  @IsOptional()
  @IsString()
  name?: string;

  @ApiPropertyOptional({ type: EntityRefDto, description: 'The home division unless given' })
  @IsOptional()
  @Ref('division')
  division?: EntityRefDto;

  @ApiPropertyOptional({ enum: CAMPAIGN_STATUSES, description: 'Clients set on and off' })
  @IsOptional()
  @IsIn(CAMPAIGN_STATUSES, { message: `campaignStatus must be one of ${CAMPAIGN_STATUSES.join(', ')}` })
  campaignStatus?: CampaignStatus;

  @ApiProperty({ type: EntityRefDto })
  @Ref('contactList')
  contactList: EntityRefDto;

  @ApiProperty({ minimum: 1 })
  @IsInt({ message: 'messagesPerMinute must be a whole number' })
  messagesPerMinute: number;

  @ApiProperty({ type: WhatsAppConfigDto })
  @Nested(() => WhatsAppConfigDto, 'whatsAppConfig')
  whatsAppConfig: WhatsAppConfigDto;

  @ApiPropertyOptional({ type: [EntityRefDto] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SANE_LENGTH)
  @ValidateNested({ each: true })
  @Type(() => EntityRefDto)
  dncLists?: EntityRefDto[];

  @ApiPropertyOptional({
    type: [ContactSortDto],
    description: 'Up to four; the first has the highest priority',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SANE_LENGTH)
  @ValidateNested({ each: true })
  @Type(() => ContactSortDto)
  contactSorts?: ContactSortDto[];

  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @IsBoolean()
  alwaysRunning?: boolean;

  @ApiPropertyOptional({ type: DynamicQueueingDto })
  @IsOptional()
  @Nested(() => DynamicQueueingDto, 'dynamicContactQueueingSettings')
  dynamicContactQueueingSettings?: DynamicQueueingDto;

  @ApiPropertyOptional({ type: [EntityRefDto], description: 'At most one; a filter of the contact list' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SANE_LENGTH)
  @ValidateNested({ each: true })
  @Type(() => EntityRefDto)
  contactListFilters?: EntityRefDto[];

  @ApiPropertyOptional({ type: [EntityRefDto], description: 'Digital rule sets, applied in this order' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(SANE_LENGTH)
  @ValidateNested({ each: true })
  @Type(() => EntityRefDto)
  ruleSets?: EntityRefDto[];

  @ApiPropertyOptional({ type: EntityRefDto, description: 'When people may be messaged, by their time zone' })
  @IsOptional()
  @Ref('callableTimeSet')
  callableTimeSet?: EntityRefDto;

  @IsOptional()
  @IsEmpty(notOffered('smsConfig: SMS campaigns are'))
  smsConfig?: unknown;

  @IsOptional()
  @IsEmpty(notOffered('emailConfig: email campaigns are'))
  emailConfig?: unknown;
}

/** The full replacement of a campaign; what is left out is reset, except division and status. */
export class CampaignUpdateDto extends CampaignDto {
  @ApiProperty({ description: 'The version that was read last' })
  @IsInt({ message: 'version must be the version that was read last' })
  version: number;
}

/** The campaign that a request describes, in the division it goes to. */
export function toDefinition(dto: CampaignDto, divisionId: string): CampaignDefinition {
  const { whatsAppConfig, contactSorts, contactListFilters, dncLists } = dto;
  return {
    name: dto.name ?? '',
    divisionId,
    contactListId: dto.contactList.id,
    contactListFilterIds: [...new Set((contactListFilters ?? []).map((filter) => filter.id))],
    messagesPerMinute: dto.messagesPerMinute,
    whatsAppColumns: whatsAppConfig.whatsAppColumns,
    integrationId: whatsAppConfig.whatsAppIntegration.id,
    contentTemplateId: whatsAppConfig.contentTemplate.id,
    dncListIds: [...new Set((dncLists ?? []).map((list) => list.id))],
    contactSorts: (contactSorts ?? []).map(({ fieldName, direction, numeric }) => ({
      fieldName,
      direction: direction ?? 'ASC',
      numeric: numeric ?? false,
    })),
    alwaysRunning: dto.alwaysRunning ?? false,
    callableTimeSetId: dto.callableTimeSet?.id ?? null,
    ruleSetIds: [...new Set((dto.ruleSets ?? []).map((set) => set.id))],
    dynamicSort: dto.dynamicContactQueueingSettings?.sort ?? false,
    dynamicFilter: dto.dynamicContactQueueingSettings?.filter ?? false,
  };
}
