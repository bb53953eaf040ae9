import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { mapPage } from '../../kernel/page.js';
import { ApiError } from '../../platform/errors/api-error.js';
import { type Listing, toListing } from '../../platform/http/listing.js';
import { RequirePermission } from '../access/index.js';
import { EVENTS_PATH, type EventView, toEventView } from './event.view.js';
import { EventsQuery } from './event-query.dto.js';
import { EventsRepository } from './events.repository.js';

/** What happened to campaigns, lists and imports (Genesys Cloud API, event log). */
@ApiTags('Outbound')
@ApiBearerAuth()
@Controller('api/v2/outbound/events')
export class EventsController {
  constructor(private readonly events: EventsRepository) {}

  @Get()
  @RequirePermission('outbound:eventLog:view')
  async list(@Query() query: EventsQuery): Promise<Listing<EventView>> {
    const page = await this.events.findPage(query.toCriteria(), query.toPage());
    return toListing(mapPage(page, toEventView), EVENTS_PATH);
  }

  @Get(':eventId')
  @RequirePermission('outbound:eventLog:view')
  async get(@Param('eventId', ParseUUIDPipe) id: string): Promise<EventView> {
    const row = await this.events.find(id);
    if (row) return toEventView(row);
    throw new ApiError('not-found', 'not.found', 'There is no event {id}; old ones are deleted.', {
      params: { id },
    });
  }
}
