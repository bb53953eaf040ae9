import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { DivisionScope } from '../../access/index.js';
import { isTimeZone } from '../retention/retention.js';
import type { ContactList } from './contact-list.entity.js';
import { CONTACT_LISTS_PATH } from './contact-list.view.js';
import { ContactListsRepository } from './contact-lists.repository.js';

/** How the contacts of a list spread over time zones (Genesys Cloud API, TimeZoneMappingPreview). */
export interface TimeZonePreview {
  contactList: { id: string; name: string; selfUri: string };
  contactsPerTimeZone: Record<string, number>;
  /** Zip codes are not mapped here. */
  contactsMappedUsingZipCode: Record<string, number>;
  contactsMappedToASingleZone: number;
  contactsMappedToASingleZoneUsingZipCode: number;
  contactsMappedToMultipleZones: number;
  contactsMappedToMultipleZonesUsingZipCode: number;
  /** Contacts without a time zone that exists. */
  contactsInDefaultWindow: number;
  contactListSize: number;
}

const COUNT = `
  SELECT zones, count(*)::int AS count
    FROM (SELECT ARRAY(SELECT DISTINCT c.data ->> col FROM unnest($2::text[]) AS col
                        WHERE c.data ->> col <> '' ORDER BY 1) AS zones
            FROM contacts c WHERE c.contact_list_id = $1) per_contact
   GROUP BY zones`;

/** Counts the contacts of a list by what their time zone columns say. */
@Injectable()
export class TimeZonePreviews {
  constructor(
    private readonly lists: ContactListsRepository,
    private readonly uow: UnitOfWork,
  ) {}

  async preview(scope: DivisionScope, listId: string): Promise<TimeZonePreview> {
    const list = await this.lists.get(scope, listId);
    const rows = await this.uow.manager.query<{ zones: string[]; count: number }[]>(COUNT, [
      listId,
      timeColumns(list),
    ]);
    const perZone = new Map<string, number>();
    const counts = { none: 0, single: 0, several: 0 };
    for (const { zones, count } of rows) {
      const known = zones.filter(isTimeZone);
      for (const zone of known) perZone.set(zone, (perZone.get(zone) ?? 0) + count);
      counts[known.length === 0 ? 'none' : known.length === 1 ? 'single' : 'several'] += count;
    }
    return {
      contactList: { id: list.id, name: list.name, selfUri: `${CONTACT_LISTS_PATH}/${list.id}` },
      contactsPerTimeZone: Object.fromEntries(perZone),
      contactsMappedUsingZipCode: {},
      contactsMappedToASingleZone: counts.single,
      contactsMappedToASingleZoneUsingZipCode: 0,
      contactsMappedToMultipleZones: counts.several,
      contactsMappedToMultipleZonesUsingZipCode: 0,
      contactsInDefaultWindow: counts.none,
      contactListSize: list.size,
    };
  }
}

function timeColumns({ phoneColumns, emailColumns, whatsAppColumns }: ContactList): string[] {
  const columns = [...phoneColumns, ...emailColumns, ...whatsAppColumns];
  return [...new Set(columns.flatMap(({ timeColumn }) => timeColumn ?? []))];
}
