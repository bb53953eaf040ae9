import { Global, Module } from '@nestjs/common';
import { EventLog } from './event-log.service.js';
import { EventsController } from './events.controller.js';
import { EventsRepository } from './events.repository.js';

/** What people should know of their campaigns, lists and imports; every module above may add to it. */
@Global()
@Module({
  controllers: [EventsController],
  providers: [EventLog, EventsRepository],
  exports: [EventLog, EventsRepository],
})
export class EventLogModule {}
