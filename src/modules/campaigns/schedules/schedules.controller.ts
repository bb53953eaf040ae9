import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Put, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { mapPage } from '../../../kernel/page.js';
import { type Listing, PageQuery, toListing } from '../../../platform/http/listing.js';
import {
  Caller,
  CurrentCaller,
  DivisionsService,
  type Permission,
  RequirePermission,
} from '../../access/index.js';
import { ScheduleDto } from './schedule.dto.js';
import { SCHEDULES_PATH, ScheduleView, toScheduleView } from './schedule.view.js';
import type { StoredSchedule } from './schedules.repository.js';
import { SchedulesService } from './schedules.service.js';

const VIEW = ['outbound:whatsAppCampaignSchedule:view', 'outbound:whatsAppCampaign:viewSchedule'] as const;
const EDIT = ['outbound:whatsAppCampaignSchedule:edit', 'outbound:whatsAppCampaign:editSchedule'] as const;
const DELETE = [
  'outbound:whatsAppCampaignSchedule:delete',
  'outbound:whatsAppCampaign:deleteSchedule',
] as const satisfies Permission[];

/** When campaigns run by themselves (Genesys Cloud API, schedules of WhatsApp campaigns). */
@ApiTags('Schedules')
@ApiBearerAuth()
@Controller('api/v2/outbound/schedules/whatsappcampaigns')
export class SchedulesController {
  constructor(
    private readonly schedules: SchedulesService,
    private readonly divisions: DivisionsService,
  ) {}

  @Get()
  @RequirePermission(...VIEW)
  async list(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Listing<ScheduleView>> {
    const page = await this.schedules.list(caller.scope(...VIEW), query.toPage());
    const views = await this.toViews(page.entities);
    return toListing(
      mapPage(page, (schedule) => views.get(schedule.ownerId)!),
      SCHEDULES_PATH,
    );
  }

  @Get(':whatsAppCampaignId')
  @RequirePermission(...VIEW)
  @ApiOkResponse({ type: ScheduleView })
  async get(
    @CurrentCaller() caller: Caller,
    @Param('whatsAppCampaignId', ParseUUIDPipe) campaignId: string,
  ): Promise<ScheduleView> {
    return this.toView(await this.schedules.get(caller.scope(...VIEW), campaignId));
  }

  @Put(':whatsAppCampaignId')
  @RequirePermission(...EDIT)
  @ApiOkResponse({ type: ScheduleView })
  async put(
    @CurrentCaller() caller: Caller,
    @Param('whatsAppCampaignId', ParseUUIDPipe) campaignId: string,
    @Body() dto: ScheduleDto,
  ): Promise<ScheduleView> {
    return this.toView(await this.schedules.put(caller, campaignId, dto));
  }

  @Delete(':whatsAppCampaignId')
  @HttpCode(200)
  @RequirePermission(...DELETE)
  delete(
    @CurrentCaller() caller: Caller,
    @Param('whatsAppCampaignId', ParseUUIDPipe) campaignId: string,
  ): Promise<void> {
    return this.schedules.delete(caller.scope(...DELETE), campaignId);
  }

  private async toView(schedule: StoredSchedule): Promise<ScheduleView> {
    return (await this.toViews([schedule])).get(schedule.ownerId)!;
  }

  private async toViews(schedules: StoredSchedule[]): Promise<Map<string, ScheduleView>> {
    const divisions = await this.divisions.refs(schedules.map(({ divisionId }) => divisionId!));
    return new Map(
      schedules.map((schedule) => [
        schedule.ownerId,
        toScheduleView(schedule, divisions.get(schedule.divisionId!)!),
      ]),
    );
  }
}
