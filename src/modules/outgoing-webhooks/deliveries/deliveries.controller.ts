import { Controller, Get, HttpCode, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { WEBHOOKS_PATH } from '../webhooks/webhook.dto.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveriesQuery, DeliveryDetailView, DeliveryView } from './delivery.dto.js';

/** What was sent to outgoing webhooks, and how it went. */
@ApiTags('Outgoing webhooks')
@ApiBearerAuth()
@Controller('api/v2/outbound/webhooks/:webhookId')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesService) {}

  @Post('test')
  @HttpCode(200)
  @RequirePermission('outbound:webhook:edit')
  @ApiOkResponse({ type: DeliveryView })
  test(
    @CurrentCaller() caller: Caller,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
  ): Promise<DeliveryView> {
    return this.deliveries.test(caller.scope('outbound:webhook:edit'), webhookId);
  }

  @Get('deliveries')
  @RequirePermission('outbound:webhook:view')
  async list(
    @CurrentCaller() caller: Caller,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Query() query: DeliveriesQuery,
  ): Promise<Listing<DeliveryView>> {
    const scope = caller.scope('outbound:webhook:view');
    const page = await this.deliveries.list(scope, webhookId, query.state, query.toPage());
    return toListing(page, `${WEBHOOKS_PATH}/${webhookId}/deliveries`);
  }

  /** With the telephone numbers that are in its body. */
  @Get('deliveries/:deliveryId')
  @RequirePermission('outbound:webhook:edit')
  @ApiOkResponse({ type: DeliveryDetailView })
  get(
    @CurrentCaller() caller: Caller,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Param('deliveryId', ParseUUIDPipe) id: string,
  ): Promise<DeliveryDetailView> {
    return this.deliveries.get(caller.scope('outbound:webhook:edit'), webhookId, id);
  }

  @Post('deliveries/:deliveryId/redeliver')
  @HttpCode(202)
  @RequirePermission('outbound:webhook:edit')
  @ApiOkResponse({ type: DeliveryView })
  redeliver(
    @CurrentCaller() caller: Caller,
    @Param('webhookId', ParseUUIDPipe) webhookId: string,
    @Param('deliveryId', ParseUUIDPipe) id: string,
  ): Promise<DeliveryView> {
    return this.deliveries.redeliver(caller.scope('outbound:webhook:edit'), webhookId, id);
  }
}
