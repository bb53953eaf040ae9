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

/** Where a page of selected contacts begins, in the order they were added: at the contact `seq`, after skipping some. */
export interface SelectionStart {
  seq: string;
  skip: number;
}

/** Below it, skipping contacts costs less than looking where they are. */
const WORTHWHILE_OFFSET = 10_000;
/** A list is looked at in so many stretches: with more of them counting takes longer, with fewer skipping does. */
const STRETCHES = 16;

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

  /**
   * Counts the selected contacts, and in the same pass over them where a far page begins: all have to be looked at for
   * the count, so the way to page 5,000 costs hardly more than that to the first one.
   */
  async locate(
    selection: ContactSelection,
    page: PageRequest,
  ): Promise<{ total: number; start?: SelectionStart }> {
    const offset = pageOffset(page);
    if (offset < WORTHWHILE_OFFSET) return { total: await this.count(selection) };
    const { total, before } = await this.countStretches(selection);
    // Contacts before the stretch are skipped without a look at them.
    const start = before.findLast(({ count }) => count <= offset);
    return start && offset < total
      ? { total, start: { seq: start.seq, skip: offset - start.count } }
      : { total };
  }

  /** A page of the selected contacts; those that are alike come in the order they were added. */
  async findPage(
    selection: ContactSelection,
    sorts: readonly ContactSort[],
    page: PageRequest,
    start?: SelectionStart,
  ): Promise<StoredContact[]> {
    const isWhole = !selection.criteria && !selection.contactIds && sorts.length === 0;
    const known = isWhole ? await this.findFarPage(selection.contactListId, page) : [];
    if (known.length > 0) return known;
    const params: unknown[] = [];
    const conditions = [selectionSql(selection, params)];
    if (start) conditions.push(`c.seq >= $${params.push(start.seq)}`);
    const order = [...sortTerms(sorts, params), 'c.seq'].join(', ');
    const [limit, offset] = [params.push(page.pageSize), params.push(start?.skip ?? pageOffset(page))];
    // Only the contacts of the page are read whole: sorted with all their cells, a million would go by way of the disk.
    return this.uow.manager.query<StoredContact[]>(
      `SELECT ${CONTACT}
         FROM (SELECT found.seq AS found_seq, row_number() OVER () AS place
                 FROM (SELECT c.seq FROM contacts c WHERE ${conditions.join(' AND ')}
                        ORDER BY ${order} LIMIT $${limit} OFFSET $${offset}) AS found) AS on_page
         JOIN contacts c ON c.seq = found_seq
        ORDER BY place`,
      params,
    );
  }

  // One aggregate over all: with groups, PostgreSQL sorts what it found, because it expects a condition on cells to let
  // few contacts pass.
  private async countStretches(
    selection: ContactSelection,
  ): Promise<{ total: number; before: { seq: string; count: number }[] }> {
    const seqs = await this.uow.manager.query<{ seq: string }[]>(
      `SELECT low + (high - low) * part / ${STRETCHES} AS seq
         FROM (SELECT min(seq) AS low, max(seq) AS high FROM contacts WHERE contact_list_id = $1) AS ends,
              generate_series(1, ${STRETCHES - 1}) AS part ORDER BY part`,
      [selection.contactListId],
    );
    const params: unknown[] = [];
    const condition = selectionSql(selection, params);
    const counts = seqs.map(({ seq }) => `count(*) FILTER (WHERE c.seq < $${params.push(seq)}::bigint)::int`);
    const [row] = await this.uow.manager.query<[{ total: number; counts: number[] }]>(
      `SELECT count(*)::int AS total, ARRAY[${counts.join(', ')}] AS counts FROM contacts c WHERE ${condition}`,
      params,
    );
    return { total: row.total, before: seqs.map(({ seq }, at) => ({ seq, count: row.counts[at] ?? 0 })) };
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
