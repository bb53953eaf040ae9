import { Controller, Get, Header, Param, ParseUUIDPipe, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { Caller, CurrentCaller, type DivisionScope, RequirePermission } from '../../access/index.js';
import type { ImportKind } from '../import-target.js';
import { ImportTargets } from '../import-targets.js';
import { ImportRunsRepository, KEPT_REJECTIONS } from '../runs/import-runs.repository.js';
import { toRejectionsCsv } from './rejections-csv.js';

const CSV = 'text/csv; charset=utf-8';
const ATTACHMENT = 'attachment; filename="rejections.csv"';
const description = `The first ${KEPT_REJECTIONS} records that the newest import left out, as CSV`;

/** What the newest import of a list left out, for people who repair their file. Not of the Genesys Cloud API. */
@ApiTags('Uploads')
@ApiBearerAuth()
@Controller('api/v2/outbound')
export class RejectionsController {
  constructor(
    private readonly targets: ImportTargets,
    private readonly runs: ImportRunsRepository,
  ) {}

  @Get('contactlists/:contactListId/importstatus/rejections')
  @RequirePermission('outbound:contactList:view')
  @Header('content-disposition', ATTACHMENT)
  @ApiProduces('text/csv')
  @ApiOkResponse({ description })
  ofContactList(
    @CurrentCaller() caller: Caller,
    @Param('contactListId', ParseUUIDPipe) id: string,
  ): Promise<StreamableFile> {
    return this.csvOf('contact-list', caller.scope('outbound:contactList:view'), id);
  }

  @Get('dnclists/:dncListId/importstatus/rejections')
  @RequirePermission('outbound:dncList:view')
  @Header('content-disposition', ATTACHMENT)
  @ApiProduces('text/csv')
  @ApiOkResponse({ description })
  ofDncList(
    @CurrentCaller() caller: Caller,
    @Param('dncListId', ParseUUIDPipe) id: string,
  ): Promise<StreamableFile> {
    return this.csvOf('dnc-list', caller.scope('outbound:dncList:view'), id);
  }

  private async csvOf(kind: ImportKind, scope: DivisionScope, id: string): Promise<StreamableFile> {
    await this.targets.get(kind).getName(scope, id);
    const [newest] = await this.runs.findNewest(kind, [id]);
    const rejections = newest ? await this.runs.findRejections(newest.runId, KEPT_REJECTIONS) : [];
    return new StreamableFile(Buffer.from(toRejectionsCsv(rejections)), { type: CSV });
  }
}
