import { Module } from '@nestjs/common';
import { InteractionKeeper, InteractionRetention } from './interactions/interaction-upkeep.js';
import { ReportingModule } from './reporting.module.js';

/** What worker processes do for reports: keep the interactions up to date and no longer than asked. */
@Module({
  imports: [ReportingModule],
  providers: [InteractionKeeper, InteractionRetention],
})
export class ReportingWorkerModule {}
