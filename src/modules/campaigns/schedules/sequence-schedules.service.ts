import { Injectable } from '@nestjs/common';
import { reasonsError } from '../../../platform/errors/api-error.js';
import type { DivisionScope } from '../../access/index.js';
import { SequencesService } from '../sequences/sequences.service.js';
import type { SequenceScheduleDto } from './schedule.dto.js';
import { scheduleNotFound, ScheduleWriter } from './schedule-writer.js';
import { SequenceSchedulesRepository, type StoredSchedule } from './schedules.repository.js';

const AUDITED_AS = 'outbound:campaignSequenceSchedule';
// There are no more sequences than that.
const ALL = { pageNumber: 1, pageSize: 1_000 };

/** When sequences run by themselves (Genesys Cloud API, schedules of sequences). */
@Injectable()
export class SequenceSchedulesService {
  constructor(
    private readonly schedules: SequenceSchedulesRepository,
    private readonly sequences: SequencesService,
    private readonly writer: ScheduleWriter,
  ) {}

  async list(scope: DivisionScope): Promise<StoredSchedule[]> {
    return (await this.schedules.findPage(scope, ALL)).entities;
  }

  /** The schedule of a sequence within the scope. Throws 404. */
  async get(scope: DivisionScope, sequenceId: string): Promise<StoredSchedule> {
    const schedule = await this.schedules.find(scope, sequenceId);
    if (!schedule) throw scheduleNotFound('sequence', sequenceId);
    return schedule;
  }

  /**
   * Makes or replaces the schedule of a sequence; a window that has begun switches the sequence on at once.
   * Throws 404 `campaign.sequence.not.found`, 400 `invalid.update`, 400 `invalid.interval.time` with all reasons, 409
   * for a version that is not the newest.
   */
  async put(scope: DivisionScope, sequenceId: string, dto: SequenceScheduleDto): Promise<StoredSchedule> {
    const sequence = await this.sequences.get(scope, sequenceId);
    if (dto.sequence && dto.sequence.id !== sequenceId) {
      const message =
        'The sequence of the schedule is another one than that of the path; leave it out or repeat it.';
      throw reasonsError([{ code: 'invalid.update', field: 'sequence', message }]);
    }
    return this.writer.put(this.schedules, sequence, dto, AUDITED_AS);
  }

  /** Deletes a schedule; a sequence that is on goes on. Throws 404. */
  async delete(scope: DivisionScope, sequenceId: string): Promise<void> {
    await this.writer.delete(this.schedules, await this.get(scope, sequenceId), AUDITED_AS);
  }
}
