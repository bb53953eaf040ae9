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
  /** seq of the contact at a position, for some of the positions 1000, 2000, ... */
  seqs: Map<number, string>;
}

// Along the index of the list, without a look at the contacts, from a position that is known; the count of removals is
// of the same moment.
const FIND = `
  SELECT l.removals, a.seq
    FROM contact_lists l
    LEFT JOIN LATERAL (
      SELECT c.seq FROM contacts c WHERE c.contact_list_id = l.id AND c.seq > $2 ORDER BY c.seq LIMIT 1 OFFSET $3) a
      ON TRUE
   WHERE l.id = $1`;

/**
 * Remembers the contacts at positions of lists whose far pages were asked for, so that such a page costs hardly more
 * than the first one. New contacts come behind all others, because writers of a list come one after the other, so only
 * removals move positions; the list counts them, and the page is read only while that count is the same.
 */
@Injectable()
export class ContactPositions {
  private readonly known = new Map<string, Positions>();

  constructor(private readonly uow: UnitOfWork) {}

  /** Where to begin for this offset in the order of seq; undefined when skipping is cheaper or there is no such place. */
  async find(contactListId: string, offset: number): Promise<PageStart | undefined> {
    if (offset < WORTHWHILE_OFFSET) return undefined;
    const position = Math.floor(offset / STEP) * STEP;
    const known = this.known.get(contactListId);
    const seq = known?.seqs.get(position);
    const found =
      known && seq !== undefined
        ? { seq, removals: known.removals }
        : await this.look(contactListId, position);
    return found && { ...found, skip: offset - position };
  }

  /** Positions turned out to be outdated. */
  forget(contactListId: string): void {
    this.known.delete(contactListId);
  }

  private async look(
    contactListId: string,
    position: number,
  ): Promise<{ seq: string; removals: string } | undefined> {
    const known = this.known.get(contactListId);
    const [from, seq] = nearestBelow(known, position);
    const [row] = await this.uow.manager.query<{ removals: string; seq: string | null }[]>(FIND, [
      contactListId,
      seq,
      position - from - 1,
    ]);
    if (!row) return undefined;
    if (known && known.removals !== row.removals) {
      this.forget(contactListId);
      return this.look(contactListId, position);
    }
    if (row.seq === null) return undefined;
    this.keep(contactListId, row.removals).set(position, row.seq);
    return { seq: row.seq, removals: row.removals };
  }

  // The list asked for longest ago goes first.
  private keep(contactListId: string, removals: string): Map<number, string> {
    const kept = this.known.get(contactListId);
    const positions = kept?.removals === removals ? kept : { removals, seqs: new Map<number, string>() };
    this.forget(contactListId);
    this.known.set(contactListId, positions);
    const [oldest] = this.known.keys();
    if (this.known.size > KEPT_LISTS && oldest) this.forget(oldest);
    return positions.seqs;
  }
}

/** The last known position before one, with its seq; the begin of the list when none is known. */
function nearestBelow(known: Positions | undefined, position: number): [position: number, seq: string] {
  let nearest: [number, string] = [0, '0'];
  for (const entry of known?.seqs ?? []) if (entry[0] < position && entry[0] > nearest[0]) nearest = entry;
  return nearest;
}
