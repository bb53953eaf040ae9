import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { AuditTrail } from '../../access/index.js';
import { MessagingSetting } from './messaging-setting.entity.js';
import { ProfilesRepository } from './profiles.repository.js';
import { ProfilesService } from './profiles.service.js';

/** Messaging settings of the organisation. */
@Injectable()
export class MessagingSettingsService extends ProfilesService<MessagingSetting> {
  constructor(uow: UnitOfWork, repository: ProfilesRepository, audit: AuditTrail) {
    const kind = {
      entity: MessagingSetting,
      table: 'messaging_settings',
      noun: 'messaging setting',
      reference: 'messaging_setting',
      auditedAs: 'messaging:setting' as const,
    };
    super(kind, uow, repository, audit);
  }
}
