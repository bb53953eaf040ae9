import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Contacts that would be passed over for the same reason. */
export class DryRunReason {
  @ApiProperty({ description: 'Wrap-up code that they would get' })
  disposition: string;

  @ApiPropertyOptional()
  detail?: string;

  @ApiProperty()
  count: number;

  @ApiPropertyOptional({ description: 'One of them, for callers who may see contacts' })
  exampleContactId?: string;
}

/** One of the first contacts, in the order in which the campaign comes to them. */
export class DryRunRow {
  @ApiProperty()
  position: number;

  @ApiProperty()
  contactId: string;

  @ApiPropertyOptional({ description: 'The WhatsApp column that would be used' })
  column?: string;

  @ApiPropertyOptional({ description: 'The WhatsApp id that the message would go to' })
  address?: string;

  @ApiPropertyOptional({ description: 'The filled body of the template; only for who would be messaged' })
  text?: string;

  @ApiPropertyOptional({ description: 'Wrap-up code of who would be passed over' })
  disposition?: string;

  @ApiPropertyOptional()
  detail?: string;
}

/** What a start with the first contact would do at this moment. Own addition: the Genesys API has none. */
export class DryRunView {
  @ApiProperty()
  totalContacts: number;

  @ApiProperty({ description: 'Contacts that the filter of the campaign keeps out' })
  filteredOutContacts: number;

  @ApiProperty({
    description: 'People, before the template is filled; the first contacts tell where that fails',
  })
  wouldBeMessaged: number;

  @ApiProperty({ type: [DryRunReason] })
  wouldBeSkipped: DryRunReason[];

  @ApiProperty({ type: [DryRunRow], description: 'Empty for callers who may not see contacts of the list' })
  firstContacts: DryRunRow[];
}
