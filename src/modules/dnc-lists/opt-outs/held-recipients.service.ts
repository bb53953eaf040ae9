import { Injectable } from '@nestjs/common';
import { readWhatsAppId } from '../../../kernel/whatsapp-id.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { DivisionsService } from '../../access/index.js';
import { DncEntriesRepository } from '../dnc-entries.repository.js';
import type { DncEntry } from '../dnc-numbers.js';
import { type OptOutList, OptOutsRepository } from './opt-outs.repository.js';

/** Why somebody is not messaged for a while, although nobody asked for it. */
export type RecipientHold = 'unreachable' | 'cool-down';

const NAMES: Readonly<Record<RecipientHold, string>> = {
  unreachable: 'WhatsApp unreachable numbers',
  'cool-down': 'WhatsApp marketing cool-down',
};

/**
 * People whom WhatsApp could not reach, who get no message at all, and people to whom it lets no more marketing through
 * for now. They are on DNC lists of the server, made in the home division when they are first needed; the lists hold
 * for every campaign they concern, whether it names them or not.
 */
@Injectable()
export class HeldRecipients {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: OptOutsRepository,
    private readonly entries: DncEntriesRepository,
    private readonly divisions: DivisionsService,
  ) {}

  /** Keeps others from changing holds of the kind until the transaction ends. */
  async lock(kind: RecipientHold): Promise<void> {
    await this.lockedList(kind);
  }

  /** Holds people until a moment, null for good. A hold never ends another one early. Safe to do twice. */
  async hold(
    kind: RecipientHold,
    people: readonly { whatsAppId: string; until: Date | null }[],
  ): Promise<void> {
    const told = latest(people);
    if (told.size === 0) return;
    await this.uow.run(async () => {
      const list = await this.lockedList(kind);
      const ends = await this.entries.findEnds(list.id, [...told.keys()]);
      const longer = [...told.values()].filter(({ matchKey, expiresAt }) =>
        isLater(expiresAt, ends.get(matchKey)),
      );
      if (longer.length > 0) await this.entries.upsert(list.id, longer);
    });
  }

  /** Ends holds; those that are not there are passed over. */
  async release(kind: RecipientHold, matchKeys: readonly string[]): Promise<void> {
    if (matchKeys.length === 0) return;
    await this.uow.run(async () => {
      const list = await this.repository.findList(kind, null);
      if (!list) return;
      await this.entries.lockList(list.id);
      await this.entries.remove(list.id, matchKeys);
    });
  }

  private async lockedList(kind: RecipientHold): Promise<OptOutList> {
    const home = await this.divisions.home();
    const list = await this.repository.getList(NAMES[kind], home.id, { scope: kind, sender: null });
    await this.entries.lockList(list.id);
    return list;
  }
}

/** Each person once, with the latest end; those whose end is past are left out. */
function latest(people: readonly { whatsAppId: string; until: Date | null }[]): Map<string, DncEntry> {
  const told = new Map<string, DncEntry>();
  for (const { whatsAppId, until } of people) {
    const read = readWhatsAppId(whatsAppId);
    if (!read.ok || (until && until.getTime() <= Date.now())) continue;
    const known = told.get(read.matchKey);
    if (isLater(until, known?.expiresAt))
      told.set(read.matchKey, { matchKey: read.matchKey, value: read.id, expiresAt: until });
  }
  return told;
}

/** Whether an end is later than another one; null is never, undefined stands for no hold. */
function isLater(end: Date | null, than: Date | null | undefined): boolean {
  if (than === undefined) return true;
  if (than === null) return false;
  return end === null || end > than;
}
