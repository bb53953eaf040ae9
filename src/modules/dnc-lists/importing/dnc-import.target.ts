import { Injectable, type OnModuleInit } from '@nestjs/common';
import { RepeatFilter } from '../../../kernel/repeat-filter.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { type DivisionScope, EVERYWHERE } from '../../access/index.js';
import {
  type BatchCounts,
  ImportFailure,
  type ImportHead,
  type ImportOptions,
  type ImportReason,
  type ImportSession,
  ImportsService,
  type ImportTarget,
} from '../../imports/index.js';
import { DncEntriesRepository } from '../dnc-entries.repository.js';
import { DncLimits, MAX_ENTRIES, MAX_ENTRIES_OF_ALL } from '../dnc-limits.js';
import { keptByServer } from '../dnc-list.errors.js';
import { DncListsRepository } from '../dnc-lists.repository.js';
import { DncBatch, type DncRows } from './dnc-batch.js';
import { type DncImportOptions, explainKinds, findColumns } from './dnc-columns.js';
import { DncImportRepository } from './dnc-import.repository.js';

const GONE: [ImportReason] = [{ code: 'IMPORT_LIST_NO_LONGER_EXISTS', message: 'The DNC list was deleted.' }];
const FULL: ImportReason = {
  code: 'EXCEEDED_DNC_RECORD_LIMIT',
  message: `A DNC list may have at most ${MAX_ENTRIES} entries, and all lists together ${MAX_ENTRIES_OF_ALL}. Those that fit were imported; put the rest into another list.`,
};

/** What an import under way knows of its list. */
interface ListWrite {
  listId: string;
  /** Entries that this worker has put there. */
  added: number;
}

/** Imports files into DNC lists: the columns with entries that the list takes count, names and others are passed over. */
@Injectable()
export class DncImportTarget implements ImportTarget, OnModuleInit {
  readonly kind = 'dnc-list';
  readonly entityKind = 'dncList';
  readonly permission = 'outbound:dncList:upload';
  readonly inProgressCode = 'dnc.list.import.in.progress';

  constructor(
    private readonly imports: ImportsService,
    private readonly lists: DncListsRepository,
    private readonly entries: DncEntriesRepository,
    private readonly batches: DncImportRepository,
    private readonly limits: DncLimits,
  ) {}

  onModuleInit(): void {
    this.imports.register(this);
  }

  readForm(fields: Readonly<Record<string, string>>): ImportOptions {
    const expirationColumn = fields.expirationDateTimeColumn?.trim() || undefined;
    return {
      numberColumns: namesIn(fields.phoneColumns, fields.whatsAppColumns),
      emailColumns: namesIn(fields.emailColumns),
      customColumns: namesIn(fields.customExclusionColumns),
      expirationColumn,
    };
  }

  async getName(scope: DivisionScope, targetId: string): Promise<string> {
    return (await this.lists.get(scope, targetId)).name;
  }

  async check(scope: DivisionScope, targetId: string, options: DncImportOptions): Promise<void> {
    const list = await this.lists.get(scope, targetId);
    if (list.optOuts) throw keptByServer(list);
    const reasons = explainKinds(list, options);
    if (reasons.length === 0) return;
    throw new ApiError(
      'invalid',
      'dnc.source.operation.not.supported',
      reasons.map(({ message }) => message).join(' '),
      { entityId: targetId, entityName: list.name },
    );
  }

  async begin(
    targetId: string,
    options: ImportOptions,
    { columns: header, sample, recordCount }: ImportHead,
  ): Promise<[ImportReason, ...ImportReason[]] | ImportSession> {
    const [list] = await this.lists.find(EVERYWHERE, [targetId]);
    if (!list) return GONE;
    const columns = findColumns(list, header, sample, options);
    if (Array.isArray(columns)) return columns;
    const keys = new RepeatFilter(recordCount * columns.entries.length);
    const write: ListWrite = { listId: targetId, added: 0 };
    const save = (entries: DncRows): Promise<BatchCounts> => this.write(write, entries);
    return { newBatch: () => new DncBatch(columns, { listId: targetId, keys, save }) };
  }

  private async write(list: ListWrite, entries: DncRows): Promise<BatchCounts> {
    const { listId } = list;
    const size = await this.entries.lockList(listId);
    if (size === undefined) throw new ImportFailure(GONE);
    if (entries.rows.count === 0) return { added: 0, updated: 0 };
    const room = await this.limits.roomIn(size);
    const { added, updated, removed, repeated, leftOut } =
      size === list.added && canInsert(entries, room)
        ? await this.batches.insert(entries)
        : await this.batches.merge(listId, entries, room);
    await this.entries.changeSize(listId, added - removed);
    list.added += added - removed;
    await this.limits.findExceeded(listId);
    return { added, updated: updated + removed + repeated, stop: leftOut > 0 ? FULL : undefined };
  }
}

// On a list that has nothing but what this import put there, what is new in the file is new on the list. Should somebody
// have added one entry and removed another, PostgreSQL refuses the batch, and it is merged by the next attempt.
function canInsert({ rows, mayRepeat, hasEnded }: DncRows, room: number): boolean {
  return !mayRepeat && !hasEnded && rows.count <= room;
}

/** Names of columns, comma separated, each once. */
function namesIn(...lists: (string | undefined)[]): string[] {
  const names = lists.flatMap((list) => (list ?? '').split(',')).map((name) => name.trim());
  return [...new Set(names.filter((name) => name !== ''))];
}
