import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject } from 'class-validator';
import { ContactIdSelectionDto } from '../contacts/contact-selection.dto.js';
import type { BulkType } from './contact-bulk-job.js';

/** Which contacts to change, and how (Genesys Cloud API, ContactBulkEditRequest). */
export class ContactBulkEditDto extends ContactIdSelectionDto {
  @ApiProperty({
    description: 'Columns and statuses to set; what is left out stays',
    type: 'object',
    additionalProperties: true,
  })
  @IsObject({ message: 'contact must be an object with what to change' })
  contact: Record<string, unknown>;
}

/** A bulk job on the wire (Genesys Cloud API, ContactsBulkOperationJob). */
export class ContactBulkJobView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty({ enum: ['BulkDelete', 'BulkEdit'] })
  type: BulkType;

  @ApiProperty({ enum: ['InProgress', 'Complete', 'Failed'] })
  state: 'InProgress' | 'Complete' | 'Failed';

  @ApiProperty()
  totalRecords: number;

  @ApiProperty()
  completedRecords: number;

  @ApiProperty()
  percentComplete: number;

  @ApiPropertyOptional()
  failureReason?: { code: string; message: string };

  @ApiPropertyOptional()
  downloadURI?: string;

  @ApiProperty()
  selfUri: string;
}
