import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';

const STEP = 1_000;
/** Below it, skipping rows costs less than knowing positions. */
const WORTHWHILE_OFFSET = 10_000;
const KEPT_LISTS = 200;

/** Where a page begins: behind the contact `seq`, after skipping some. Holds while the list has these `removals`. */
export interface PageStart {
  seq: string;
  skip: number;
  removals: string;
}

interface Positions {
  removals: string;
  /** seq of the contact at the positions 1000, 2000, ... */
  seqs: string[];
}

// One pass over the index of the list, from the last position known; the count of removals is of the same moment.
const COUNT = `
  SELECT l.removals, a.seq
    FROM contact_lists l
    LEFT JOIN LATERAL (
      SELECT seq FROM (
        SELECT c.seq, row_number() OVER (ORDER BY c.seq) AS n
          FROM contacts c WHERE c.contact_list_id = l.id AND c.seq > $2) numbered
       WHERE n % ${STEP} = 0 ORDER BY seq) a ON TRUE
   WHERE l.id = $1 ORDER BY a.seq`;

/**
 * Remembers every thousandth contact of lists whose far pages were asked for, so that such a page costs what the first
 * one does. New contacts come behind all others, because writers of a list come one after the other, so only removals
 * move positions; the list counts them, and the page is read only while that count is the same.
 */
@Injectable()
export class ContactPositions {
  private readonly known = new Map<string, Positions>();

  constructor(private readonly uow: UnitOfWork) {}

  /** Where to begin for this offset in the order of seq; undefined when skipping is cheaper or nothing is known. */
  async find(contactListId: string, offset: number): Promise<PageStart | undefined> {
    if (offset < WORTHWHILE_OFFSET) return undefined;
    const wanted = Math.floor(offset / STEP);
    const positions = await this.upTo(contactListId, wanted);
    const at = Math.min(wanted, positions?.seqs.length ?? 0);
    if (!positions || at === 0) return undefined;
    return { seq: positions.seqs[at - 1]!, skip: offset - at * STEP, removals: positions.removals };
  }

  /** Positions turned out to be outdated. */
  forget(contactListId: string): void {
    this.known.delete(contactListId);
  }

  private async upTo(contactListId: string, wanted: number): Promise<Positions | undefined> {
    const known = this.known.get(contactListId);
    if (known && known.seqs.length >= wanted) return known;
    const rows = await this.uow.manager.query<{ removals: string; seq: string | null }[]>(COUNT, [
      contactListId,
      known?.seqs.at(-1) ?? 0,
    ]);
    const [first] = rows;
    if (!first) return undefined;
    if (known && known.removals !== first.removals) {
      this.forget(contactListId);
      return this.upTo(contactListId, wanted);
    }
    const positions = {
      removals: first.removals,
      seqs: [...(known?.seqs ?? []), ...rows.flatMap(({ seq }) => seq ?? [])],
    };
    this.keep(contactListId, positions);
    return positions;
  }

  // The list asked for longest ago goes first.
  private keep(contactListId: string, positions: Positions): void {
    this.forget(contactListId);
    this.known.set(contactListId, positions);
    const [oldest] = this.known.keys();
    if (this.known.size > KEPT_LISTS && oldest) this.forget(oldest);
  }
}
