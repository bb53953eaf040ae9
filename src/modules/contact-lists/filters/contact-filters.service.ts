import { Injectable } from '@nestjs/common';
import { type DivisionScope, EVERYWHERE } from '../../access/index.js';
import { ContactListFiltersRepository } from './contact-list-filters.repository.js';
import { criteriaSql, type FilterTarget } from './filter-sql.js';

/** What a campaign needs to know of a filter. */
export interface CampaignContactFilter {
  id: string;
  name: string;
  contactListId: string;
}

/** The door to saved filters for modules above. */
@Injectable()
export class ContactFilters {
  constructor(private readonly filters: ContactListFiltersRepository) {}

  /** The filters with these ids whose lists are within the scope; those that don't exist are left out. */
  async find(scope: DivisionScope, ids: readonly string[]): Promise<CampaignContactFilter[]> {
    if (ids.length === 0) return [];
    const filters = await this.filters.find(scope, ids);
    return filters.map(({ id, name, contactListId }) => ({ id, name, contactListId }));
  }

  /**
   * The filter as a condition on rows that have the cells in `data jsonb`; its values are added to the target's
   * params. Throws 404.
   */
  async sql(filterId: string, target: FilterTarget): Promise<string> {
    const { filterType, clauses } = await this.filters.get(EVERYWHERE, filterId);
    return criteriaSql({ filterType: filterType ?? undefined, clauses }, target);
  }
}
