import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** Contacts of which the same would become. */
export class DryRunReason {
  @ApiPropertyOptional({ description: 'Wrap-up code that they would get; none when only the run can tell' })
  disposition?: string;

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

  @ApiPropertyOptional({ description: 'The template that a rule chooses instead of that of the campaign' })
  contentTemplateId?: string;

  @ApiPropertyOptional({ description: 'When the callable time of the contact begins, if it is not now' })
  waitsUntil?: string;

  @ApiPropertyOptional({ description: 'Wrap-up code of who would be passed over' })
  disposition?: string;

  @ApiPropertyOptional()
  detail?: string;
}

class DryRunProblem {
  @ApiProperty()
  error: string;

  @ApiProperty()
  details: string;
}

/** What a start with the first contact would do at this moment. Own addition: the Genesys API has none. */
export class DryRunView {
  @ApiProperty({ type: [DryRunProblem], description: 'Why the campaign could not be started as it is' })
  problems: DryRunProblem[];

  @ApiProperty()
  totalContacts: number;

  @ApiProperty({ description: 'Contacts that the filter of the campaign keeps out' })
  filteredOutContacts: number;

  @ApiProperty({ description: 'People; each is messaged once' })
  wouldBeMessaged: number;

  @ApiProperty({ description: 'Of these, people whose callable time begins later' })
  wouldWait: number;

  @ApiProperty({ type: [DryRunReason] })
  wouldBeSkipped: DryRunReason[];

  @ApiProperty({
    type: [DryRunReason],
    description: 'Contacts whose number a rule changes or rules out, so that only the run can tell',
  })
  undecided: DryRunReason[];

  @ApiProperty({ type: [DryRunRow], description: 'Empty for callers who may not see contacts of the list' })
  firstContacts: DryRunRow[];
}
