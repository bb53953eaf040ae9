import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { PageQuery } from '../../../platform/http/listing.js';
import { QueryFlag, QueryList } from '../../../platform/http/query-list.js';

const MAX_DESCRIPTION_LENGTH = 1_000;
const MAX_POLICIES = 500;
const MAX_IDS = 100;

/** What a role allows (Genesys Cloud API, roles: DomainPermissionPolicy). Conditions are refused, not ignored. */
export class PolicyDto {
  @ApiProperty({ example: 'outbound' })
  @IsString({ message: 'domain must be a text, for example outbound' })
  domain: string;

  @ApiProperty({ example: 'contactList', description: '`*` for every entity of the domain' })
  @IsString({ message: 'entityName must be a text, for example contactList, or *' })
  entityName: string;

  @ApiProperty({ type: [String], example: ['view'], description: '`*` for every action' })
  @ArrayNotEmpty({ message: 'actionSet must name at least one action, or *' })
  @ArrayMaxSize(100, { message: 'actionSet may name at most 100 actions' })
  @IsString({ each: true, message: 'actionSet must hold texts' })
  @IsArray({ message: 'actionSet must be a list of actions' })
  actionSet: string[];

  @IsOptional()
  @IsArray({ message: 'namedResources must be a list' })
  namedResources?: string[];

  @IsOptional()
  @IsObject({ message: 'resourceConditionNode must be an object' })
  resourceConditionNode?: object;
}

/** A role as it is sent (Genesys Cloud API, roles: DomainOrganizationRoleCreate and -Update). */
export class RoleDto {
  @ApiProperty({ maxLength: 64 })
  @IsString({ message: 'name must be a text' })
  name: string;

  @ApiPropertyOptional({ maxLength: MAX_DESCRIPTION_LENGTH })
  @IsOptional()
  @MaxLength(MAX_DESCRIPTION_LENGTH, {
    message: `description may have at most ${MAX_DESCRIPTION_LENGTH} characters`,
  })
  @IsString({ message: 'description must be a text' })
  description?: string;

  /** The old form of policies; none is ever answered, so a role that is read and sent back has none. */
  @IsOptional()
  @ArrayMaxSize(0, { message: 'permissions is out of use; send permissionPolicies instead' })
  @IsArray({ message: 'permissions must be a list' })
  permissions?: string[];

  @ApiPropertyOptional({ type: [PolicyDto], description: 'Left out at an update: stays as it is' })
  @IsOptional()
  @ArrayMaxSize(MAX_POLICIES, { message: `permissionPolicies may have at most ${MAX_POLICIES} policies` })
  @ValidateNested({ each: true })
  @Type(() => PolicyDto)
  @IsArray({ message: 'permissionPolicies must be a list' })
  permissionPolicies?: PolicyDto[];
}

/** Only the mark can be patched (Genesys Cloud API, roles). */
export class RolePatchDto {
  @ApiProperty()
  @IsBoolean({ message: 'roleNeedsUpdate must be true or false' })
  roleNeedsUpdate: boolean;
}

export class RoleQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Part of the name' })
  @IsOptional()
  @IsString()
  name?: string;

  @ApiPropertyOptional({ type: [String], description: 'Roles that allow all of these permissions' })
  @IsOptional()
  @QueryList()
  permission?: string[];

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  defaultRoleId?: string[];

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  @ArrayMaxSize(MAX_IDS, {
    message: `id may name at most ${MAX_IDS} roles`,
    context: { code: 'max.role.ids' },
  })
  @IsUUID('all', { each: true, message: 'id must hold UUIDs' })
  id?: string[];

  @ApiPropertyOptional({ default: true })
  @IsOptional()
  @QueryFlag()
  @IsBoolean({ message: 'userCount must be true or false' })
  userCount?: boolean;

  @ApiPropertyOptional({ enum: ['name'] })
  @IsOptional()
  @IsIn(['name'], { message: 'sortBy must be name' })
  sortBy?: string;
}

export class RoleCountQuery {
  @ApiPropertyOptional({ default: true })
  @IsOptional()
  @QueryFlag()
  @IsBoolean({ message: 'userCount must be true or false' })
  userCount?: boolean;
}

export class RestoreRolesQuery {
  @ApiPropertyOptional({ description: 'Also overwrites the default roles that were changed' })
  @IsOptional()
  @QueryFlag()
  @IsBoolean({ message: 'force must be true or false' })
  force?: boolean;
}
