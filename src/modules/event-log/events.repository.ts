import { Injectable } from '@nestjs/common';
import { type Page, pageOffset, type PageRequest } from '../../kernel/page.js';
import { likePattern, type MatchType } from '../../platform/database/named-page.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import type { EventEntity } from './event-entity.js';

export interface EventRow {
  id: string;
  occurred_at: Date;
  level: string;
  category: string;
  code: string;
  message_with_params: string;
  message_params: Record<string, string>;
  error_entity: EventEntity | null;
  related_entity: EventEntity | null;
  correlation_id: string;
}

/** Columns that events can be sorted by, by their name on the wire. */
export const EVENT_SORTS = {
  timestamp: 'occurred_at',
  level: 'level',
  category: 'category',
  code: 'code',
} as const;

export interface EventCriteria {
  category?: string;
  level?: string;
  /** How category and level are compared. */
  match: MatchType;
  /** Events about this entity, or related to it. */
  entityId?: string;
  sortBy: keyof typeof EVENT_SORTS;
  descending: boolean;
}

/** Reads the event log, and forgets what is old. */
@Injectable()
export class EventsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async findPage(criteria: EventCriteria, page: PageRequest): Promise<Page<EventRow>> {
    const params: unknown[] = [];
    const where = conditions(criteria, params).join(' AND ') || 'TRUE';
    const direction = criteria.descending ? 'DESC' : 'ASC';
    const [count] = await this.uow.manager.query<[{ total: number }]>(
      `SELECT count(*)::int AS total FROM outbound_events WHERE ${where}`,
      params,
    );
    const entities = await this.uow.manager.query<EventRow[]>(
      `SELECT * FROM outbound_events WHERE ${where}
        ORDER BY ${EVENT_SORTS[criteria.sortBy]} ${direction}, occurred_at DESC, id
        LIMIT $${params.length + 1} OFFSET $${params.length + 2}`,
      [...params, page.pageSize, pageOffset(page)],
    );
    return { ...page, entities, total: count.total };
  }

  async find(id: string): Promise<EventRow | undefined> {
    const [row] = await this.uow.manager.query<EventRow[]>(`SELECT * FROM outbound_events WHERE id = $1`, [
      id,
    ]);
    return row;
  }

  /** Deletes events of before this many days; says how many. */
  async deleteOlderThan(days: number): Promise<number> {
    const [, deleted] = await this.uow.manager.query<[unknown, number]>(
      `DELETE FROM outbound_events WHERE occurred_at < now() - $1 * interval '1 day'`,
      [days],
    );
    return deleted;
  }
}

function conditions({ category, level, match, entityId }: EventCriteria, params: unknown[]): string[] {
  const parameter = (value: unknown): string => `$${params.push(value)}`;
  const found: string[] = [];
  if (category) found.push(`category ILIKE ${parameter(likePattern(category, match))}`);
  if (level) found.push(`level ILIKE ${parameter(likePattern(level, match))}`);
  if (entityId) {
    const id = parameter(entityId);
    found.push(`(error_entity ->> 'id' = ${id} OR related_entity ->> 'id' = ${id})`);
  }
  return found;
}
