import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsEmail,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  IsUUID,
  MaxLength,
  Min,
} from 'class-validator';
import { EntityRefDto } from '../../../platform/http/entity-ref.js';
import { PageQuery } from '../../../platform/http/listing.js';
import { QueryFlag, QueryList } from '../../../platform/http/query-list.js';

const STATES = ['active', 'inactive'] as const;
const STATE_FILTERS = ['active', 'inactive', 'deleted', 'any'] as const;
const trimmed = Transform(({ value }: { value: unknown }) =>
  typeof value === 'string' ? value.trim() : value,
);

export class UserQuery extends PageQuery {
  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  @IsUUID('all', { each: true, message: 'id must hold UUIDs' })
  id?: string[];

  @ApiPropertyOptional({ enum: ['ASC', 'DESC'], default: 'ASC' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value))
  @IsIn(['ASC', 'DESC', 'ASCENDING', 'DESCENDING'], { message: 'sortOrder must be ASC or DESC' })
  sortOrder?: string;

  @ApiPropertyOptional({ enum: STATE_FILTERS, default: 'active' })
  @IsOptional()
  @IsIn(STATE_FILTERS, { message: `state must be one of ${STATE_FILTERS.join(', ')}` })
  state?: (typeof STATE_FILTERS)[number];
}

export class ExpandQuery {
  @ApiPropertyOptional({ type: [String], description: 'authorization, organization; others are ignored' })
  @IsOptional()
  @QueryList()
  expand?: string[];
}

export class InviteQuery {
  @ApiPropertyOptional({ description: 'Replace an invitation that is still open' })
  @IsOptional()
  @QueryFlag()
  @IsIn([true, false], { message: 'force must be true or false' })
  force?: boolean;
}

/** Genesys Cloud API, users: CreateUser. */
export class CreateUserDto {
  @ApiProperty({ maxLength: 256 })
  @trimmed
  @MaxLength(256, { message: 'name must have at most 256 characters' })
  @IsNotEmpty({ message: 'name must not be blank', context: { code: 'name.cannot.be.blank' } })
  @IsString({ message: 'name must be a text' })
  name: string;

  @ApiProperty({ format: 'email' })
  @trimmed
  @IsEmail({ require_tld: false }, { message: 'email must be an e-mail address' })
  email: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The home division when left out' })
  @IsOptional()
  @IsUUID('all', { message: 'divisionId must be a UUID' })
  divisionId?: string;

  /** Without one the user is invited to choose it. */
  @ApiPropertyOptional({ minLength: 12, maxLength: 128 })
  @IsOptional()
  @IsString({ message: 'password must be a text' })
  password?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString({ message: 'department must be a text' })
  @MaxLength(256, { message: 'department must have at most 256 characters' })
  department?: string;

  @ApiPropertyOptional()
  @IsOptional()
  @IsString({ message: 'title must be a text' })
  @MaxLength(256, { message: 'title must have at most 256 characters' })
  title?: string;

  @ApiPropertyOptional({ enum: STATES, default: 'active' })
  @IsOptional()
  @IsIn(STATES, { message: `state must be one of ${STATES.join(', ')}` })
  state?: (typeof STATES)[number];
}

/** Genesys Cloud API, users: UpdateUser. What is left out stays as it is. */
export class UpdateUserDto extends PickType(CreateUserDto, ['department', 'title', 'state'] as const) {
  /** The version that the change is based on. */
  @ApiProperty()
  @Min(1, { message: 'version must be the version of the user that you changed' })
  @IsInt({ message: 'version must be the version of the user that you changed' })
  version: number;

  @ApiPropertyOptional({ maxLength: 256 })
  @IsOptional()
  @trimmed
  @MaxLength(256, { message: 'name must have at most 256 characters' })
  @IsNotEmpty({ message: 'name must not be blank', context: { code: 'name.cannot.be.blank' } })
  @IsString({ message: 'name must be a text' })
  name?: string;

  @ApiPropertyOptional({ format: 'email' })
  @IsOptional()
  @trimmed
  @IsEmail({ require_tld: false }, { message: 'email must be an e-mail address' })
  email?: string;
}

export class NewPasswordDto {
  @ApiProperty({ minLength: 12, maxLength: 128 })
  @IsString({ message: 'newPassword must be a text' })
  newPassword: string;
}

export class ChangeMyPasswordDto extends NewPasswordDto {
  @ApiProperty()
  @IsString({ message: 'oldPassword must be a text' })
  oldPassword: string;
}

/** Genesys Cloud API, users: User. */
export class UserView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  name: string;
  @ApiProperty()
  email: string;
  @ApiProperty()
  username: string;
  @ApiProperty({ type: EntityRefDto })
  division: { id: string; name: string; selfUri: string };
  @ApiPropertyOptional()
  department?: string;
  @ApiPropertyOptional()
  title?: string;
  @ApiProperty({ enum: ['active', 'inactive', 'deleted'] })
  state: string;
  @ApiProperty()
  version: number;
  @ApiPropertyOptional({ format: 'date-time' })
  dateLastLogin?: string;
  @ApiProperty()
  selfUri: string;
}

/** An open invitation; the link is in this answer and nowhere else. */
export class InviteView {
  @ApiProperty({ description: 'Page on which the user sets a password, once' })
  inviteUri: string;
  @ApiProperty({ format: 'date-time' })
  dateExpires: string;
}
