import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../platform/errors/api-error.js';
import type { DivisionScope } from '../access/index.js';
import { ImportsService } from '../imports/index.js';
import { DncEntriesRepository } from './dnc-entries.repository.js';
import { type DncEntryKind, readDncEntry, takesKind } from './dnc-entry-kinds.js';
import { DncLimits } from './dnc-limits.js';
import type { DncList } from './dnc-list.entity.js';
import { dncListNotFound, keptByServer } from './dnc-list.errors.js';
import { DncListsRepository } from './dnc-lists.repository.js';
import { type DncEntry, readExpiration, uniqueEntries } from './dnc-numbers.js';

/** What a caller adds or removes; `field` is where the entries were in the request. */
export interface EntriesRequest {
  kind: DncEntryKind;
  texts: readonly string[];
  field: string;
  expirationDateTime?: string;
}

const CALLED: Readonly<Record<DncEntryKind, { noun: string; plural: string; invalidCode: string }>> = {
  number: { noun: 'number', plural: 'numbers', invalidCode: 'invalid.phone.number' },
  email: { noun: 'e-mail address', plural: 'e-mail addresses', invalidCode: 'invalid.email.address' },
  custom: { noun: 'value', plural: 'values of a contact column', invalidCode: 'invalid.value' },
};

/** Entries of DNC lists one by one; large numbers come by import. */
@Injectable()
export class DncEntriesService {
  constructor(
    private readonly lists: DncListsRepository,
    private readonly entries: DncEntriesRepository,
    private readonly limits: DncLimits,
    private readonly imports: ImportsService,
    private readonly uow: UnitOfWork,
  ) {}

  /**
   * Adds entries; adding one again changes when it ends, and one whose end is past is removed. Throws 400 with every
   * entry that can't be read.
   */
  async add(scope: DivisionScope, listId: string, request: EntriesRequest): Promise<void> {
    const list = await this.requireKind(scope, listId, request.kind);
    if (list.optOuts) throw keptByServer(list);
    const entries = uniqueEntries(readEntries(request));
    await this.uow.run(async () => {
      await this.lockList(listId);
      const { added } = await this.entries.upsert(listId, entries);
      if (added > 0) await this.limits.require(listId);
    });
  }

  /** Removes entries; those that are not in the list are passed over. */
  async remove(scope: DivisionScope, listId: string, request: EntriesRequest): Promise<void> {
    await this.requireKind(scope, listId, request.kind);
    const keys = readEntries({ ...request, expirationDateTime: undefined }).map(({ matchKey }) => matchKey);
    await this.uow.run(async () => {
      await this.lockList(listId);
      await this.entries.remove(listId, keys);
    });
  }

  /**
   * Removes all entries of the kind, or those that have expired. With the last entry the list forgets how its imports
   * went: nothing is left of them.
   */
  async clear(scope: DivisionScope, listId: string, kind: DncEntryKind, expiredOnly: boolean): Promise<void> {
    const list = await this.requireKind(scope, listId, kind);
    if (list.optOuts && !expiredOnly) throw keptByServer(list);
    await this.uow.run(async () => {
      await this.lockList(listId);
      await this.entries.clear(listId, kind, expiredOnly);
      const isEmptied = !expiredOnly && (await this.entries.lockList(listId)) === 0;
      if (isEmptied) await this.imports.forgetFinished('dnc-list', listId);
    });
  }

  private async requireKind(scope: DivisionScope, listId: string, kind: DncEntryKind): Promise<DncList> {
    const list = await this.lists.get(scope, listId);
    if (takesKind(list, kind)) return list;
    const { dncSourceType, contactMethod, name } = list;
    const what = contactMethod ? `the contact method ${contactMethod}` : `the source ${dncSourceType}`;
    throw new ApiError(
      'invalid',
      'dnc.source.operation.not.supported',
      `The DNC list has ${what} and takes no ${CALLED[kind].plural}.`,
      { entityId: listId, entityName: name },
    );
  }

  private async lockList(listId: string): Promise<void> {
    if ((await this.entries.lockList(listId)) === undefined) throw dncListNotFound(listId);
  }
}

function readEntries({ kind, texts, field, expirationDateTime }: EntriesRequest): DncEntry[] {
  const { noun, invalidCode } = CALLED[kind];
  const reasons: Reason[] = [];
  const expiresAt = expirationDateTime ? readExpiration(expirationDateTime, new Date()) : null;
  if (typeof expiresAt === 'string') {
    reasons.push({ code: 'invalid.date.value', field: 'expirationDateTime', message: `${expiresAt}.` });
  }
  if (texts.length === 0) {
    reasons.push({ code: 'invalid.value', field, message: `${field} must hold at least one ${noun}.` });
  }
  const entries: DncEntry[] = [];
  for (const [at, text] of texts.entries()) {
    const read = readDncEntry(kind, text);
    const place = `${field}.${at}`;
    if (read.ok) {
      entries.push({ value: text.trim(), matchKey: read.matchKey, expiresAt: expiresAt as Date | null });
    } else {
      const message = `${place}: "${text.slice(0, 40)}" is no ${noun}: ${read.message}.`;
      reasons.push({ code: invalidCode, field: place, message });
    }
  }
  if (reasons.length > 0) throw reasonsError(reasons);
  return entries;
}
