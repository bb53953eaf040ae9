import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsIn,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../../../platform/http/listing.js';
import { QueryList } from '../../../platform/http/query-list.js';
import type { SubjectType } from '../caller.js';
import { ALL_DIVISIONS } from '../permissions/delegation.js';
import type { RoleDivision } from './grants.repository.js';

const SUBJECT_TYPES: SubjectType[] = ['PC_USER', 'PC_OAUTH_CLIENT'];
const DIVISION = /^(?:\*|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/iu;
const DIVISION_FORM = 'must be the UUID of a division, or * for all divisions';
const MAX_ITEMS = 1_000;
const MAX_DIVISION_GRANTS = 500;

export class SubjectTypeQuery {
  @ApiPropertyOptional({ enum: SUBJECT_TYPES, description: 'Found out from the id when it is left out' })
  @IsOptional()
  @IsIn(SUBJECT_TYPES, {
    message:
      'subjectType must be PC_USER or PC_OAUTH_CLIENT; there are no groups here, grant to their members',
  })
  subjectType?: SubjectType;
}

class RoleDivisionDto {
  @ApiProperty()
  @IsUUID('all', { message: 'roleId must be a UUID' })
  roleId: string;

  @ApiProperty({ description: 'UUID of a division, or * for all divisions' })
  @Matches(DIVISION, { message: `divisionId ${DIVISION_FORM}` })
  @IsString({ message: `divisionId ${DIVISION_FORM}` })
  divisionId: string;
}

/** Roles in divisions (Genesys Cloud API, grants: RoleDivisionGrants). */
export class RoleDivisionGrantsDto {
  @ApiProperty({ type: [RoleDivisionDto] })
  @ArrayMaxSize(MAX_ITEMS, { message: `grants may have at most ${MAX_ITEMS} entries` })
  @ValidateNested({ each: true })
  @Type(() => RoleDivisionDto)
  @IsArray({ message: 'grants must be a list' })
  grants: RoleDivisionDto[];

  toPairs(): RoleDivision[] {
    return this.grants.map(({ roleId, divisionId }) => ({
      roleId: roleId.toLowerCase(),
      divisionId: toGrantDivision(divisionId),
    }));
  }
}

/** Subjects and divisions (Genesys Cloud API, roles: SubjectDivisions). */
export class SubjectDivisionsDto {
  @ApiProperty({ type: [String] })
  @ArrayNotEmpty({ message: 'subjectIds must name at least one subject' })
  @ArrayMaxSize(MAX_ITEMS, { message: `subjectIds may have at most ${MAX_ITEMS} entries` })
  @IsString({ each: true, message: 'subjectIds must hold ids' })
  @IsArray({ message: 'subjectIds must be a list' })
  subjectIds: string[];

  @ApiProperty({ type: [String] })
  @ArrayNotEmpty({ message: 'divisionIds must name at least one division' })
  @ArrayMaxSize(MAX_ITEMS, { message: `divisionIds may have at most ${MAX_ITEMS} entries` })
  @Matches(DIVISION, { each: true, message: `each of divisionIds ${DIVISION_FORM}` })
  @IsArray({ message: 'divisionIds must be a list' })
  divisionIds: string[];
}

export class RoleCountsQuery {
  @ApiPropertyOptional({ type: [String] })
  @QueryList()
  @ArrayNotEmpty({ message: 'id must name at least one subject' })
  @ArrayMaxSize(100, { message: 'id may name at most 100 subjects' })
  id: string[];
}

/** Up to 500 grants in one page. */
export class DivisionGrantsQuery extends PageQuery {
  override toPage(): ReturnType<PageQuery['toPage']> {
    return super.toPage(MAX_DIVISION_GRANTS);
  }
}

/** Null for `*`, which stands for all divisions on the wire. */
export function toGrantDivision(id: string): string | null {
  return id === ALL_DIVISIONS ? null : id.toLowerCase();
}

/** True for what may stand for a division in a path. */
export function isGrantDivision(id: string): boolean {
  return DIVISION.test(id);
}
