import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ApiError } from '../../platform/errors/api-error.js';
import { EventLog } from '../event-log/index.js';

/** Greatest number of DNC lists (Genesys Cloud API, limits). */
export const MAX_LISTS = 1_000;
/** Greatest number of entries of a DNC list, and of all of them together (Genesys Cloud API, limits). */
export const MAX_ENTRIES = 1_000_000;
export const MAX_ENTRIES_OF_ALL = 2_000_000;

/** The event log warns from this share of a limit on, once a day. */
const NEAR = 0.9;
const DAY_MS = 24 * 3_600_000;

// The sum of all sizes is read and kept by one transaction at a time. Taken after the row of the list, which every
// writer locks first, and for one list per transaction only.
const LOCK_ALL = `SELECT pg_advisory_xact_lock(hashtext('DNC entries of the organisation'))`;

const SIZES = `
  SELECT name, size, (SELECT sum(size) FROM dnc_lists)::int AS "sizeOfAll" FROM dnc_lists WHERE id = $1`;

/** The limit that entries just written went beyond. */
export interface DncLimitHit {
  code: 'dnc.records.per.list.limit.exceeded' | 'dnc.records.per.organization.limit.exceeded';
  message: string;
  limit: { key: string; namespace: string; value: number };
}

/** How many entries DNC lists may have. */
@Injectable()
export class DncLimits {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly events: EventLog,
  ) {}

  /**
   * Looks at the sizes after entries were written into the list, in the same transaction; undefined while all is
   * within the limits. Close to a limit the event log warns.
   */
  async findExceeded(listId: string): Promise<DncLimitHit | undefined> {
    await this.uow.manager.query(LOCK_ALL);
    const [sizes] = await this.uow.manager.query<{ name: string; size: number; sizeOfAll: number }[]>(SIZES, [
      listId,
    ]);
    if (!sizes) return undefined;
    const { name, size, sizeOfAll } = sizes;
    if (size > MAX_ENTRIES) return LIST_FULL;
    if (sizeOfAll > MAX_ENTRIES_OF_ALL) return ALL_FULL;
    const entity = { kind: 'dncList' as const, id: listId, name };
    const params = { size, sizeOfAll, limit: MAX_ENTRIES, limitOfAll: MAX_ENTRIES_OF_ALL };
    if (size >= MAX_ENTRIES * NEAR) {
      const code = 'APPROACHING_DNC_LIST_PHONE_NUMBER_LIMIT';
      const message = 'The DNC list has {size} of at most {limit} entries.';
      await this.events.record({ code, message, params, entity, quietMs: DAY_MS });
    }
    if (sizeOfAll >= MAX_ENTRIES_OF_ALL * NEAR) {
      const code = 'APPROACHING_DNC_ORGANIZATION_PHONE_NUMBER_LIMIT';
      const message = 'All DNC lists together have {sizeOfAll} of at most {limitOfAll} entries.';
      await this.events.record({ code, message, params, entity, quietMs: DAY_MS });
    }
    return undefined;
  }

  /** How many entries may still be added to a list that has `size` of them. */
  async roomIn(size: number): Promise<number> {
    await this.uow.manager.query(LOCK_ALL);
    const [all] = await this.uow.manager.query<[{ size: number }]>(
      `SELECT coalesce(sum(size), 0)::int AS size FROM dnc_lists`,
    );
    return Math.max(0, Math.min(MAX_ENTRIES - size, MAX_ENTRIES_OF_ALL - all.size));
  }

  /** Throws 400 when entries just written went beyond a limit. */
  async require(listId: string): Promise<void> {
    const hit = await this.findExceeded(listId);
    if (!hit) return;
    const { code, message, limit } = hit;
    throw new ApiError('invalid', code, message, { params: { limit: limit.value }, limit, entityId: listId });
  }
}

const LIST_FULL: DncLimitHit = {
  code: 'dnc.records.per.list.limit.exceeded',
  message: 'A DNC list may have at most {limit} entries; make another list.',
  limit: { key: 'dnc.list.entries.max', namespace: 'outbound', value: MAX_ENTRIES },
};

const ALL_FULL: DncLimitHit = {
  code: 'dnc.records.per.organization.limit.exceeded',
  message: 'All DNC lists together may have at most {limit} entries; remove those that are no longer needed.',
  limit: { key: 'dnc.entries.max', namespace: 'outbound', value: MAX_ENTRIES_OF_ALL },
};
