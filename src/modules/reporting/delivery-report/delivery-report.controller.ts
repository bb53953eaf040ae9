import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, RequirePermission } from '../../access/index.js';
import { toDeliveryCsv } from './delivery-report-csv.js';
import { DeliveryReportView } from './delivery-report.dto.js';
import { DeliveryReports } from './delivery-report.service.js';

const VIEW = 'outbound:whatsAppCampaign:view';

/** What became of a campaign's messages, from the queue to the reading (our own). */
@ApiTags('Messaging campaigns')
@ApiBearerAuth()
@Controller('api/v2/outbound/messagingcampaigns/:messagingCampaignId')
export class DeliveryReportController {
  constructor(private readonly reports: DeliveryReports) {}

  @Get('deliveryreport')
  @RequirePermission(VIEW)
  @ApiOkResponse({ type: DeliveryReportView })
  of(@CurrentCaller() caller: Caller, @Param('messagingCampaignId') id: string): Promise<DeliveryReportView> {
    return this.reports.of(caller.scope(VIEW), id);
  }

  @Get('deliveryreport/csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="delivery-report.csv"')
  @RequirePermission(VIEW)
  @ApiProduces('text/csv')
  @ApiOkResponse({ type: String })
  async csv(@CurrentCaller() caller: Caller, @Param('messagingCampaignId') id: string): Promise<string> {
    return toDeliveryCsv(await this.reports.of(caller.scope(VIEW), id));
  }
}
