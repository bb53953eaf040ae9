import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { findNamedPage, type NamedFilter } from '../../../platform/database/named-page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type DivisionScope, whereInScope } from '../../access/index.js';
import { filterNotFound } from './contact-list-filter.errors.js';
import { ContactListFilter } from './contact-list-filter.entity.js';

/** What a filter says; its list stays. */
export type FilterContent = Pick<ContactListFilter, 'name' | 'filterType' | 'clauses'>;

// Whoever creates a filter counts first, alone.
const LOCK_FILTERS = `SELECT pg_advisory_xact_lock(hashtext('contact_list_filters'))`;

/** The table of filters. Filters are within a scope when their list is. */
@Injectable()
export class ContactListFiltersRepository {
  constructor(private readonly uow: UnitOfWork) {}

  findPage(
    scope: DivisionScope,
    filter: NamedFilter & { contactListId?: string },
    page: PageRequest,
  ): Promise<Page<ContactListFilter>> {
    const query = this.query(scope);
    const { contactListId } = filter;
    if (contactListId) query.andWhere('filter.contactListId = :contactListId', { contactListId });
    return findNamedPage(query, filter, page);
  }

  /** Throws 404 when there is none within the scope. */
  async get(scope: DivisionScope, id: string): Promise<ContactListFilter> {
    const [filter] = await this.find(scope, [id]);
    if (!filter) throw filterNotFound(id);
    return filter;
  }

  find(scope: DivisionScope, ids: readonly string[]): Promise<ContactListFilter[]> {
    return this.query(scope).andWhere('filter.id = ANY(:ids)', { ids }).getMany();
  }

  /** Held until the transaction ends. */
  async lock(): Promise<void> {
    await this.uow.manager.query(LOCK_FILTERS);
  }

  count(): Promise<number> {
    return this.uow.manager.count(ContactListFilter);
  }

  /** True when another filter than `exceptId` has the name, whatever its case. */
  async isNameTaken(name: string, exceptId?: string): Promise<boolean> {
    const query = this.uow.manager
      .createQueryBuilder(ContactListFilter, 'filter')
      .where('lower(filter.name) = lower(:name)', { name });
    if (exceptId) query.andWhere('filter.id <> :exceptId', { exceptId });
    return query.getExists();
  }

  /** Stores a new filter; answers its id. */
  async insert(contactListId: string, content: FilterContent): Promise<string> {
    const { identifiers } = await this.uow.manager.insert(ContactListFilter, { contactListId, ...content });
    return (identifiers[0] as { id: string }).id;
  }

  /** Writes the content over that version of the filter; false when it is no longer the newest. */
  async update(id: string, version: number, content: FilterContent): Promise<boolean> {
    const { affected } = await this.uow.manager
      .createQueryBuilder()
      .update(ContactListFilter)
      .set({ ...content, version: () => 'version + 1', updatedAt: () => 'now()' })
      .where('id = :id AND version = :version', { id, version })
      .execute();
    return affected === 1;
  }

  async delete(id: string): Promise<void> {
    await this.uow.manager.delete(ContactListFilter, { id });
  }

  private query(scope: DivisionScope): SelectQueryBuilder<ContactListFilter> {
    const query = this.uow.manager
      .createQueryBuilder(ContactListFilter, 'filter')
      .innerJoinAndSelect('filter.contactList', 'list');
    return whereInScope(query, 'list.divisionId', scope);
  }
}
