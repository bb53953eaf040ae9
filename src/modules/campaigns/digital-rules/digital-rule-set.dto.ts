import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsObject, IsOptional, IsString, ValidateNested } from 'class-validator';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { DigitalRule } from './digital-rule.js';
import type { DigitalRuleSet } from './digital-rule-set.entity.js';

export const DIGITAL_RULE_SETS_PATH = '/api/v2/outbound/digitalrulesets';
const RULES =
  'name, order, category (PreContact, PostContact), conditions and actions, each with its settings object';

/** A digital rule set as clients write it (Genesys Cloud API, DigitalRuleSet). */
export class DigitalRuleSetDto {
  @ApiProperty({ maxLength: 64, description: 'Unique in the organisation' })
  @IsOptional()
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiPropertyOptional({
    type: EntityRefDto,
    description: 'The list whose columns the rules are written for',
  })
  @IsOptional()
  @IsObject({ message: 'contactList must refer to an object: {"id": "..."}' })
  @ValidateNested()
  @Type(() => EntityRefDto)
  contactList?: EntityRefDto;

  @ApiProperty({ type: [Object], description: RULES })
  @IsOptional()
  @IsArray({ message: 'rules must be a list' })
  rules?: unknown[];

  @ApiPropertyOptional({ description: 'Needed for updates; must be the newest' })
  @IsOptional()
  @IsInt({ message: 'version must be a whole number' })
  version?: number;
}

/** A digital rule set on the wire (Genesys Cloud API, DigitalRuleSet). */
export class DigitalRuleSetView {
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

  @ApiPropertyOptional({ type: EntityRefDto })
  contactList?: EntityRefDto;

  @ApiProperty({ type: [Object], description: RULES })
  rules: DigitalRule[];

  @ApiProperty()
  selfUri: string;
}

export function toDigitalRuleSetView(
  set: DigitalRuleSet,
  listNames: ReadonlyMap<string, string>,
): DigitalRuleSetView {
  const { id, name, version, rules, contactListId } = set;
  const contactList = contactListId
    ? {
        id: contactListId,
        name: listNames.get(contactListId),
        selfUri: `/api/v2/outbound/contactlists/${contactListId}`,
      }
    : undefined;
  return {
    id,
    name,
    dateCreated: toWireDate(set.createdAt),
    dateModified: toWireDate(set.updatedAt),
    version,
    contactList,
    rules,
    selfUri: `${DIGITAL_RULE_SETS_PATH}/${id}`,
  };
}
