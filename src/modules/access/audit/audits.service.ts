import { Injectable } from '@nestjs/common';
import { parseInterval } from '../../../kernel/interval.js';
import { type Page, pageOffset, type PageRequest } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { reasonsError } from '../../../platform/errors/api-error.js';
import { AUDIT_PROPERTIES, type AuditFilterDto } from './audit-query.dto.js';
import type { AuditRow } from './audit.view.js';

export interface AuditCriteria {
  interval?: string;
  /** Values of the same property are alternatives; different properties must all fit. */
  filters: readonly AuditFilterDto[];
  ascending: boolean;
}

/** Reads the audit trail. */
@Injectable()
export class AuditsService {
  constructor(private readonly uow: UnitOfWork) {}

  /** A page of entries by time. Throws 400 for an interval that can't be read. */
  async find({ interval, filters, ascending }: AuditCriteria, page: PageRequest): Promise<Page<AuditRow>> {
    const params: unknown[] = [];
    const where = [...intervalSql(interval, params), ...filterSql(filters, params)].join(' AND ') || 'TRUE';
    const order = ascending ? 'ASC' : 'DESC';
    const [count] = await this.uow.manager.query<[{ total: number }]>(
      `SELECT count(*)::int AS total FROM audit_events WHERE ${where}`,
      params,
    );
    const entities = await this.uow.manager.query<AuditRow[]>(
      `SELECT * FROM audit_events WHERE ${where} ORDER BY occurred_at ${order}, id ${order}
        LIMIT $${params.length + 1} OFFSET $${params.length + 2}`,
      [...params, page.pageSize, pageOffset(page)],
    );
    return { ...page, entities, total: count.total };
  }
}

function intervalSql(interval: string | undefined, params: unknown[]): string[] {
  if (interval === undefined) return [];
  const parsed = parseInterval(interval);
  if ('problem' in parsed) {
    const message = `interval ${parsed.problem}.`;
    throw reasonsError([{ code: 'invalid.value', field: 'interval', message }]);
  }
  params.push(parsed.start, parsed.end);
  return [`occurred_at >= $${params.length - 1}`, `occurred_at < $${params.length}`];
}

function filterSql(filters: readonly AuditFilterDto[], params: unknown[]): string[] {
  const properties = new Set(filters.map(({ property }) => property));
  return [...properties].map((property) => {
    const alternatives = filters.filter((filter) => filter.property === property);
    params.push(alternatives.map(({ value }) => value.replaceAll('\u0000', '')));
    return `${AUDIT_PROPERTIES[property]} = ANY($${params.length}::text[])`;
  });
}
