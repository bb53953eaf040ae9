import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { SequenceScheduleDto } from './schedule.dto.js';
import { SequenceScheduleView, toSequenceScheduleView } from './schedule.view.js';
import { SequenceSchedulesService } from './sequence-schedules.service.js';

const VIEW = 'outbound:campaignSequenceSchedule:view';
const EDIT = 'outbound:campaignSequenceSchedule:edit';
const DELETE = 'outbound:campaignSequenceSchedule:delete';

/** When sequences run by themselves (Genesys Cloud API, schedules of sequences). */
@ApiTags('Schedules')
@ApiBearerAuth()
@Controller('api/v2/outbound/schedules/sequences')
export class SequenceSchedulesController {
  constructor(private readonly schedules: SequenceSchedulesService) {}

  /** All of them, without pages, as the API has it. */
  @Get()
  @RequirePermission(VIEW)
  @ApiOkResponse({ type: [SequenceScheduleView] })
  async list(@CurrentCaller() caller: Caller): Promise<SequenceScheduleView[]> {
    const schedules = await this.schedules.list(caller.scope(VIEW));
    return schedules.map((schedule) => toSequenceScheduleView(schedule));
  }

  @Get(':sequenceId')
  @RequirePermission(VIEW)
  @ApiOkResponse({ type: SequenceScheduleView })
  async get(
    @CurrentCaller() caller: Caller,
    @Param('sequenceId', ParseUUIDPipe) id: string,
  ): Promise<SequenceScheduleView> {
    return toSequenceScheduleView(await this.schedules.get(caller.scope(VIEW), id));
  }

  @Put(':sequenceId')
  @RequirePermission(EDIT)
  @ApiOkResponse({ type: SequenceScheduleView })
  async put(
    @CurrentCaller() caller: Caller,
    @Param('sequenceId', ParseUUIDPipe) id: string,
    @Body() dto: SequenceScheduleDto,
  ): Promise<SequenceScheduleView> {
    return toSequenceScheduleView(await this.schedules.put(caller.scope(EDIT), id, dto));
  }

  @Delete(':sequenceId')
  @HttpCode(200)
  @RequirePermission(DELETE)
  delete(@CurrentCaller() caller: Caller, @Param('sequenceId', ParseUUIDPipe) id: string): Promise<void> {
    return this.schedules.delete(caller.scope(DELETE), id);
  }
}
