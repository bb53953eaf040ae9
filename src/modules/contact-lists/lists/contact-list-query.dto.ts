import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import {
  type FieldCondition,
  type FilterableField,
  readFieldConditions,
} from '../../../platform/database/field-conditions.js';
import { reasonsError } from '../../../platform/errors/api-error.js';
import { NamedListQuery } from '../../../platform/http/named-list-query.js';
import { QueryList } from '../../../platform/http/query-list.js';
import type { ContactList } from './contact-list.entity.js';

const FIELDS = {
  dateCreated: { property: 'createdAt', type: 'date' },
  dateModified: { property: 'updatedAt', type: 'date' },
  dateExpiration: { property: 'expiresAt', type: 'date' },
  timeZone: { property: 'timeZone', type: 'text' },
  retentionType: { property: 'retentionType', type: 'text' },
  retentionDays: { property: 'retentionDays', type: 'number' },
  columnNames: { property: 'columnNames', type: 'list' },
  trimWhitespace: { property: 'trimWhitespace', type: 'boolean' },
  size: { property: 'size', type: 'number' },
  version: { property: 'version', type: 'number' },
} as const satisfies Record<string, FilterableField & { property: keyof ContactList }>;

const Values = (): PropertyDecorator => (target, property) => {
  ApiPropertyOptional({ type: [String], description: 'For example greaterthan:2026-01-31T00:00:00Z' })(
    target,
    property,
  );
  IsOptional()(target, property);
  QueryList()(target, property);
};

/** Query of contact lists: by name and division, and by any field, with prefixes such as `greaterthan:`. */
export class ContactListQuery
  extends NamedListQuery
  implements Partial<Record<keyof typeof FIELDS, string[]>>
{
  @Values()
  dateCreated?: string[];

  @Values()
  dateModified?: string[];

  @Values()
  dateExpiration?: string[];

  @Values()
  timeZone?: string[];

  @Values()
  retentionType?: string[];

  @Values()
  retentionDays?: string[];

  @Values()
  columnNames?: string[];

  @Values()
  trimWhitespace?: string[];

  @Values()
  size?: string[];

  @Values()
  version?: string[];

  /** Throws 400 with every value that is none. */
  toFieldConditions(): FieldCondition[] {
    const { dateCreated, dateModified, dateExpiration, timeZone, retentionType } = this;
    const { retentionDays, columnNames, trimWhitespace, size, version } = this;
    const given = { dateCreated, dateModified, dateExpiration, timeZone, retentionType };
    const more = { retentionDays, columnNames, trimWhitespace, size, version };
    const { conditions, reasons } = readFieldConditions(FIELDS, { ...given, ...more });
    if (reasons.length > 0) throw reasonsError(reasons);
    return conditions;
  }
}
