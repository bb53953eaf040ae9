import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CampaignsModule } from '../campaigns/index.js';
import { DispatchModule } from '../dispatch/index.js';
import { ExportsModule } from '../exports/index.js';
import { AggregatesController } from './aggregates/aggregates.controller.js';
import { AggregatesRepository } from './aggregates/aggregates.repository.js';
import { AggregatesService } from './aggregates/aggregates.service.js';
import { ConversationsController } from './conversations/conversations.controller.js';
import { ConversationsRepository } from './conversations/conversations.repository.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { DeliveryReportController } from './delivery-report/delivery-report.controller.js';
import { DeliveryReports } from './delivery-report/delivery-report.service.js';
import { ReportExportSource } from './exports/report-export.source.js';
import { ReportExportsController } from './exports/report-exports.controller.js';
import { ReportExports } from './exports/report-exports.service.js';
import { InteractionMonths } from './interactions/interaction-months.js';
import { InteractionOutlets } from './interactions/interaction-outlets.js';
import { InteractionProjector } from './interactions/interaction-projector.js';
import { AnalyticsJobsRepository } from './jobs/analytics-jobs.repository.js';
import { AnalyticsJobs } from './jobs/analytics-jobs.service.js';
import { DetailsJobsController } from './jobs/details-jobs.controller.js';
import { MetricsController } from './metrics/metrics.controller.js';
import { Metrics } from './metrics/metrics.service.js';
import { ProgressController } from './progress/progress.controller.js';
import { ProgressService } from './progress/progress.service.js';

const interactions = [InteractionMonths, InteractionOutlets, InteractionProjector];

/** What became of the messages and how far the campaigns are. */
@Module({
  imports: [DiscoveryModule, CampaignsModule, DispatchModule, ExportsModule],
  controllers: [
    DeliveryReportController,
    AggregatesController,
    DetailsJobsController,
    ConversationsController,
    ProgressController,
    MetricsController,
    ReportExportsController,
  ],
  providers: [
    DeliveryReports,
    ...interactions,
    AggregatesRepository,
    AggregatesService,
    AnalyticsJobs,
    AnalyticsJobsRepository,
    ConversationsRepository,
    ConversationsService,
    Metrics,
    ProgressService,
    ReportExports,
    ReportExportSource,
  ],
  exports: [...interactions, AnalyticsJobsRepository, ProgressService, ReportExports],
})
export class ReportingModule {}
