import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { AnalyticsJobs } from '../jobs/analytics-jobs.service.js';
import { JobCursorQuery, JobCreatedView, JobStatusView } from '../jobs/analytics-job.dto.js';
import {
  AggregateJobResultView,
  AggregateQueryDto,
  AggregateResultView,
  AsyncAggregateQueryDto,
} from './aggregate-query.dto.js';
import { AggregatesService } from './aggregates.service.js';

const VIEW = 'analytics:conversationAggregate:view';

/** Sums over messages, at once or page by page (Genesys Cloud API, conversation aggregates). */
@ApiTags('Analytics')
@ApiBearerAuth()
@Controller('api/v2/analytics/conversations/aggregates')
export class AggregatesController {
  constructor(
    private readonly aggregates: AggregatesService,
    private readonly jobs: AnalyticsJobs,
  ) {}

  @Post('query')
  @HttpCode(200)
  @RequirePermission(VIEW)
  @ApiOkResponse({ type: AggregateResultView })
  query(@CurrentCaller() caller: Caller, @Body() query: AggregateQueryDto): Promise<AggregateResultView> {
    return this.aggregates.query(caller.scope(VIEW), query);
  }

  @Post('jobs')
  @HttpCode(202)
  @RequirePermission(VIEW)
  @ApiAcceptedResponse({ type: JobCreatedView })
  submit(@Body() query: AsyncAggregateQueryDto): Promise<JobCreatedView> {
    return this.jobs.submit('aggregates', query);
  }

  @Get('jobs/:jobId')
  @RequirePermission(VIEW)
  @ApiOkResponse({ type: JobStatusView })
  status(@Param('jobId') id: string): Promise<JobStatusView> {
    return this.jobs.status('aggregates', id);
  }

  @Get('jobs/:jobId/results')
  @RequirePermission(VIEW)
  @ApiOkResponse({ type: AggregateJobResultView })
  results(
    @CurrentCaller() caller: Caller,
    @Param('jobId') id: string,
    @Query() { cursor }: JobCursorQuery,
  ): Promise<AggregateJobResultView> {
    return this.jobs.aggregateResults(caller.scope(VIEW), id, cursor);
  }
}
