import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { type FieldCondition, narrowByFields } from '../../../platform/database/field-conditions.js';
import { findNamedPage, type NamedFilter } from '../../../platform/database/named-page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type DivisionScope, whereInScope } from '../../access/index.js';
import { ContactUse } from '../contacts/contact-use.js';
import { contactListNotFound } from './contact-list.errors.js';
import { ContactList } from './contact-list.entity.js';

/** What may change of a list. */
export type ContactListChanges = Pick<
  ContactList,
  | 'name'
  | 'divisionId'
  | 'trimWhitespace'
  | 'columnDataTypeSpecifications'
  | 'retentionType'
  | 'retentionDays'
  | 'timeZone'
  | 'expiresAt'
>;

/** The table of contact lists. */
@Injectable()
export class ContactListsRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly use: ContactUse,
  ) {}

  findPage(
    scope: DivisionScope,
    filter: NamedFilter,
    page: PageRequest,
    fields: readonly FieldCondition[] = [],
  ): Promise<Page<ContactList>> {
    const query = this.uow.manager.createQueryBuilder(ContactList, 'list');
    narrowByFields(query, fields);
    return findNamedPage(whereInScope(query, 'list.divisionId', scope), filter, page);
  }

  /** Throws 404 when there is none within the scope. */
  async get(scope: DivisionScope, id: string): Promise<ContactList> {
    const query = this.uow.manager.createQueryBuilder(ContactList, 'list').where('list.id = :id', { id });
    const list = await whereInScope(query, 'list.divisionId', scope).getOne();
    if (!list) throw contactListNotFound(id);
    return list;
  }

  find(scope: DivisionScope, ids: readonly string[]): Promise<ContactList[]> {
    const query = this.uow.manager
      .createQueryBuilder(ContactList, 'list')
      .where('list.id = ANY(:ids)', { ids });
    return whereInScope(query, 'list.divisionId', scope).getMany();
  }

  /** Which of the lists are in use. */
  async findUsed(ids: readonly string[]): Promise<string[]> {
    const rows = await this.uow.manager.query<{ id: string }[]>(
      `SELECT l.id FROM contact_lists l WHERE l.id = ANY($1) AND ${this.use.listSql('l')}`,
      [ids],
    );
    return rows.map(({ id }) => id);
  }

  count(): Promise<number> {
    return this.uow.manager.count(ContactList);
  }

  /** True when another list than `exceptId` has the name, whatever its case. */
  async isNameTaken(name: string, exceptId?: string): Promise<boolean> {
    const query = this.uow.manager
      .createQueryBuilder(ContactList, 'list')
      .where('lower(list.name) = lower(:name)', { name });
    if (exceptId) query.andWhere('list.id <> :exceptId', { exceptId });
    return query.getExists();
  }

  insert(list: Partial<ContactList>): Promise<ContactList> {
    return this.uow.manager.save(this.uow.manager.create(ContactList, list));
  }

  /** Writes `changes` over that version of the list; false when it is no longer the newest. */
  async update(id: string, version: number, changes: ContactListChanges): Promise<boolean> {
    const result = await this.uow.manager
      .createQueryBuilder()
      .update(ContactList)
      .set({ ...changes, version: () => 'version + 1', updatedAt: () => 'now()' })
      .where('id = :id AND version = :version', { id, version })
      .execute();
    return result.affected === 1;
  }

  async delete(id: string): Promise<void> {
    await this.uow.manager.delete(ContactList, { id });
  }
}
