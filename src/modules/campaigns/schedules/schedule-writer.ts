import { Injectable } from '@nestjs/common';
import { requireNewest, wrongVersion } from '../../../platform/database/optimistic-lock.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { AuditTrail, EVERYWHERE } from '../../access/index.js';
import { ScheduleBell } from './schedule-bell.js';
import { firstStep } from './schedule-plan.js';
import { explainSchedule } from './schedule-rules.js';
import { type ScheduleDto, toScheduleDefinition } from './schedule.dto.js';
import type { AnySchedules, StoredSchedule } from './schedules.repository.js';

type AuditedEntity = Parameters<AuditTrail['record']>[0]['entity'];

/** Writes schedules, of whatever owners, and rings for their first steps. */
@Injectable()
export class ScheduleWriter {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly bell: ScheduleBell,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Makes or replaces the schedule of an owner; a window that has begun switches it on at once.
   * Throws 400 `invalid.interval.time` with all reasons, 409 for a version that is not the newest.
   */
  async put(
    schedules: AnySchedules,
    owner: { id: string; name: string },
    dto: Pick<ScheduleDto, 'intervals' | 'recurrences' | 'timeZone' | 'version'>,
    auditedAs: AuditedEntity,
  ): Promise<StoredSchedule> {
    const definition = toScheduleDefinition(dto);
    const reasons = explainSchedule(definition);
    if (reasons.length > 0) throw reasonsError(reasons);
    const { id: ownerId, name } = owner;
    const { kind } = schedules;
    return this.uow.run(async () => {
      const before = await schedules.find(EVERYWHERE, ownerId);
      const step = firstStep(definition, new Date());
      if (before) {
        const known = { id: ownerId, name, version: before.version };
        const version = requireNewest(known, dto.version);
        if (!(await schedules.update({ ownerId, version }, definition, step))) {
          throw wrongVersion({ ...known, version: version + 1 }, version);
        }
      } else if (!(await schedules.insert(ownerId, definition, step))) {
        throw wrongVersion({ id: ownerId, name, version: 1 }, dto.version ?? 0);
      }
      const after = await schedules.find(EVERYWHERE, ownerId);
      if (!after) throw scheduleNotFound(kind, ownerId);
      await this.audited(before ? 'Update' : 'Create', auditedAs, { before, after });
      if (step) await this.uow.afterCommit(() => this.bell.ring({ kind, ownerId }, step.at));
      return after;
    });
  }

  /** Deletes a schedule; what is on stays on. */
  async delete(schedules: AnySchedules, before: StoredSchedule, auditedAs: AuditedEntity): Promise<void> {
    await this.uow.run(async () => {
      await schedules.delete(before.ownerId);
      await this.audited('Delete', auditedAs, { before });
    });
  }

  private async audited(
    action: string,
    entity: AuditedEntity,
    { before, after }: { before?: StoredSchedule; after?: StoredSchedule },
  ): Promise<void> {
    const { ownerId: id, ownerName: name } = (after ?? before)!;
    await this.audit.record({ action, entity, id, name, before, after });
  }
}

export function scheduleNotFound(kind: string, id: string): ApiError {
  const message = 'There is no schedule for a {kind} with the id {id}.';
  return new ApiError('not-found', 'not.found', message, { params: { kind, id } });
}
