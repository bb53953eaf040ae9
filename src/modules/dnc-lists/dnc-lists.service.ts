import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { type DivisionScope, EVERYWHERE } from '../access/index.js';
import { ImportsService } from '../imports/index.js';
import { DncEntriesRepository } from './dnc-entries.repository.js';
import { explainUnusableDncList } from './dnc-list-rules.js';
import { DncListsRepository } from './dnc-lists.repository.js';

/** What a campaign needs to know of a DNC list. */
export interface CampaignDncList {
  id: string;
  name: string;
  divisionId: string;
  /** Of a list of values of a contact column: that column. */
  customExclusionColumn: string | null;
}

/** The door for modules above. */
@Injectable()
export class DncListsService {
  constructor(
    private readonly lists: DncListsRepository,
    private readonly entries: DncEntriesRepository,
    private readonly imports: ImportsService,
  ) {}

  /** The lists with these ids within the scope; those that don't exist are left out. */
  async find(scope: DivisionScope, ids: readonly string[]): Promise<CampaignDncList[]> {
    const lists = await this.lists.find(scope, ids);
    return lists.map(({ id, name, divisionId, customExclusionColumn }) => ({
      id,
      name,
      divisionId,
      customExclusionColumn,
    }));
  }

  /** How many entries of each list are no longer in force; lists without any are left out. */
  countExpired(ids: readonly string[]): Promise<Map<string, number>> {
    return this.entries.countExpired(ids);
  }

  /**
   * Whether the person is on any DNC list of numbers, or has opted out of all messages, or of marketing from `sender`
   * (the platform's id of a number) when one is given.
   */
  isOnAnyList(matchKey: string, sender?: string): Promise<boolean> {
    return this.entries.isOnAnyList(matchKey, sender);
  }

  /** For each list that exists, why a WhatsApp campaign can't use it; no reasons when it can. */
  async explainUnusable(ids: readonly string[]): Promise<Map<string, Reason[]>> {
    const lists = await this.lists.find(EVERYWHERE, ids);
    const withEntries = await this.entries.findWithEntries(ids);
    const imports = await this.imports.findNewest('dnc-list', ids);
    return new Map(
      lists.map((list) => [
        list.id,
        explainUnusableDncList(list, withEntries.has(list.id), imports.get(list.id)),
      ]),
    );
  }
}
