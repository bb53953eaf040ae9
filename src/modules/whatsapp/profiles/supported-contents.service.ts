import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../access/index.js';
import { ProfilesRepository } from './profiles.repository.js';
import { ProfilesService } from './profiles.service.js';
import { SupportedContent } from './supported-content.entity.js';

/** Supported content profiles of the organisation. */
@Injectable()
export class SupportedContentsService extends ProfilesService<SupportedContent> {
  constructor(uow: UnitOfWork, repository: ProfilesRepository, audit: AuditTrail) {
    const kind = {
      entity: SupportedContent,
      table: 'supported_contents',
      noun: 'supported content profile',
      reference: 'supported_content',
      auditedAs: 'messaging:supportedContent' as const,
    };
    super(kind, uow, repository, audit);
  }
}
