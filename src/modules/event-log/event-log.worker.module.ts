import { Module } from '@nestjs/common';
import { EventLogModule } from './event-log.module.js';
import { EventLogSweeper } from './event-log.sweeper.js';

/** What worker processes do for the event log: forget what is old. */
@Module({ imports: [EventLogModule], providers: [EventLogSweeper] })
export class EventLogWorkerModule {}
