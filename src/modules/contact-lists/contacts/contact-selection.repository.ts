import { Injectable } from '@nestjs/common';
import { pageOffset, type PageRequest } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { FilterCriteria } from '../filters/contact-filter.js';
import { criteriaSql } from '../filters/filter-sql.js';
import { ContactPositions } from './contact-positions.js';
import { type ContactSort, sortTerms } from './contact-sorts.js';
import { CONTACT, type StoredContact } from './contacts.repository.js';

/** Some contacts of a list: all of them without criteria and ids. */
export interface ContactSelection {
  contactListId: string;
  criteria?: FilterCriteria;
  contactIds?: readonly string[];
  /** The moment that relative dates are counted from. */
  now: Date;
}

/** Finds contacts of a list by criteria. */
@Injectable()
export class ContactSelectionRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly positions: ContactPositions,
  ) {}

  async count(selection: ContactSelection): Promise<number> {
    const params: unknown[] = [];
    const [row] = await this.uow.manager.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM contacts c WHERE ${selectionSql(selection, params)}`,
      params,
    );
    return row.count;
  }

  /** A page of the selected contacts; those that are alike come in the order they were added. */
  async findPage(
    selection: ContactSelection,
    sorts: readonly ContactSort[],
    page: PageRequest,
  ): Promise<StoredContact[]> {
    const isWhole = !selection.criteria && !selection.contactIds && sorts.length === 0;
    const known = isWhole ? await this.findFarPage(selection.contactListId, page) : [];
    if (known.length > 0) return known;
    const params: unknown[] = [];
    const condition = selectionSql(selection, params);
    const order = [...sortTerms(sorts, params), 'c.seq'].join(', ');
    const [limit, offset] = [params.push(page.pageSize), params.push(pageOffset(page))];
    return this.uow.manager.query<StoredContact[]>(
      `SELECT ${CONTACT} FROM contacts c WHERE ${condition} ORDER BY ${order} LIMIT $${limit} OFFSET $${offset}`,
      params,
    );
  }

  // Nothing when positions don't help, or when a removal has moved them in between.
  private async findFarPage(contactListId: string, page: PageRequest): Promise<StoredContact[]> {
    const start = await this.positions.find(contactListId, pageOffset(page));
    if (!start) return [];
    const found = await this.uow.manager.query<StoredContact[]>(
      `SELECT ${CONTACT} FROM contacts c
        WHERE c.contact_list_id = $1 AND c.seq > $2
          AND EXISTS (SELECT FROM contact_lists l WHERE l.id = $1 AND l.removals = $3)
        ORDER BY c.seq LIMIT $4 OFFSET $5`,
      [contactListId, start.seq, start.removals, page.pageSize, start.skip],
    );
    if (found.length === 0) this.positions.forget(contactListId);
    return found;
  }
}

/** The selection as a condition on contacts `c`; its values are added to `params`. */
export function selectionSql(
  { contactListId, criteria, contactIds, now }: ContactSelection,
  params: unknown[],
): string {
  const conditions = [`c.contact_list_id = $${params.push(contactListId)}`];
  if (contactIds) conditions.push(`c.contact_id = ANY($${params.push(contactIds)}::text[])`);
  if (criteria) conditions.push(criteriaSql(criteria, { alias: 'c', params, now }));
  return conditions.join(' AND ');
}
