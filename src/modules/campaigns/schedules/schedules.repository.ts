import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { pageOffset } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type DivisionScope, scopeSql } from '../../access/index.js';
import type { ScheduleDefinition } from './schedule.js';
import type { ScheduleStep } from './schedule-plan.js';

export interface CampaignSchedule extends ScheduleDefinition {
  campaignId: string;
  campaignName: string;
  divisionId: string;
  version: number;
  createdAt: Date;
  modifiedAt: Date;
  /** What it does next; undefined when nothing is left. */
  step: ScheduleStep | undefined;
}

interface ScheduleRow extends ScheduleDefinition {
  campaignId: string;
  campaignName: string;
  divisionId: string;
  version: number;
  createdAt: Date;
  modifiedAt: Date;
  nextAction: ScheduleStep['action'] | null;
  nextAt: Date | null;
  windowEnd: Date | null;
}

const SELECT = `
  SELECT s.campaign_id AS "campaignId", c.name AS "campaignName", c.division_id AS "divisionId", s.intervals,
         s.recurrences, s.time_zone AS "timeZone", s.version, s.created_at AS "createdAt",
         s.modified_at AS "modifiedAt", s.next_action AS "nextAction", s.next_at AS "nextAt",
         s.window_end AS "windowEnd"
    FROM whatsapp_campaign_schedules s
    JOIN messaging_campaigns c ON c.id = s.campaign_id`;

const INSERT = `
  INSERT INTO whatsapp_campaign_schedules
    (campaign_id, intervals, recurrences, time_zone, next_action, next_at, window_end)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT DO NOTHING RETURNING campaign_id`;

const UPDATE = `
  UPDATE whatsapp_campaign_schedules
     SET intervals = $2, recurrences = $3, time_zone = $4, next_action = $5, next_at = $6, window_end = $7,
         version = version + 1, modified_at = now()
   WHERE campaign_id = $1 AND version = $8
   RETURNING campaign_id`;

const MOVE_ON = `
  UPDATE whatsapp_campaign_schedules SET next_action = $4, next_at = $5, window_end = $6
   WHERE campaign_id = $1 AND version = $2 AND next_at = $3
   RETURNING campaign_id`;

/** Schedules of campaigns, with what each does next. */
@Injectable()
export class SchedulesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  async find(scope: DivisionScope, campaignId: string): Promise<CampaignSchedule | undefined> {
    const params: unknown[] = [campaignId];
    const [row] = await this.uow.manager.query<ScheduleRow[]>(
      `${SELECT} WHERE s.campaign_id = $1 AND ${scopeSql(scope, 'c.division_id', params)}`,
      params,
    );
    return row && toSchedule(row);
  }

  async findPage(scope: DivisionScope, page: PageRequest): Promise<Page<CampaignSchedule>> {
    const params: unknown[] = [];
    const inScope = scopeSql(scope, 'c.division_id', params);
    const [{ total }] = await this.uow.manager.query<[{ total: number }]>(
      `SELECT count(*)::int AS total FROM whatsapp_campaign_schedules s
         JOIN messaging_campaigns c ON c.id = s.campaign_id WHERE ${inScope}`,
      params,
    );
    const rows = await this.uow.manager.query<ScheduleRow[]>(
      `${SELECT} WHERE ${inScope} ORDER BY lower(c.name), c.id
        LIMIT $${params.length + 1} OFFSET $${params.length + 2}`,
      [...params, page.pageSize, pageOffset(page)],
    );
    return { ...page, total, entities: rows.map(toSchedule) };
  }

  /** False when there is one already. */
  async insert(campaignId: string, schedule: ScheduleDefinition, step?: ScheduleStep): Promise<boolean> {
    const rows = await this.uow.manager.query<unknown[]>(INSERT, [campaignId, ...toColumns(schedule, step)]);
    return rows.length === 1;
  }

  /** False when the version is no longer the current one. */
  async update(
    { campaignId, version }: { campaignId: string; version: number },
    schedule: ScheduleDefinition,
    step?: ScheduleStep,
  ): Promise<boolean> {
    const params = [campaignId, ...toColumns(schedule, step), version];
    const [rows] = await this.uow.manager.query<[unknown[], number]>(UPDATE, params);
    return rows.length === 1;
  }

  async delete(campaignId: string): Promise<void> {
    await this.uow.manager.query(`DELETE FROM whatsapp_campaign_schedules WHERE campaign_id = $1`, [
      campaignId,
    ]);
  }

  /** Goes from the step that was read to the next one; true for the one process that does. */
  async moveOn({ campaignId, version, step }: CampaignSchedule, next?: ScheduleStep): Promise<boolean> {
    const params = [campaignId, version, step?.at, ...stepColumns(next)];
    const [rows] = await this.uow.manager.query<[unknown[], number]>(MOVE_ON, params);
    return rows.length === 1;
  }

  /** The steps that are due within this time. */
  async findDue(withinMs: number): Promise<{ campaignId: string; at: Date }[]> {
    return this.uow.manager.query(
      `SELECT campaign_id AS "campaignId", next_at AS at FROM whatsapp_campaign_schedules
        WHERE next_at <= now() + $1 * interval '1 millisecond' ORDER BY next_at`,
      [withinMs],
    );
  }
}

function toColumns({ intervals, recurrences, timeZone }: ScheduleDefinition, step?: ScheduleStep): unknown[] {
  return [JSON.stringify(intervals), JSON.stringify(recurrences), timeZone, ...stepColumns(step)];
}

function stepColumns(step?: ScheduleStep): unknown[] {
  return [step?.action ?? null, step?.at ?? null, step?.windowEnd ?? null];
}

function toSchedule({ nextAction, nextAt, windowEnd, ...row }: ScheduleRow): CampaignSchedule {
  const step = nextAction && nextAt && windowEnd ? { action: nextAction, at: nextAt, windowEnd } : undefined;
  return { ...row, step };
}
