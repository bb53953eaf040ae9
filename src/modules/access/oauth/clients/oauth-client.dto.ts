import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { SCOPES } from '../scopes.js';

const GRANT_TYPES = ['CODE', 'CLIENT-CREDENTIALS'] as const;
export const CLIENT_STATES = ['active', 'disabled', 'inactive'] as const;
export type ClientState = (typeof CLIENT_STATES)[number];
const UUID_OR_STAR = /^(\*|[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12})$/iu;
const VALIDITY = 'accessTokenValiditySeconds must be a whole number from 300 to 172800';

/** A role in a division; `*` stands for all divisions. */
export class RoleDivisionDto {
  @ApiProperty({ format: 'uuid' })
  @IsUUID('all', { message: 'roleId must be a UUID' })
  roleId: string;

  @ApiProperty({ description: 'UUID, or * for all divisions' })
  @Matches(UUID_OR_STAR, { message: 'divisionId must be a UUID, or * for all divisions' })
  divisionId: string;
}

/** Genesys Cloud API, OAuth clients: OAuthClientRequest. */
export class OAuthClientDto {
  @ApiProperty({ maxLength: 128 })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value))
  @MaxLength(128, { message: 'name must have at most 128 characters' })
  @IsNotEmpty({ message: 'name must not be blank', context: { code: 'name.cannot.be.blank' } })
  @IsString({ message: 'name must be a text' })
  name: string;

  @ApiProperty({ enum: GRANT_TYPES })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value))
  @IsIn(GRANT_TYPES, {
    message: `authorizedGrantType must be one of ${GRANT_TYPES.join(', ')}; the other grant types are not offered`,
    context: { code: 'bad.grant.type' },
  })
  @IsNotEmpty({
    message: `authorizedGrantType must be one of ${GRANT_TYPES.join(', ')}`,
    context: { code: 'grant.type.required' },
  })
  authorizedGrantType: (typeof GRANT_TYPES)[number];

  @ApiPropertyOptional({ minimum: 300, maximum: 172_800, default: 86_400 })
  @IsOptional()
  @IsInt({ message: VALIDITY })
  @Min(300, { message: VALIDITY })
  @Max(172_800, { message: VALIDITY })
  accessTokenValiditySeconds?: number;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString({ message: 'description must be a text' })
  @MaxLength(1_000, { message: 'description must have at most 1000 characters' })
  description?: string;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @IsArray({ message: 'registeredRedirectUri must be a list of URIs' })
  @ArrayMaxSize(125, { message: 'registeredRedirectUri may name at most 125 URIs' })
  @IsString({ each: true, message: 'registeredRedirectUri must be a list of URIs' })
  registeredRedirectUri?: string[];

  @ApiPropertyOptional({ type: [String], enum: [...SCOPES.keys()] })
  @IsOptional()
  @IsArray({ message: 'scope must be a list of scopes' })
  @IsIn([...SCOPES.keys()], { each: true, message: 'scope: see GET /api/v2/oauth/scopes for what there is' })
  scope?: string[];

  @ApiPropertyOptional({ type: [RoleDivisionDto] })
  @IsOptional()
  @IsArray({ message: 'roleDivisions must be a list' })
  @ArrayMaxSize(500, { message: 'roleDivisions may name at most 500 roles' })
  @ValidateNested({ each: true })
  @Type(() => RoleDivisionDto)
  roleDivisions?: RoleDivisionDto[];

  @ApiPropertyOptional({ enum: CLIENT_STATES, default: 'active' })
  @IsOptional()
  @IsIn(CLIENT_STATES, { message: `state must be one of ${CLIENT_STATES.join(', ')}` })
  state?: ClientState;

  /** Field of our own: a client that can't keep a secret; only for CODE. It gets none and proves itself by PKCE. */
  @ApiPropertyOptional({ default: false })
  @IsOptional()
  @IsBoolean({ message: 'public must be true or false' })
  public?: boolean;
}

/** Genesys Cloud API, OAuth clients: OAuthClient. */
export class OAuthClientView {
  @ApiProperty()
  id: string;
  @ApiProperty()
  name: string;
  @ApiProperty()
  description: string;
  @ApiProperty({ enum: GRANT_TYPES })
  authorizedGrantType: string;
  @ApiProperty()
  accessTokenValiditySeconds: number;
  @ApiProperty({ type: [String] })
  registeredRedirectUri: string[];
  @ApiProperty({ type: [String] })
  scope: string[];
  @ApiPropertyOptional({ type: [RoleDivisionDto] })
  roleDivisions?: RoleDivisionDto[];
  @ApiProperty({ enum: CLIENT_STATES })
  state: string;
  @ApiProperty()
  public: boolean;
  @ApiPropertyOptional({ description: 'Only in the answer that made it' })
  secret?: string;
  @ApiProperty({ format: 'date-time' })
  dateCreated: string;
  @ApiProperty({ format: 'date-time' })
  dateModified: string;
  @ApiPropertyOptional()
  createdBy?: { id: string };
  @ApiPropertyOptional()
  modifiedBy?: { id: string };
  @ApiProperty()
  selfUri: string;
}
