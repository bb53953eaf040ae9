import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { EVERYWHERE } from '../../access/index.js';
import { EventLog, type OutboundEvent } from '../../event-log/index.js';
import { type Automation, AutomaticSwitch } from '../automatic-switch.service.js';
import { decide, type DueDecision, type ScheduleStep } from './schedule-plan.js';
import { ScheduleBell } from './schedule-bell.js';
import { type CampaignSchedule, SchedulesRepository } from './schedules.repository.js';

/** A campaign that is still stopping is started this much later. */
const BUSY_RETRY_MS = 1_000;

/** Does what schedules say, each step exactly once: the process that moves a schedule on does its step with it. */
@Injectable()
export class ScheduleRunner {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly schedules: SchedulesRepository,
    private readonly power: AutomaticSwitch,
    private readonly eventLog: EventLog,
    private readonly bell: ScheduleBell,
  ) {}

  /** Does the step that is due, if one is. Throws 503 when Meta must be asked before a start and can't be. */
  async run(campaignId: string, now = new Date()): Promise<void> {
    const schedule = await this.schedules.find(EVERYWHERE, campaignId);
    if (!schedule?.step) return;
    // The clock that rang is a little ahead of this one; the same moment would not be rung for again.
    if (schedule.step.at > now) return this.bell.ring(campaignId, new Date(schedule.step.at.getTime() + 1));
    const decision = await this.decide(schedule, schedule.step, now);
    if (!decision) return;
    const automation = this.automation(schedule, decision);
    if (decision.doNow === 'start') {
      const { outcome } = await this.power.start(campaignId, automation);
      if (outcome === 'busy') return this.bell.ring(campaignId, new Date(now.getTime() + BUSY_RETRY_MS));
    } else if (decision.doNow === 'stop') {
      await this.power.stop(campaignId, automation);
    } else {
      await this.uow.run(automation.claim);
    }
    if (decision.next) this.bell.ring(campaignId, decision.next.at);
  }

  // The data were checked when they were written; a rule that can't be followed now must not stop the others.
  private async decide(
    schedule: CampaignSchedule,
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
          message: 'The next time of the schedule of "{campaign}" can not be told: {reason}. Save it anew.',
          params: { reason },
        });
      });
      return undefined;
    }
  }

  private automation(schedule: CampaignSchedule, decision: DueDecision): Automation {
    return {
      label: 'its schedule',
      entity: { kind: 'schedule', id: schedule.campaignId, name: schedule.campaignName },
      refusedCode: 'SCHEDULED_CAMPAIGN_INVALID',
      claim: async () => {
        if (!(await this.schedules.moveOn(schedule, decision.next))) return false;
        await this.tell(schedule, decision);
        return true;
      },
    };
  }

  private async tell(schedule: CampaignSchedule, { missed, next }: DueDecision): Promise<void> {
    if (missed > 0) {
      await this.record(schedule, {
        code: 'RECURRING_SCHEDULE_MISSED_OCCURRENCES',
        message:
          'The schedule of "{campaign}" could not be followed {missed} times, because nothing was running.',
        params: { missed },
      });
    }
    if (!next && schedule.recurrences.length > 0) {
      await this.record(schedule, {
        code: 'RECURRING_SCHEDULE_ENDED',
        message: 'The schedule of "{campaign}" has no more times to come.',
      });
    }
  }

  private record(
    { campaignId, campaignName }: CampaignSchedule,
    event: Pick<OutboundEvent, 'code' | 'message' | 'params'>,
  ): Promise<void> {
    return this.eventLog.record({
      ...event,
      params: { campaign: campaignName, ...event.params },
      entity: { kind: 'schedule', id: campaignId, name: campaignName },
      related: { kind: 'messagingCampaign', id: campaignId, name: campaignName },
    });
  }
}
