import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { EVERYWHERE } from '../../access/index.js';
import { EventLog, type OutboundEvent } from '../../event-log/index.js';
import { AutomaticSequenceSwitch } from '../sequences/automatic-sequence-switch.service.js';
import { type AutomaticStart, type Automation, AutomaticSwitch } from '../automatic-switch.service.js';
import { decide, type DueDecision, type ScheduleStep } from './schedule-plan.js';
import { ScheduleBell } from './schedule-bell.js';
import {
  type AnySchedules,
  SchedulesRepository,
  SequenceSchedulesRepository,
  type StoredSchedule,
} from './schedules.repository.js';

/** A campaign that is still stopping is started this much later. */
const BUSY_RETRY_MS = 1_000;

/** What a schedule needs of whatever it switches. */
interface Power {
  start: (id: string, automation: Automation) => Promise<Pick<AutomaticStart, 'outcome'>>;
  stop: (id: string, automation: Automation) => Promise<boolean>;
}

const EVENT_KINDS = {
  campaign: { schedule: 'schedule', owner: 'messagingCampaign' },
  sequence: { schedule: 'sequenceSchedule', owner: 'sequence' },
} as const;

/** Does what schedules say, each step exactly once: the process that moves a schedule on does its step with it. */
abstract class Runner {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly schedules: AnySchedules,
    private readonly power: Power,
    private readonly eventLog: EventLog,
    private readonly bell: ScheduleBell,
  ) {}

  /** Does the step that is due, if one is. Throws 503 when Meta must be asked before a start and can't be. */
  async run(ownerId: string, now = new Date()): Promise<void> {
    const schedule = await this.schedules.find(EVERYWHERE, ownerId);
    if (!schedule?.step) return;
    const owner = { kind: this.schedules.kind, ownerId };
    // The clock that rang is a little ahead of this one; the same moment would not be rung for again.
    if (schedule.step.at > now) return this.bell.ring(owner, new Date(schedule.step.at.getTime() + 1));
    const decision = await this.decide(schedule, schedule.step, now);
    if (!decision) return;
    const automation = this.automation(schedule, decision);
    if (decision.doNow === 'start') {
      const { outcome } = await this.power.start(ownerId, automation);
      if (outcome === 'busy') return this.bell.ring(owner, new Date(now.getTime() + BUSY_RETRY_MS));
    } else if (decision.doNow === 'stop') {
      await this.power.stop(ownerId, automation);
    } else {
      await this.uow.run(automation.claim);
    }
    if (decision.next) this.bell.ring(owner, decision.next.at);
  }

  // The data were checked when they were written; a rule that can't be followed now must not stop the others.
  private async decide(
    schedule: StoredSchedule,
    step: ScheduleStep,
    now: Date,
  ): Promise<DueDecision | undefined> {
    try {
      return decide(schedule, step, now);
    } catch (error) {
      await this.uow.run(async () => {
        if (!(await this.schedules.moveOn(schedule, undefined))) return;
        const reason = error instanceof Error ? error.message : String(error);
        await this.record(schedule, {
          code: 'RECURRING_SCHEDULE_NEXT_OCCURRENCE_FAILURE',
          message: 'The next time of the schedule of "{owner}" can not be told: {reason}. Save it anew.',
          params: { reason },
        });
      });
      return undefined;
    }
  }

  private automation(schedule: StoredSchedule, decision: DueDecision): Automation {
    return {
      label: 'its schedule',
      entity: {
        kind: EVENT_KINDS[this.schedules.kind].schedule,
        id: schedule.ownerId,
        name: schedule.ownerName,
      },
      refusedCode: 'SCHEDULED_CAMPAIGN_INVALID',
      claim: async () => {
        if (!(await this.schedules.moveOn(schedule, decision.next))) return false;
        await this.tell(schedule, decision);
        return true;
      },
    };
  }

  private async tell(schedule: StoredSchedule, { missed, next }: DueDecision): Promise<void> {
    if (missed > 0) {
      await this.record(schedule, {
        code: 'RECURRING_SCHEDULE_MISSED_OCCURRENCES',
        message:
          'The schedule of "{owner}" could not be followed {missed} times, because nothing was running.',
        params: { missed },
      });
    }
    if (!next && schedule.recurrences.length > 0) {
      await this.record(schedule, {
        code: 'RECURRING_SCHEDULE_ENDED',
        message: 'The schedule of "{owner}" has no more times to come.',
      });
    }
  }

  private record(
    { ownerId: id, ownerName: name }: StoredSchedule,
    event: Pick<OutboundEvent, 'code' | 'message' | 'params'>,
  ): Promise<void> {
    const { schedule, owner } = EVENT_KINDS[this.schedules.kind];
    return this.eventLog.record({
      ...event,
      params: { owner: name, ...event.params },
      entity: { kind: schedule, id, name },
      related: { kind: owner, id, name },
    });
  }
}

/** Follows the schedules of campaigns. */
@Injectable()
export class ScheduleRunner extends Runner {
  constructor(
    uow: UnitOfWork,
    schedules: SchedulesRepository,
    power: AutomaticSwitch,
    eventLog: EventLog,
    bell: ScheduleBell,
  ) {
    super(uow, schedules, power, eventLog, bell);
  }
}

/** Follows the schedules of sequences. */
@Injectable()
export class SequenceScheduleRunner extends Runner {
  constructor(
    uow: UnitOfWork,
    schedules: SequenceSchedulesRepository,
    power: AutomaticSequenceSwitch,
    eventLog: EventLog,
    bell: ScheduleBell,
  ) {
    super(uow, schedules, power, eventLog, bell);
  }
}
