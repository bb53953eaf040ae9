import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  ParseUUIDPipe,
  Post,
  Put,
  Query,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { NamedListQuery } from '../../../platform/http/named-list-query.js';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { WebhookDto, WEBHOOKS_PATH, WebhookSecretView, WebhookView } from './webhook.dto.js';
import { WebhooksService } from './webhooks.service.js';

/** Addresses of others that are told what becomes of messages. An interface of our own. */
@ApiTags('Outgoing webhooks')
@ApiBearerAuth()
@Controller('api/v2/outbound/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Get()
  @RequirePermission('outbound:webhook:view')
  async list(@CurrentCaller() caller: Caller, @Query() query: NamedListQuery): Promise<Listing<WebhookView>> {
    const scope = caller.scope('outbound:webhook:view');
    return toListing(await this.webhooks.list(scope, query.toFilter(), query.toPage()), WEBHOOKS_PATH);
  }

  @Post()
  @HttpCode(200)
  @RequirePermission('outbound:webhook:add')
  @ApiOkResponse({ type: WebhookSecretView })
  create(@CurrentCaller() caller: Caller, @Body() dto: WebhookDto): Promise<WebhookSecretView> {
    return this.webhooks.create(caller, dto);
  }

  @Get(':webhookId')
  @RequirePermission('outbound:webhook:view')
  @ApiOkResponse({ type: WebhookView })
  get(@CurrentCaller() caller: Caller, @Param('webhookId', ParseUUIDPipe) id: string): Promise<WebhookView> {
    return this.webhooks.get(caller.scope('outbound:webhook:view'), id);
  }

  @Put(':webhookId')
  @RequirePermission('outbound:webhook:edit')
  @ApiOkResponse({ type: WebhookView })
  update(
    @CurrentCaller() caller: Caller,
    @Param('webhookId', ParseUUIDPipe) id: string,
    @Body() dto: WebhookDto,
  ): Promise<WebhookView> {
    return this.webhooks.update(caller, id, dto);
  }

  @Delete(':webhookId')
  @HttpCode(204)
  @RequirePermission('outbound:webhook:delete')
  delete(@CurrentCaller() caller: Caller, @Param('webhookId', ParseUUIDPipe) id: string): Promise<void> {
    return this.webhooks.delete(caller.scope('outbound:webhook:delete'), id);
  }

  @Post(':webhookId/secret')
  @HttpCode(200)
  @RequirePermission('outbound:webhook:edit')
  @ApiOkResponse({ type: WebhookSecretView })
  rotateSecret(
    @CurrentCaller() caller: Caller,
    @Param('webhookId', ParseUUIDPipe) id: string,
  ): Promise<WebhookSecretView> {
    return this.webhooks.rotateSecret(caller.scope('outbound:webhook:edit'), id);
  }
}
