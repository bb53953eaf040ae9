import type { DeepPartial, EntityTarget, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { Page, PageRequest } from '../../kernel/page.js';
import type { ApiError } from '../errors/api-error.js';
import { findNamedPage, type NamedFilter } from './named-page.js';
import type { Versioned } from './optimistic-lock.js';
import type { UnitOfWork } from './unit-of-work.js';

/** A row with a unique name that is changed by version. */
export interface NamedRow extends Versioned, ObjectLiteral {
  createdAt: Date;
  updatedAt: Date;
}

export interface NamedTableOptions<E extends NamedRow> {
  entity: EntityTarget<E>;
  /** Name of the table; whoever creates a row holds a lock of this name, so that it counts alone. */
  table: string;
  notFound: (id: string) => ApiError;
}

/** What every query may be narrowed by, on top of its own conditions. The alias of the row is `object`. */
export type Narrowing<E extends NamedRow> = (query: SelectQueryBuilder<E>) => SelectQueryBuilder<E>;

const everything = <E extends NamedRow>(query: SelectQueryBuilder<E>): SelectQueryBuilder<E> => query;

/** A table of named objects that belong together only by being of one kind. */
export class NamedTable<E extends NamedRow> {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly options: NamedTableOptions<E>,
  ) {}

  findPage(filter: NamedFilter, page: PageRequest, within: Narrowing<E> = everything): Promise<Page<E>> {
    return findNamedPage(within(this.query()), filter, page);
  }

  /** Throws the 404 of the kind when there is none. */
  async get(id: string, within: Narrowing<E> = everything): Promise<E> {
    const [found] = await this.find([id], within);
    if (!found) throw this.options.notFound(id);
    return found;
  }

  async find(ids: readonly string[], within: Narrowing<E> = everything): Promise<E[]> {
    if (ids.length === 0) return [];
    return within(this.query()).andWhere('object.id = ANY(:ids)', { ids }).getMany();
  }

  /** Held until the transaction ends. */
  async lock(): Promise<void> {
    await this.uow.manager.query(`SELECT pg_advisory_xact_lock(hashtext($1))`, [this.options.table]);
  }

  count(): Promise<number> {
    return this.query().getCount();
  }

  /** True when another row than `exceptId` has the name, whatever its case. */
  async isNameTaken(name: string, exceptId?: string): Promise<boolean> {
    const query = this.query().where('lower(object.name) = lower(:name)', { name });
    if (exceptId) query.andWhere('object.id <> :exceptId', { exceptId });
    return query.getExists();
  }

  /** Stores a new row; answers its id. */
  async insert(content: DeepPartial<E>): Promise<string> {
    const { identifiers } = await this.uow.manager.insert(this.options.entity, content);
    return (identifiers[0] as { id: string }).id;
  }

  /** Writes the content over that version of the row; false when it is no longer the newest. */
  async update(id: string, version: number, content: DeepPartial<E>): Promise<boolean> {
    const { affected } = await this.uow.manager
      .createQueryBuilder()
      .update(this.options.entity)
      .set({ ...content, version: () => 'version + 1', updatedAt: () => 'now()' })
      .where('id = :id AND version = :version', { id, version })
      .execute();
    return affected === 1;
  }

  async delete(id: string): Promise<void> {
    await this.uow.manager.delete(this.options.entity, id);
  }

  private query(): SelectQueryBuilder<E> {
    return this.uow.manager.createQueryBuilder(this.options.entity, 'object');
  }
}
