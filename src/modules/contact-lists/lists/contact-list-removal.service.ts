import { Injectable } from '@nestjs/common';
import type { Reason } from '../../../kernel/reason.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { AuditTrail, type DivisionScope } from '../../access/index.js';
import { ExportsService } from '../../exports/index.js';
import { ImportsService, isInProgress } from '../../imports/index.js';
import type { ContactList } from './contact-list.entity.js';
import { ContactListsRepository } from './contact-lists.repository.js';

/** Greatest number of lists that one call may delete (Genesys Cloud API, contact lists). */
export const MAX_DELETES = 100;

/** Deletes lists with everything that belongs to them: contacts, imports, exports and their files. */
@Injectable()
export class ContactListRemoval {
  constructor(
    private readonly lists: ContactListsRepository,
    private readonly imports: ImportsService,
    private readonly exports: ExportsService,
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  /** Throws 404, 409 during an import, 400 `contact.list.in.use` while a campaign uses the list. */
  async delete(scope: DivisionScope, id: string): Promise<void> {
    await this.uow.run(async () => {
      const list = await this.lists.get(scope, id);
      await this.imports.requireIdle('contact-list', id);
      await this.remove(list);
    });
  }

  /**
   * Deletes all of the lists or none; those that don't exist are no error, so that a call can be repeated. Throws 400
   * `too.many.deletes`, 409 `bulk.delete.conflict` with the reason of each list that can not be deleted.
   */
  async deleteMany(scope: DivisionScope, ids: readonly string[]): Promise<void> {
    if (ids.length > MAX_DELETES) throw tooManyDeletes(ids.length);
    await this.uow.run(async () => {
      const lists = await this.lists.find(scope, ids);
      const imports = await this.imports.findNewest('contact-list', ids);
      const used = new Set(await this.lists.findUsed(ids));
      const reasons = lists.flatMap((list): Reason[] => {
        const newest = imports.get(list.id);
        if (newest && isInProgress(newest)) return [conflict(list, 'an import into it is under way')];
        return used.has(list.id) ? [conflict(list, 'a campaign uses it')] : [];
      });
      if (reasons.length > 0) throw reasonsError(reasons, 'conflict');
      for (const list of lists) await this.remove(list);
    });
  }

  /** Within the transaction of the caller, who has made sure that nobody needs the list. */
  async remove(list: ContactList): Promise<void> {
    const { id, name } = list;
    await this.imports.forget('contact-list', id);
    await this.exports.forget('contact-list', id);
    await this.lists.delete(id);
    await this.audit.record({ action: 'Delete', entity: 'outbound:contactList', id, name, before: list });
  }
}

function conflict({ id, name }: ContactList, why: string): Reason {
  const message = `The contact list "${name}" can not be deleted: ${why}.`;
  return { code: 'bulk.delete.conflict', message, entityId: id, entityName: name };
}

function tooManyDeletes(given: number): ApiError {
  return new ApiError(
    'invalid',
    'too.many.deletes',
    'At most {limit} contact lists can be deleted in one call, {given} were named.',
    {
      params: { limit: MAX_DELETES, given },
      limit: { key: 'contact.lists.per.delete.max', namespace: 'outbound', value: MAX_DELETES },
    },
  );
}
