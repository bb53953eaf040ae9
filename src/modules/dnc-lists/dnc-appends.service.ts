import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { readWhatsAppId } from '../../kernel/whatsapp-id.js';
import { EVERYWHERE } from '../access/index.js';
import { DncEntriesRepository } from './dnc-entries.repository.js';
import { type DncEntry, uniqueEntries } from './dnc-numbers.js';
import { DncListsRepository } from './dnc-lists.repository.js';

/** A number that is not to be messaged any more; for ever when `expiresAt` is null. */
export interface DncAppend {
  number: string;
  expiresAt: Date | null;
}

/** Numbers that come onto DNC lists by themselves, for modules above. */
@Injectable()
export class DncAppends {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly lists: DncListsRepository,
    private readonly entries: DncEntriesRepository,
  ) {}

  /** Appends the numbers to those of the lists that hold numbers; answers how many such lists there are. */
  async append(dncListIds: readonly string[], numbers: readonly DncAppend[]): Promise<number> {
    const lists = await this.findForNumbers(dncListIds);
    const entries = uniqueEntries(numbers.flatMap(({ number, expiresAt }) => toEntry(number, expiresAt)));
    await this.uow.run(async () => {
      for (const id of lists) {
        if ((await this.entries.lockList(id)) !== undefined) await this.entries.upsert(id, entries);
      }
    });
    return lists.length;
  }

  /** Whether some of the lists hold numbers, so that these can be appended. */
  async takesNumbers(dncListIds: readonly string[]): Promise<boolean> {
    return (await this.findForNumbers(dncListIds)).length > 0;
  }

  private async findForNumbers(dncListIds: readonly string[]): Promise<string[]> {
    const lists = await this.lists.find(EVERYWHERE, dncListIds);
    return lists
      .filter(
        ({ contactMethod, customExclusionColumn }) =>
          contactMethod !== 'Email' && customExclusionColumn === null,
      )
      .map(({ id }) => id)
      .sort();
  }
}

function toEntry(number: string, expiresAt: Date | null): DncEntry[] {
  const read = readWhatsAppId(number);
  return read.ok ? [{ value: number, matchKey: read.matchKey, expiresAt }] : [];
}
