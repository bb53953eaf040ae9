import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { ExportFile } from '../../exports/index.js';
import { REPORT_VIEW, type ReportExportDto } from './report-export.dto.js';
import { REPORT_COLUMN_NAMES } from './report-columns.js';
import { REPORT_FILTER_NAMES } from './report-filter.js';

const STATUSES = ['SUBMITTED', 'RUNNING', 'COMPLETED', 'COMPLETED_WITH_PARTIAL_RESULTS', 'FAILED'] as const;
type ReportExportStatus = (typeof STATUSES)[number];

/** An export of interactions and how far it is (Genesys Cloud API, ReportingExportJobResponse). */
export class ReportExportView {
  @ApiProperty() id: string;
  @ApiProperty() runId: string;
  @ApiProperty() name: string;
  @ApiProperty({ enum: STATUSES }) status: ReportExportStatus;
  @ApiProperty() timeZone: string;
  @ApiProperty() exportFormat: string;
  @ApiProperty() interval: string;
  @ApiProperty() period: string;
  @ApiProperty() viewType: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) filter: Record<string, unknown>;
  @ApiProperty() locale: string;
  @ApiPropertyOptional() csvDelimiter?: string;
  @ApiPropertyOptional({ type: 'array', items: { type: 'object' } }) selectedColumns?: object[];
  @ApiProperty() read: boolean;
  @ApiProperty() percentageComplete: number;
  @ApiPropertyOptional({ description: 'Needs a token, and leads to a link that needs none' })
  downloadUrl?: string;
  @ApiPropertyOptional() exportErrorMessagesType?: string;
  @ApiPropertyOptional({ description: 'Why it failed, or why the file is not complete (our own)' })
  message?: string;
  @ApiProperty({ description: 'Interactions in the file until now (our own)' }) rowCount: number;
  @ApiProperty({ description: 'When the file will be deleted (our own)' }) expirationDateTime: string;
  @ApiProperty() createdDateTime: string;
  @ApiProperty() modifiedDateTime: string;
  @ApiProperty() selfUri: string;
}

/** What can be exported (Genesys Cloud API, ReportingExportMetadataJobResponse). */
export const REPORT_METADATA = {
  id: REPORT_VIEW,
  name: 'Interactions',
  viewType: REPORT_VIEW,
  requiredFilters: [],
  supportedFilters: REPORT_FILTER_NAMES,
  requiredColumnIds: [],
  dependentColumnIds: {},
  availableColumnIds: REPORT_COLUMN_NAMES,
};

/** `downloadUrl` is where the file can be had, once there is one. */
export function toReportExport(
  file: ExportFile,
  request: ReportExportDto,
  downloadUrl: string,
): ReportExportView {
  return {
    ...request,
    id: file.id,
    runId: file.id,
    status: statusOf(file),
    read: request.read ?? false,
    percentageComplete: percentageOf(file),
    downloadUrl: file.state === 'complete' ? downloadUrl : undefined,
    exportErrorMessagesType: file.state === 'failed' ? 'FAILED_GETTING_DATA_FROM_SERVICE' : undefined,
    message: file.failureMessage ?? file.note ?? undefined,
    rowCount: file.rowCount,
    expirationDateTime: toWireDate(file.expiresAt),
    createdDateTime: toWireDate(file.createdAt),
    modifiedDateTime: toWireDate(file.finishedAt ?? file.createdAt),
    selfUri: `/api/v2/analytics/reporting/exports/${file.id}`,
  };
}

function statusOf({ state, note }: ExportFile): ReportExportStatus {
  switch (state) {
    case 'queued':
      return 'SUBMITTED';
    case 'running':
      return 'RUNNING';
    case 'failed':
      return 'FAILED';
    case 'complete':
      return note === null ? 'COMPLETED' : 'COMPLETED_WITH_PARTIAL_RESULTS';
  }
}

// A file that is not whole is never said to be.
function percentageOf({ state, rowCount, expectedRows }: ExportFile): number {
  if (state === 'complete') return 100;
  return expectedRows ? Math.min(99, Math.floor((rowCount * 100) / expectedRows)) : 0;
}
