import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import { Caller, CurrentCaller, type Permission, RequirePermission } from '../../access/index.js';
import {
  DetailsJobDto,
  DetailsJobResultView,
  JobAvailabilityView,
  JobCreatedView,
  JobCursorQuery,
  JobStatusView,
} from './analytics-job.dto.js';
import { AnalyticsJobs } from './analytics-jobs.service.js';

const VIEW = [
  'analytics:conversationDetail:view',
  'analytics:agentConversationDetail:view',
] as const satisfies Permission[];

/** Conversation details by cursor, for any number of them (Genesys Cloud API, conversation details jobs). */
@ApiTags('Analytics')
@ApiBearerAuth()
@Controller('api/v2/analytics/conversations/details/jobs')
export class DetailsJobsController {
  constructor(private readonly jobs: AnalyticsJobs) {}

  @Post()
  @HttpCode(202)
  @RequirePermission(...VIEW)
  @ApiAcceptedResponse({ type: JobCreatedView })
  submit(@Body() query: DetailsJobDto): Promise<JobCreatedView> {
    return this.jobs.submit('details', query);
  }

  @Get('availability')
  @RequirePermission(...VIEW)
  @ApiOkResponse({ type: JobAvailabilityView })
  async availability(): Promise<JobAvailabilityView> {
    return { dataAvailabilityDate: await this.jobs.availableUntil() };
  }

  @Get(':jobId')
  @RequirePermission(...VIEW)
  @ApiOkResponse({ type: JobStatusView })
  status(@Param('jobId') id: string): Promise<JobStatusView> {
    return this.jobs.status('details', id);
  }

  @Delete(':jobId')
  @HttpCode(204)
  @RequirePermission(...VIEW)
  @ApiNoContentResponse()
  delete(@Param('jobId') id: string): Promise<void> {
    return this.jobs.delete('details', id);
  }

  @Get(':jobId/results')
  @RequirePermission(...VIEW)
  @ApiOkResponse({ type: DetailsJobResultView })
  results(
    @CurrentCaller() caller: Caller,
    @Param('jobId') id: string,
    @Query() page: JobCursorQuery,
  ): Promise<DetailsJobResultView> {
    return this.jobs.detailsResults(caller.scope(...VIEW), id, page);
  }
}
