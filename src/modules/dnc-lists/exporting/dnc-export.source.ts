import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type Caller, EVERYWHERE, isInScope } from '../../access/index.js';
import {
  type ExportContent,
  type ExportSource,
  type ExportSubject,
  ExportsService,
} from '../../exports/index.js';
import type { DncList } from '../dnc-list.entity.js';
import { dncListNotFound } from '../dnc-list.errors.js';
import { DncListsRepository } from '../dnc-lists.repository.js';

// The third column is where the Terraform provider reads the end of an entry.
const ENTRIES = `
  SELECT e.value,
         CASE WHEN l.custom_exclusion_column IS NOT NULL THEN l.custom_exclusion_column
              WHEN e.match_key ~ '@' THEN 'email' ELSE 'number' END,
         to_char(e.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')
    FROM dnc_entries e JOIN dnc_lists l ON l.id = e.dnc_list_id
   WHERE e.dnc_list_id = $1 AND (e.expires_at IS NULL OR e.expires_at > now())
   ORDER BY e.match_key`;

/** Entries in force of a DNC list as rows of a file: the entry, what it is, when it ends. */
@Injectable()
export class DncExportSource implements ExportSource, OnModuleInit {
  readonly kind = 'dnc-list';

  constructor(
    private readonly exports: ExportsService,
    private readonly lists: DncListsRepository,
  ) {}

  onModuleInit(): void {
    this.exports.register(this);
  }

  async check(caller: Caller, { subjectId }: ExportSubject): Promise<void> {
    await getExportable(this.lists, caller, subjectId);
  }

  async open({ subjectId }: ExportSubject): Promise<ExportContent> {
    const list = await this.lists.get(EVERYWHERE, subjectId);
    const columns = [
      { name: 'entry' },
      { name: 'type' },
      { name: 'expirationDateTime', safe: true as const },
    ];
    return { columns, query: { sql: ENTRIES, params: [list.id] } };
  }
}

/** The list, for a caller who may see both it and its entries. Throws 404 for others. */
export async function getExportable(
  lists: DncListsRepository,
  caller: Caller,
  listId: string,
): Promise<DncList> {
  const list = await lists.get(caller.scope('outbound:dncList:view'), listId);
  if (!isInScope(caller.scope('outbound:dnc:view'), list.divisionId)) throw dncListNotFound(listId);
  return list;
}
