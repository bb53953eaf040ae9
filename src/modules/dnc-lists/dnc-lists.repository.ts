import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import type { Page, PageRequest } from '../../kernel/page.js';
import { findNamedPage, type NamedFilter } from '../../platform/database/named-page.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { type DivisionScope, whereInScope } from '../access/index.js';
import { dncListNotFound } from './dnc-list.errors.js';
import { DncList } from './dnc-list.entity.js';

/** What may change of a list. */
export type DncListChanges = Pick<DncList, 'name' | 'divisionId' | 'contactMethod'>;
/** A list to be made. */
export type NewDncList = DncListChanges & Pick<DncList, 'dncSourceType' | 'customExclusionColumn'>;

/** The table of DNC lists. */
@Injectable()
export class DncListsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  findPage(
    scope: DivisionScope,
    filter: NamedFilter & { dncSourceType?: string },
    page: PageRequest,
  ): Promise<Page<DncList>> {
    const query = this.uow.manager.createQueryBuilder(DncList, 'list');
    const { dncSourceType } = filter;
    if (dncSourceType) query.andWhere('list.dncSourceType = :dncSourceType', { dncSourceType });
    return findNamedPage(whereInScope(query, 'list.divisionId', scope), filter, page);
  }

  /** Throws 404 when there is none within the scope. */
  async get(scope: DivisionScope, id: string): Promise<DncList> {
    const [list] = await this.find(scope, [id]);
    if (!list) throw dncListNotFound(id);
    return list;
  }

  find(scope: DivisionScope, ids: readonly string[]): Promise<DncList[]> {
    const query = this.uow.manager.createQueryBuilder(DncList, 'list').where('list.id = ANY(:ids)', { ids });
    return whereInScope(query, 'list.divisionId', scope).getMany();
  }

  /** How many lists people made. */
  count(): Promise<number> {
    return this.uow.manager.countBy(DncList, { optOuts: IsNull() });
  }

  /** True when another list than `exceptId` has the name, whatever its case. */
  async isNameTaken(name: string, exceptId?: string): Promise<boolean> {
    const query = this.uow.manager
      .createQueryBuilder(DncList, 'list')
      .where('lower(list.name) = lower(:name)', { name });
    if (exceptId) query.andWhere('list.id <> :exceptId', { exceptId });
    return query.getExists();
  }

  insert(list: NewDncList): Promise<DncList> {
    return this.uow.manager.save(this.uow.manager.create(DncList, list));
  }

  /** Writes `changes` over that version of the list; false when it is no longer the newest. */
  async update(id: string, version: number, changes: DncListChanges): Promise<boolean> {
    const result = await this.uow.manager
      .createQueryBuilder()
      .update(DncList)
      .set({ ...changes, version: () => 'version + 1', updatedAt: () => 'now()' })
      .where('id = :id AND version = :version', { id, version })
      .execute();
    return result.affected === 1;
  }

  async delete(id: string): Promise<void> {
    await this.uow.manager.delete(DncList, { id });
  }
}
