import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { type Listing, PageQuery, toListing } from '../../../platform/http/listing.js';
import { Caller, CurrentCaller, RequireAllPermissions, RequirePermission } from '../../access/index.js';
import { ReportExportDto } from './report-export.dto.js';
import { REPORT_METADATA, ReportExportView } from './report-export.view.js';
import { ReportExports } from './report-exports.service.js';

const PATH = '/api/v2/analytics/reporting/exports';

/** Files of interactions (Genesys Cloud API, reporting exports). */
@ApiTags('Analytics')
@ApiBearerAuth()
@Controller('api/v2/analytics/reporting/exports')
export class ReportExportsController {
  constructor(private readonly exports: ReportExports) {}

  /** Begins an export of the interactions in the divisions in which the caller may see them. */
  @Post()
  @HttpCode(200)
  @RequireAllPermissions('analytics:dataExport:add', 'analytics:conversationDetail:view')
  @ApiOkResponse({ type: ReportExportView })
  start(@CurrentCaller() caller: Caller, @Body() request: ReportExportDto): Promise<ReportExportView> {
    return this.exports.start(caller, request);
  }

  /** The caller's own exports, the newest first. */
  @Get()
  @RequirePermission('analytics:dataExport:view')
  async list(@CurrentCaller() caller: Caller, @Query() page: PageQuery): Promise<Listing<ReportExportView>> {
    return toListing(await this.exports.list(caller, page.toPage()), PATH);
  }

  /** What can be exported, by which columns and filters. */
  @Get('metadata')
  @RequirePermission('analytics:dataExport:view')
  metadata(): Listing<typeof REPORT_METADATA> {
    const entities = [REPORT_METADATA];
    return toListing({ entities, pageNumber: 1, pageSize: 25, total: entities.length }, `${PATH}/metadata`);
  }
}
