import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { readWhatsAppId } from '../../kernel/whatsapp-id.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../platform/errors/api-error.js';
import type { DivisionScope } from '../access/index.js';
import { DncEntriesRepository } from './dnc-entries.repository.js';
import { dncListNotFound } from './dnc-list.errors.js';
import { DncListsRepository } from './dnc-lists.repository.js';
import { type DncEntry, isUnstorable, readExpiration, uniqueEntries } from './dnc-numbers.js';

/** Greatest number of entries of a DNC list (Genesys Cloud API, limits). */
export const MAX_ENTRIES = 1_000_000;

/** What a caller adds or removes; `field` is where the numbers were in the request. */
export interface NumbersRequest {
  numbers: readonly string[];
  field: string;
  expirationDateTime?: string;
}

/** Numbers of DNC lists one by one; large numbers come by import. */
@Injectable()
export class DncEntriesService {
  constructor(
    private readonly lists: DncListsRepository,
    private readonly entries: DncEntriesRepository,
    private readonly uow: UnitOfWork,
  ) {}

  /** Adds numbers; adding one again changes when it ends. Throws 400 with every number that can't be read. */
  async add(scope: DivisionScope, listId: string, request: NumbersRequest): Promise<void> {
    await this.requireNumbersList(scope, listId);
    const entries = uniqueEntries(readEntries(request));
    await this.uow.run(async () => {
      const size = await this.lockList(listId);
      const { added } = await this.entries.upsert(listId, entries);
      if (size + added > MAX_ENTRIES) throw listFull(listId);
    });
  }

  /** Removes numbers; those that are not in the list are passed over. */
  async remove(scope: DivisionScope, listId: string, request: NumbersRequest): Promise<void> {
    await this.requireNumbersList(scope, listId);
    const keys = readEntries({ ...request, expirationDateTime: undefined }).map(({ matchKey }) => matchKey);
    await this.uow.run(async () => {
      await this.lockList(listId);
      await this.entries.remove(listId, keys);
    });
  }

  /** Removes all numbers, or those that have expired. */
  async clear(scope: DivisionScope, listId: string, expiredOnly: boolean): Promise<void> {
    await this.lists.get(scope, listId);
    await this.uow.run(async () => {
      await this.lockList(listId);
      await this.entries.clear(listId, expiredOnly);
    });
  }

  private async requireNumbersList(scope: DivisionScope, listId: string): Promise<void> {
    const { contactMethod, name } = await this.lists.get(scope, listId);
    if (contactMethod !== 'Email') return;
    throw new ApiError(
      'invalid',
      'dnc.source.operation.not.supported',
      'The DNC list has the contact method Email and takes no numbers.',
      { entityId: listId, entityName: name },
    );
  }

  private async lockList(listId: string): Promise<number> {
    const size = await this.entries.lockList(listId);
    if (size === undefined) throw dncListNotFound(listId);
    return size;
  }
}

function readEntries({ numbers, field, expirationDateTime }: NumbersRequest): DncEntry[] {
  const reasons: Reason[] = [];
  const expiresAt = expirationDateTime ? readExpiration(expirationDateTime, new Date()) : null;
  if (typeof expiresAt === 'string') {
    reasons.push({ code: 'invalid.date.value', field: 'expirationDateTime', message: `${expiresAt}.` });
  }
  if (numbers.length === 0) {
    reasons.push({ code: 'invalid.value', field, message: `${field} must hold at least one number.` });
  }
  const entries: DncEntry[] = [];
  for (const [at, number] of numbers.entries()) {
    const read = readWhatsAppId(number);
    const place = `${field}.${at}`;
    if (read.ok && !isUnstorable(number)) {
      entries.push({ value: number.trim(), matchKey: read.matchKey, expiresAt: expiresAt as Date | null });
    } else {
      const why = read.ok ? 'it has a character that no text has' : read.message;
      const message = `${place}: "${number.slice(0, 40)}" is no number: ${why}.`;
      reasons.push({ code: 'invalid.phone.number', field: place, message });
    }
  }
  if (reasons.length > 0) throw reasonsError(reasons);
  return entries;
}

function listFull(listId: string): ApiError {
  return new ApiError(
    'invalid',
    'dnc.records.per.list.limit.exceeded',
    'A DNC list may have at most {limit} entries; make another list.',
    {
      params: { limit: MAX_ENTRIES },
      limit: { key: 'dnc.records.per.list', namespace: 'outbound', value: MAX_ENTRIES },
      entityId: listId,
    },
  );
}
