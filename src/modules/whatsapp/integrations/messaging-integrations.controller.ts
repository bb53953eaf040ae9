import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { RequirePermission } from '../../access/index.js';
import { IntegrationListQuery, type MessagingIntegrationView } from './integration.dto.js';
import { IntegrationPresenter } from './integration-presenter.js';
import { MESSAGING_INTEGRATIONS_PATH } from './integration.view.js';
import { IntegrationsService } from './integrations.service.js';

/** Integrations of all messengers; here there is WhatsApp only (Genesys Cloud API, messaging integrations). */
@ApiTags('Conversations')
@ApiBearerAuth()
@Controller('api/v2/conversations/messaging/integrations')
export class MessagingIntegrationsController {
  constructor(
    private readonly integrations: IntegrationsService,
    private readonly presenter: IntegrationPresenter,
  ) {}

  @Get()
  @RequirePermission('messaging:integration:view')
  async list(@Query() query: IntegrationListQuery): Promise<Listing<MessagingIntegrationView>> {
    const page = await this.integrations.list(query.toPage(), query.toFilter());
    return toListing(await this.presenter.presentMixedPage(page, query.expand), MESSAGING_INTEGRATIONS_PATH);
  }
}
