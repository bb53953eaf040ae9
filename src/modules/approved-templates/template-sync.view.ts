import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toWireDate } from '../../platform/http/json-dates.js';
import type { TemplateSync } from './template-syncs.repository.js';

class SkippedTemplateView {
  @ApiProperty()
  name: string;
  @ApiProperty()
  language: string;
  @ApiProperty()
  reason: string;
}

class TemplateSyncResultView {
  @ApiProperty({ format: 'uuid' })
  libraryId: string;
  /** All that WhatsApp has. */
  @ApiProperty()
  templates: number;
  @ApiProperty()
  created: number;
  @ApiProperty()
  updated: number;
  /** Changed at WhatsApp, but edited here by a person and therefore left alone. */
  @ApiProperty()
  kept: number;
  /** Those that a response can't express. */
  @ApiProperty({ type: [SkippedTemplateView] })
  skipped: SkippedTemplateView[];
}

/** How the sync of an integration's templates stands. */
export class TemplateSyncView {
  @ApiProperty({ format: 'uuid' })
  integrationId: string;
  @ApiProperty({ enum: ['NONE', 'WAITING', 'DONE'] })
  status: string;
  @ApiPropertyOptional({ format: 'date-time' })
  dateRequested?: string;
  @ApiPropertyOptional({ format: 'date-time' })
  dateFinished?: string;
  /** Why the last try failed; it is tried again. */
  @ApiPropertyOptional()
  error?: string;
  @ApiPropertyOptional({ type: TemplateSyncResultView })
  result?: TemplateSyncResultView;
}

export function toSyncView(integrationId: string, sync: TemplateSync | undefined): TemplateSyncView {
  if (!sync) return { integrationId, status: 'NONE' };
  return {
    integrationId,
    status: sync.isWaiting ? 'WAITING' : 'DONE',
    dateRequested: toWireDate(sync.requestedAt),
    ...(sync.finishedAt ? { dateFinished: toWireDate(sync.finishedAt) } : {}),
    ...(sync.error ? { error: sync.error } : {}),
    ...(sync.result ? { result: sync.result } : {}),
  };
}
