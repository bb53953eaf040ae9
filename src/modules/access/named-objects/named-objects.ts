import type { DeepPartial } from 'typeorm';
import { explainName } from '../../../kernel/object-name.js';
import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Reason } from '../../../kernel/reason.js';
import type { NamedFilter } from '../../../platform/database/named-page.js';
import { type NamedRow, NamedTable, type Narrowing } from '../../../platform/database/named-table.js';
import { requireNewest, wrongVersion } from '../../../platform/database/optimistic-lock.js';
import type { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { onConstraint } from '../../../platform/database/database-errors.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import type { AuditTrail } from '../audit/audit-trail.js';

/** A kind of object that people define: what it is called, and where it is kept. */
export interface NamedKind<E extends NamedRow> {
  entity: new () => E;
  table: string;
  /** In sentences, for example `callable time set`. */
  noun: string;
  notFoundCode: string;
  auditedAs: Parameters<AuditTrail['record']>[0]['entity'];
  /** Greatest number of them (Genesys Cloud API, limits). */
  max: number;
}

// Nobody types control characters into a name, and PostgreSQL refuses one of them.
const CONTROL_CHARACTER = /\p{Cc}/u;

/** The life of named objects: unique names, all reasons at once, changes by version, the audit trail. */
export class NamedObjects<E extends NamedRow> {
  private readonly table: NamedTable<E>;

  constructor(
    private readonly kind: NamedKind<E>,
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {
    const { entity, table } = kind;
    this.table = new NamedTable<E>(uow, { entity, table, notFound: (id) => notFound(kind, id) });
    onConstraint(`${table}_name_unique`, () => reasonsError([duplicateName(kind)]));
  }

  list(filter: NamedFilter, page: PageRequest, within?: Narrowing<E>): Promise<Page<E>> {
    return this.table.findPage(filter, page, within);
  }

  /** Throws 404. */
  get(id: string, within?: Narrowing<E>): Promise<E> {
    return this.table.get(id, within);
  }

  find(ids: readonly string[], within?: Narrowing<E>): Promise<E[]> {
    return this.table.find(ids, within);
  }

  /** Throws 400 with `reasons` and whatever is wrong with the name and the number of objects. */
  create(content: DeepPartial<E> & { name: string }, reasons: Reason[]): Promise<E> {
    return this.uow.run(async () => {
      await this.table.lock();
      const all = [...(await this.explainName(content.name)), ...reasons];
      if ((await this.table.count()) >= this.kind.max) all.push(tooMany(this.kind));
      if (all.length > 0) throw reasonsError(all);
      const created = await this.table.get(await this.table.insert(content));
      await this.audited('Create', undefined, created);
      return created;
    });
  }

  /** Throws 409 for a version that is not the newest, 400 with `reasons` and what is wrong with the name. */
  async update(
    stored: E,
    given: number | undefined,
    content: DeepPartial<E> & { name: string },
    reasons: Reason[],
  ): Promise<E> {
    const version = requireNewest(stored, given);
    const all = [...(await this.explainName(content.name, stored.id)), ...reasons];
    if (all.length > 0) throw reasonsError(all);
    return this.uow.run(async () => {
      if (!(await this.table.update(stored.id, version, content))) {
        throw wrongVersion(await this.table.get(stored.id), version);
      }
      const updated = await this.table.get(stored.id);
      await this.audited('Update', stored, updated);
      return updated;
    });
  }

  async delete(stored: E): Promise<void> {
    await this.uow.run(async () => {
      await this.table.delete(stored.id);
      await this.audited('Delete', stored, undefined);
    });
  }

  private async explainName(name: string, exceptId?: string): Promise<Reason[]> {
    const reasons = explainName(name);
    if (CONTROL_CHARACTER.test(name)) {
      const message = 'The name has a control character, such as a line break; remove it.';
      reasons.push({ code: 'invalid.value', field: 'name', message });
    }
    if (reasons.length > 0) return reasons;
    return (await this.table.isNameTaken(name, exceptId)) ? [duplicateName(this.kind)] : [];
  }

  private async audited(action: string, before?: E, after?: E): Promise<void> {
    const { id, name } = (after ?? before)!;
    await this.audit.record({ action, entity: this.kind.auditedAs, id, name, before, after });
  }
}

type Words = Pick<NamedKind<NamedRow>, 'noun' | 'max' | 'notFoundCode'>;

function notFound({ noun, notFoundCode }: Words, id: string): ApiError {
  const message = `There is no ${noun} with the id {id}, or you may not see it.`;
  return new ApiError('not-found', notFoundCode, message, { params: { id } });
}

function duplicateName({ noun }: Words): Reason {
  const message = `There is a ${noun} of this name already; choose another name.`;
  return { code: 'duplicate.name', field: 'name', message };
}

function tooMany({ noun, max }: Words): Reason {
  const message = `There are ${max} ${noun}s already, which is the most there can be; delete one that is no longer needed.`;
  return { code: 'max.entity.count.reached', message, params: { limit: String(max) } };
}
