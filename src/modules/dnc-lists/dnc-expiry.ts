import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { RepeatingWork } from '../../platform/queue/repeating-work.js';
import { DncEntriesRepository } from './dnc-entries.repository.js';

/** Entries deleted in one transaction; meanwhile nobody else can write to the list. */
const AT_ONCE = 10_000;

/** Deletes entries that have expired. They stop counting at their moment, however late this comes. */
@Injectable()
export class DncExpiry extends RepeatingWork {
  protected readonly everyMs = 60_000;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly entries: DncEntriesRepository,
  ) {
    super();
  }

  /** True when there may be more. */
  async work(): Promise<boolean> {
    let mayHaveMore = false;
    for (const listId of await this.entries.findWithExpired()) {
      const deleted = await this.uow.run(async () => {
        await this.entries.lockList(listId);
        return this.entries.deleteExpired(listId, AT_ONCE);
      });
      mayHaveMore ||= deleted === AT_ONCE;
    }
    return mayHaveMore;
  }
}
