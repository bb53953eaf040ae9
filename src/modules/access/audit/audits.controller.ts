import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { mapPage } from '../../../kernel/page.js';
import { type Listing, toListing } from '../../../platform/http/listing.js';
import { RequirePermission } from '../access.decorators.js';
import { AuditRealtimeQueryDto, AuditsQuery } from './audit-query.dto.js';
import { type AuditView, toAuditView } from './audit.view.js';
import { AuditsService } from './audits.service.js';

const AUDITS_PATH = '/api/v2/audits';
const MAX_PAGE_SIZE = 500;

/** Who changed or started what (Genesys Cloud API, audits). */
@ApiTags('Audit')
@ApiBearerAuth()
@Controller('api/v2/audits')
export class AuditsController {
  constructor(private readonly audits: AuditsService) {}

  @Get()
  @RequirePermission('audits:audit:view')
  async list(@Query() query: AuditsQuery): Promise<Listing<AuditView>> {
    const ascending = query.sortOrder?.startsWith('a') ?? false;
    const criteria = { interval: query.interval, filters: query.toFilters(), ascending };
    const page = await this.audits.find(criteria, query.toPage(MAX_PAGE_SIZE));
    return toListing(mapPage(page, toAuditView), AUDITS_PATH);
  }

  /** Answers at once, unlike the vendor's asynchronous query. */
  @Post('query/realtime')
  @HttpCode(200)
  @RequirePermission('audits:audit:view')
  async query(@Body() query: AuditRealtimeQueryDto): Promise<Listing<AuditView>> {
    const { interval, serviceName, filters = [] } = query;
    const service = serviceName ? [{ property: 'ServiceName' as const, value: serviceName }] : [];
    const criteria = { interval, filters: [...filters, ...service], ascending: query.isAscending() };
    const page = await this.audits.find(criteria, query.toPage(MAX_PAGE_SIZE));
    return toListing(mapPage(page, toAuditView), `${AUDITS_PATH}/query/realtime`);
  }
}
