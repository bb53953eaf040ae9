import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { maskSecrets } from '../../platform/logging/mask.js';
import { correlationId } from '../../platform/logging/request-context.js';
import { EVENT_KINDS, type EventCategory, type EventCode, type EventLevel } from './event-codes.js';
import type { EventEntity } from './event-entity.js';

/** Something the people who run campaigns should know, and that no answer to a request could tell them. */
export interface OutboundEvent {
  code: EventCode;
  /** One sentence for people, with `{name}` for each parameter. No telephone numbers, no message texts. */
  message: string;
  params?: Readonly<Record<string, string | number>>;
  /** What went wrong or changed. */
  entity?: EventEntity;
  /** What else is concerned, for example the template that invalidated a campaign. */
  related?: EventEntity;
  /** Where the code alone does not say it. */
  category?: EventCategory;
  level?: EventLevel;
  /** An event with the same code and entity within this time before makes another one needless. */
  quietMs?: number;
}

const INSERT = `
  INSERT INTO outbound_events
    (level, category, code, message_with_params, message_params, error_entity, related_entity, correlation_id)
  SELECT $1, $2, $3, $4, $5, $6::jsonb, $7, $8
   WHERE $9::bigint IS NULL OR NOT EXISTS (
     SELECT FROM outbound_events
      WHERE code = $3 AND error_entity ->> 'id' IS NOT DISTINCT FROM $6::jsonb ->> 'id'
        AND occurred_at > clock_timestamp() - $9 * interval '1 millisecond')`;

/** The event log of the organisation (Genesys Cloud API, event log). */
@Injectable()
export class EventLog {
  constructor(private readonly uow: UnitOfWork) {}

  /** Adds an event; inside a unit of work it stands or falls with what it tells of. */
  async record(event: OutboundEvent): Promise<void> {
    const kind = EVENT_KINDS.get(event.code);
    if (!kind) throw new Error(`There is no event code ${event.code}`);
    const params = Object.entries(event.params ?? {}).map(([name, value]) => [name, String(value)]);
    await this.uow.manager.query(INSERT, [
      event.level ?? kind.level,
      event.category ?? kind.category,
      event.code,
      maskSecrets(event.message),
      JSON.stringify(maskSecrets(Object.fromEntries(params) as Record<string, string>)),
      event.entity ? JSON.stringify(event.entity) : null,
      event.related ? JSON.stringify(event.related) : null,
      correlationId(),
      event.quietMs ?? null,
    ]);
  }
}
