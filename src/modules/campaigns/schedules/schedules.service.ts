import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { requireNewest, wrongVersion } from '../../../platform/database/optimistic-lock.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { AuditTrail, type Caller, type DivisionScope, EVERYWHERE } from '../../access/index.js';
import { campaignNotFound } from '../campaign.errors.js';
import { CampaignsRepository } from '../campaigns.repository.js';
import { firstStep } from './schedule-plan.js';
import { explainSchedule } from './schedule-rules.js';
import { ScheduleBell } from './schedule-bell.js';
import { type ScheduleDto, toScheduleDefinition } from './schedule.dto.js';
import { type CampaignSchedule, SchedulesRepository } from './schedules.repository.js';

/** When campaigns run by themselves (Genesys Cloud API, schedules of WhatsApp campaigns). */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly schedules: SchedulesRepository,
    private readonly campaigns: CampaignsRepository,
    private readonly bell: ScheduleBell,
    private readonly audit: AuditTrail,
  ) {}

  list(scope: DivisionScope, page: PageRequest): Promise<Page<CampaignSchedule>> {
    return this.schedules.findPage(scope, page);
  }

  /** The schedule of a campaign within the scope. Throws 404. */
  async get(scope: DivisionScope, campaignId: string): Promise<CampaignSchedule> {
    const schedule = await this.schedules.find(scope, campaignId);
    if (!schedule) throw scheduleNotFound(campaignId);
    return schedule;
  }

  /**
   * Makes or replaces the schedule of a campaign; a window that has begun starts the campaign at once.
   * Throws 404 `campaign.not.found`, 400 `invalid.update`, 400 `invalid.interval.time` with all reasons, 409 for a
   * version that is not the newest.
   */
  async put(caller: Caller, campaignId: string, dto: ScheduleDto): Promise<CampaignSchedule> {
    const scope = caller.scope(
      'outbound:whatsAppCampaignSchedule:edit',
      'outbound:whatsAppCampaign:editSchedule',
    );
    const campaign = await this.campaigns.findOne(scope, campaignId);
    if (!campaign) throw campaignNotFound(campaignId);
    if (dto.whatsAppCampaign && dto.whatsAppCampaign.id !== campaignId) throw otherCampaign();
    const definition = toScheduleDefinition(dto);
    const reasons = explainSchedule(definition);
    if (reasons.length > 0) throw reasonsError(reasons);
    return this.uow.run(async () => {
      const before = await this.schedules.find(EVERYWHERE, campaignId);
      const step = firstStep(definition, new Date());
      if (before) {
        const known = { id: campaignId, name: campaign.name, version: before.version };
        const version = requireNewest(known, dto.version);
        if (!(await this.schedules.update({ campaignId, version }, definition, step))) {
          throw wrongVersion({ ...known, version: version + 1 }, version);
        }
      } else if (!(await this.schedules.insert(campaignId, definition, step))) {
        throw wrongVersion({ id: campaignId, name: campaign.name, version: 1 }, dto.version ?? 0);
      }
      const after = await this.get(EVERYWHERE, campaignId);
      await this.audited(before ? 'Update' : 'Create', before, after);
      if (step) await this.uow.afterCommit(() => this.bell.ring(campaignId, step.at));
      return after;
    });
  }

  /** Deletes a schedule; a campaign that runs goes on. Throws 404. */
  async delete(scope: DivisionScope, campaignId: string): Promise<void> {
    const schedule = await this.get(scope, campaignId);
    await this.uow.run(async () => {
      await this.schedules.delete(campaignId);
      await this.audited('Delete', schedule, undefined);
    });
  }

  private async audited(action: string, before?: CampaignSchedule, after?: CampaignSchedule): Promise<void> {
    const { campaignId: id, campaignName: name } = (after ?? before)!;
    await this.audit.record({ action, entity: 'outbound:whatsAppCampaignSchedule', id, name, before, after });
  }
}

function scheduleNotFound(campaignId: string): ApiError {
  return new ApiError('not-found', 'not.found', 'There is no schedule for a campaign with the id {id}.', {
    params: { id: campaignId },
  });
}

function otherCampaign(): ApiError {
  const message =
    'The campaign of the schedule is another one than that of the path; leave it out or repeat it.';
  return reasonsError([{ code: 'invalid.update', field: 'whatsAppCampaign', message }]);
}
