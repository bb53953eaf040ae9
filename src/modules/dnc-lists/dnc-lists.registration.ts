import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DivisionedObjects, OrganizationLimits } from '../access/index.js';
import { MAX_AT_ONCE } from './dnc-entry.dto.js';
import { MAX_ENTRIES, MAX_ENTRIES_OF_ALL, MAX_LISTS } from './dnc-limits.js';

/** What the floors below know of DNC lists: that they belong to divisions, and their limits. */
@Injectable()
export class DncListsRegistration implements OnModuleInit {
  constructor(
    private readonly objects: DivisionedObjects,
    private readonly limits: OrganizationLimits,
  ) {}

  onModuleInit(): void {
    this.objects.register({
      type: 'DNCLIST',
      label: 'DNC lists',
      editPermission: 'outbound:dncList:edit',
      table: 'dnc_lists',
      stamp: 'version = version + 1, updated_at = now()',
    });
    this.limits.register('outbound', {
      'dnc.lists.max': MAX_LISTS,
      'dnc.list.entries.max': MAX_ENTRIES,
      'dnc.entries.max': MAX_ENTRIES_OF_ALL,
      'dnc.entries.per.call.max': MAX_AT_ONCE,
    });
  }
}
