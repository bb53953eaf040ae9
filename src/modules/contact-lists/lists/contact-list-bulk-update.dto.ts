import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsObject, IsUUID, ValidateNested } from 'class-validator';
import { ContactListDto } from './contact-list.dto.js';

/** Greatest number of lists that one call may change (Genesys Cloud API, contact lists). */
export const MAX_LISTS_PER_CALL = 100;

/** Which lists to change, and what to set; what is left out stays (Genesys Cloud API, ContactListsBulkEditRequest). */
export class ContactListsBulkEditDto {
  @ApiProperty({ type: [String] })
  @IsArray({ message: 'contactListIds must be a list' })
  @ArrayMaxSize(MAX_LISTS_PER_CALL, {
    message: `contactListIds may name at most ${MAX_LISTS_PER_CALL} lists`,
    context: { code: 'too.many.bulk.updates' },
  })
  @IsUUID('all', { each: true, message: 'contactListIds must hold UUIDs' })
  contactListIds: string[];

  @ApiProperty({ type: ContactListDto })
  @IsObject({ message: 'contactList must be an object with what to set' })
  @ValidateNested()
  @Type(() => ContactListDto)
  contactList: ContactListDto;
}
