import { Module } from '@nestjs/common';
import { LibrariesController } from './libraries/libraries.controller.js';
import { LibrariesService } from './libraries/libraries.service.js';
import { LibraryViewsController } from './libraries/library-views.controller.js';
import { ResponseViewsController } from './responses/response-views.controller.js';
import { ResponsesController } from './responses/responses.controller.js';
import { ResponsesRepository } from './responses/responses.repository.js';
import { ResponsesService } from './responses/responses.service.js';
import { SyncedResponses } from './synced/synced-responses.js';
import { TemplatesRegistration } from './templates.registration.js';
import { TemplatesService } from './templates.service.js';

/** Response libraries and responses: the templates of WhatsApp campaigns. */
@Module({
  controllers: [LibraryViewsController, LibrariesController, ResponseViewsController, ResponsesController],
  providers: [
    LibrariesService,
    ResponsesRepository,
    ResponsesService,
    SyncedResponses,
    TemplatesRegistration,
    TemplatesService,
  ],
  exports: [SyncedResponses, TemplatesService],
})
export class TemplatesModule {}
