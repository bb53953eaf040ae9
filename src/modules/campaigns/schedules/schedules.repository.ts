import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { pageOffset } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type DivisionScope, scopeSql } from '../../access/index.js';
import type { ScheduleDefinition } from './schedule.js';
import type { ScheduleStep } from './schedule-plan.js';

/** What a schedule switches on and off. */
export type ScheduleOwnerKind = 'campaign' | 'sequence';

export interface StoredSchedule extends ScheduleDefinition {
  ownerId: string;
  ownerName: string;
  /** Null for a sequence, which is in the divisions of its campaigns. */
  divisionId: string | null;
  version: number;
  createdAt: Date;
  modifiedAt: Date;
  /** What it does next; undefined when nothing is left. */
  step: ScheduleStep | undefined;
}

interface ScheduleRow extends Omit<StoredSchedule, 'step'> {
  nextAction: ScheduleStep['action'] | null;
  nextAt: Date | null;
  windowEnd: Date | null;
}

/** Where schedules of one kind are, and their owners `o`. */
interface Tables {
  schedules: string;
  key: string;
  owners: string;
  division: string;
  inScope: (scope: DivisionScope, params: unknown[]) => string;
}

const TABLES: Readonly<Record<ScheduleOwnerKind, Tables>> = {
  campaign: {
    schedules: 'whatsapp_campaign_schedules',
    key: 'campaign_id',
    owners: 'messaging_campaigns',
    division: 'o.division_id',
    inScope: (scope, params) => scopeSql(scope, 'o.division_id', params),
  },
  sequence: {
    schedules: 'campaign_sequence_schedules',
    key: 'sequence_id',
    owners: 'campaign_sequences',
    division: 'NULL::uuid',
    // Who may in the divisions of all campaigns of a sequence may for the sequence.
    inScope: (scope, params) =>
      `NOT EXISTS (SELECT FROM messaging_campaigns m
                    WHERE m.id = ANY (o.campaign_ids) AND NOT ${scopeSql(scope, 'm.division_id', params)})`,
  },
};

/** Schedules of owners of one kind, with what each does next. */
abstract class Schedules {
  private readonly tables: Tables;
  private readonly select: string;

  constructor(
    private readonly uow: UnitOfWork,
    readonly kind: ScheduleOwnerKind,
  ) {
    this.tables = TABLES[kind];
    const { schedules, key, owners, division } = this.tables;
    this.select = `
      SELECT s.${key} AS "ownerId", o.name AS "ownerName", ${division} AS "divisionId", s.intervals, s.recurrences,
             s.time_zone AS "timeZone", s.version, s.created_at AS "createdAt", s.modified_at AS "modifiedAt",
             s.next_action AS "nextAction", s.next_at AS "nextAt", s.window_end AS "windowEnd"
        FROM ${schedules} s JOIN ${owners} o ON o.id = s.${key}`;
  }

  async find(scope: DivisionScope, ownerId: string): Promise<StoredSchedule | undefined> {
    const params: unknown[] = [ownerId];
    const [row] = await this.uow.manager.query<ScheduleRow[]>(
      `${this.select} WHERE s.${this.tables.key} = $1 AND ${this.tables.inScope(scope, params)}`,
      params,
    );
    return row && toSchedule(row);
  }

  async findPage(scope: DivisionScope, page: PageRequest): Promise<Page<StoredSchedule>> {
    const params: unknown[] = [];
    const { schedules, key, owners } = this.tables;
    const inScope = this.tables.inScope(scope, params);
    const [{ total }] = await this.uow.manager.query<[{ total: number }]>(
      `SELECT count(*)::int AS total FROM ${schedules} s
         JOIN ${owners} o ON o.id = s.${key} WHERE ${inScope}`,
      params,
    );
    const rows = await this.uow.manager.query<ScheduleRow[]>(
      `${this.select} WHERE ${inScope} ORDER BY lower(o.name), o.id
        LIMIT $${params.length + 1} OFFSET $${params.length + 2}`,
      [...params, page.pageSize, pageOffset(page)],
    );
    return { ...page, total, entities: rows.map(toSchedule) };
  }

  /** False when there is one already. */
  async insert(ownerId: string, schedule: ScheduleDefinition, step?: ScheduleStep): Promise<boolean> {
    const { schedules, key } = this.tables;
    const rows = await this.uow.manager.query<unknown[]>(
      `INSERT INTO ${schedules} (${key}, intervals, recurrences, time_zone, next_action, next_at, window_end)
       VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT DO NOTHING RETURNING ${key}`,
      [ownerId, ...toColumns(schedule, step)],
    );
    return rows.length === 1;
  }

  /** False when the version is no longer the current one. */
  async update(
    { ownerId, version }: { ownerId: string; version: number },
    schedule: ScheduleDefinition,
    step?: ScheduleStep,
  ): Promise<boolean> {
    const { schedules, key } = this.tables;
    const [rows] = await this.uow.manager.query<[unknown[], number]>(
      `UPDATE ${schedules}
          SET intervals = $2, recurrences = $3, time_zone = $4, next_action = $5, next_at = $6, window_end = $7,
              version = version + 1, modified_at = now()
        WHERE ${key} = $1 AND version = $8
        RETURNING ${key}`,
      [ownerId, ...toColumns(schedule, step), version],
    );
    return rows.length === 1;
  }

  async delete(ownerId: string): Promise<void> {
    const { schedules, key } = this.tables;
    await this.uow.manager.query(`DELETE FROM ${schedules} WHERE ${key} = $1`, [ownerId]);
  }

  /** Goes from the step that was read to the next one; true for the one process that does. */
  async moveOn({ ownerId, version, step }: StoredSchedule, next?: ScheduleStep): Promise<boolean> {
    const { schedules, key } = this.tables;
    const [rows] = await this.uow.manager.query<[unknown[], number]>(
      `UPDATE ${schedules} SET next_action = $4, next_at = $5, window_end = $6
        WHERE ${key} = $1 AND version = $2 AND next_at = $3
        RETURNING ${key}`,
      [ownerId, version, step?.at, ...stepColumns(next)],
    );
    return rows.length === 1;
  }

  /** The steps that are due within this time. */
  async findDue(withinMs: number): Promise<{ ownerId: string; at: Date }[]> {
    const { schedules, key } = this.tables;
    return this.uow.manager.query(
      `SELECT ${key} AS "ownerId", next_at AS at FROM ${schedules}
        WHERE next_at <= now() + $1 * interval '1 millisecond' ORDER BY next_at`,
      [withinMs],
    );
  }
}

/** Schedules of campaigns. */
@Injectable()
export class SchedulesRepository extends Schedules {
  constructor(uow: UnitOfWork) {
    super(uow, 'campaign');
  }
}

/** Schedules of sequences. */
@Injectable()
export class SequenceSchedulesRepository extends Schedules {
  constructor(uow: UnitOfWork) {
    super(uow, 'sequence');
  }
}

export type AnySchedules = Schedules;

function toColumns({ intervals, recurrences, timeZone }: ScheduleDefinition, step?: ScheduleStep): unknown[] {
  return [JSON.stringify(intervals), JSON.stringify(recurrences), timeZone, ...stepColumns(step)];
}

function stepColumns(step?: ScheduleStep): unknown[] {
  return [step?.action ?? null, step?.at ?? null, step?.windowEnd ?? null];
}

function toSchedule({ nextAction, nextAt, windowEnd, ...row }: ScheduleRow): StoredSchedule {
  const step = nextAction && nextAt && windowEnd ? { action: nextAction, at: nextAt, windowEnd } : undefined;
  return { ...row, step };
}
