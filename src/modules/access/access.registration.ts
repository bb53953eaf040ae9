import { Injectable, type OnModuleInit } from '@nestjs/common';
import { MAX_DIVISIONS } from './divisions/division-catalogue.service.js';
import { DivisionedObjects } from './divisions/divisioned-objects.js';
import { OrganizationLimits } from './organization/organization-limits.js';

/** What access itself puts into divisions, and its limits. */
@Injectable()
export class AccessRegistration implements OnModuleInit {
  constructor(
    private readonly objects: DivisionedObjects,
    private readonly limits: OrganizationLimits,
  ) {}

  onModuleInit(): void {
    this.limits.register('auth.api', { 'divisions.max': MAX_DIVISIONS });
    this.objects.register({
      type: 'USER',
      label: 'users',
      editPermission: 'directory:user:edit',
      table: 'users',
      condition: `state <> 'deleted'`,
      stamp: 'version = version + 1',
    });
  }
}
