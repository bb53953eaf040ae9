import { Injectable } from '@nestjs/common';
import type { DivisionScope } from '../../access/index.js';
import { ImportsService, type UploadTicket } from '../../imports/index.js';
import type { DncListUploadDto } from '../dnc-list.dto.js';
import { DncImportTarget } from './dnc-import.target.js';

const DEFAULT_URL_SECONDS = 600;

/** URLs to which files for DNC lists can be sent (Genesys Cloud API, DNCListUploadUrlRequest). */
@Injectable()
export class DncUploads {
  constructor(
    private readonly imports: ImportsService,
    private readonly target: DncImportTarget,
  ) {}

  /** Throws 404, or 400 for a list that takes no files. */
  async createUrl(scope: DivisionScope, dto: DncListUploadDto): Promise<UploadTicket> {
    const { phoneColumns = '', whatsAppColumns = '', emailColumns = '' } = dto;
    const { customExclusionColumns = '', expirationDateTimeColumn = '' } = dto;
    const options = this.target.readForm({
      phoneColumns,
      whatsAppColumns,
      emailColumns,
      customExclusionColumns,
      expirationDateTimeColumn,
    });
    await this.target.check(scope, dto.id, options);
    return this.imports.createUploadUrl({
      kind: 'dnc-list',
      targetId: dto.id,
      contentType: dto.contentType,
      options,
      timeoutSeconds: dto.signedUrlTimeoutSeconds ?? DEFAULT_URL_SECONDS,
    });
  }
}
