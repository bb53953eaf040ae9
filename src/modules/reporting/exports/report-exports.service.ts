import { Injectable } from '@nestjs/common';
import { mapPage, type Page, type PageRequest } from '../../../kernel/page.js';
import type { Caller } from '../../access/index.js';
import { type ExportFile, ExportsService } from '../../exports/index.js';
import type { ReportExportDto } from './report-export.dto.js';
import { criteriaOf, EXPORTED, type ReportExportOptions } from './report-export.source.js';
import { type ReportExportView, toReportExport } from './report-export.view.js';

const KIND = 'conversations';
/** An export of interactions is about no object; its owner is who finds it again. */
const NO_OBJECT = '00000000-0000-0000-0000-000000000000';

/** Exports of interactions (Genesys Cloud API, reporting exports). Each belongs to whoever asked for it. */
@Injectable()
export class ReportExports {
  constructor(private readonly exports: ExportsService) {}

  /** Begins an export of what the caller may see now. Throws 400 for a filter with too many values. */
  async start(caller: Caller, request: ReportExportDto): Promise<ReportExportView> {
    criteriaOf(request);
    const options: ReportExportOptions = { request, scope: caller.scope(EXPORTED) };
    const id = await this.exports.start({
      kind: KIND,
      subjectId: NO_OBJECT,
      ownerId: caller.identity.subjectId,
      options: { ...options },
      layout: {
        format: request.exportFormat === 'XLSX' ? 'xlsx' : 'csv',
        delimiter: request.csvDelimiter === 'SEMICOLON' ? ';' : ',',
      },
      name: request.name,
    });
    const view = await this.find(id);
    if (!view) throw new Error('An export that was just asked for is there');
    return view;
  }

  /** The caller's own exports, the newest first. */
  async list(caller: Caller, page: PageRequest): Promise<Page<ReportExportView>> {
    const found = await this.exports.findPage({ kind: KIND, ownerId: caller.identity.subjectId }, page);
    return mapPage(found, (file) => this.toView(file));
  }

  /** Undefined when there is no such export, or it has expired. */
  async find(id: string): Promise<ReportExportView | undefined> {
    const [file] = await this.exports.find([id]);
    return file?.kind === KIND ? this.toView(file) : undefined;
  }

  private toView(file: ExportFile): ReportExportView {
    const { request } = file.options as unknown as ReportExportOptions;
    return toReportExport(file, request, this.exports.uriOf(file.id));
  }
}
