import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import type { Caller, DivisionScope } from '../../access/index.js';
import { campaignNotFound } from '../campaign.errors.js';
import { CampaignsRepository } from '../campaigns.repository.js';
import type { ScheduleDto } from './schedule.dto.js';
import { SchedulesRepository, type StoredSchedule } from './schedules.repository.js';
import { scheduleNotFound, ScheduleWriter } from './schedule-writer.js';

const AUDITED_AS = 'outbound:whatsAppCampaignSchedule';

/** When campaigns run by themselves (Genesys Cloud API, schedules of WhatsApp campaigns). */
@Injectable()
export class SchedulesService {
  constructor(
    private readonly schedules: SchedulesRepository,
    private readonly campaigns: CampaignsRepository,
    private readonly writer: ScheduleWriter,
  ) {}

  list(scope: DivisionScope, page: PageRequest): Promise<Page<StoredSchedule>> {
    return this.schedules.findPage(scope, page);
  }

  /** The schedule of a campaign within the scope. Throws 404. */
  async get(scope: DivisionScope, campaignId: string): Promise<StoredSchedule> {
    const schedule = await this.schedules.find(scope, campaignId);
    if (!schedule) throw scheduleNotFound('campaign', campaignId);
    return schedule;
  }

  /**
   * Makes or replaces the schedule of a campaign; a window that has begun starts the campaign at once.
   * Throws 404 `campaign.not.found`, 400 `invalid.update`, 400 `invalid.interval.time` with all reasons, 409 for a
   * version that is not the newest.
   */
  async put(caller: Caller, campaignId: string, dto: ScheduleDto): Promise<StoredSchedule> {
    const scope = caller.scope(
      'outbound:whatsAppCampaignSchedule:edit',
      'outbound:whatsAppCampaign:editSchedule',
    );
    const campaign = await this.campaigns.findOne(scope, campaignId);
    if (!campaign) throw campaignNotFound(campaignId);
    if (dto.whatsAppCampaign && dto.whatsAppCampaign.id !== campaignId) throw otherCampaign();
    return this.writer.put(this.schedules, campaign, dto, AUDITED_AS);
  }

  /** Deletes a schedule; a campaign that runs goes on. Throws 404. */
  async delete(scope: DivisionScope, campaignId: string): Promise<void> {
    const schedule = await this.get(scope, campaignId);
    await this.writer.delete(this.schedules, schedule, AUDITED_AS);
  }
}

function otherCampaign(): ApiError {
  const message =
    'The campaign of the schedule is another one than that of the path; leave it out or repeat it.';
  return reasonsError([{ code: 'invalid.update', field: 'whatsAppCampaign', message }]);
}
