import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { DispatchCampaign } from '../../campaigns/index.js';
import { ContactFilters } from '../../contact-lists/index.js';
import {
  appendSql,
  arrangeSql,
  COUNT_CHANGES,
  NOTE_ADDED,
  placeSql,
  spreadSql,
  TAKE_CHANGES,
} from './dynamic-queue.sql.js';
import { queueOrder } from './queue-order.js';

/** Contacts that one tick puts where they belong. */
const MOST_AT_ONCE = 200;
/** From so many waiting changes on it is asked whether sorting all of the queue costs less than one after the other. */
const MANY_CHANGES = 5_000;
/** It does when they are at least this part of the queue. */
const LARGE_PART = 1 / 4;
/** Messages to each side of a place without room that move a little. */
const STRETCH = 500;

type Campaign = Pick<
  DispatchCampaign,
  'contactListId' | 'contactListFilterId' | 'contactSorts' | 'dynamicSort' | 'dynamicFilter'
>;

/**
 * Keeps the queue of a run as its campaign wants it while contacts are added and changed (Genesys Cloud API,
 * dynamicContactQueueingSettings). A trigger notes whoever changes; each tick takes some of them, under the lock of the
 * run. With `sort` they come where they belong. With `filter` those come in that pass now; those that no longer do are
 * dropped by the claim, which looks at the contact as it is at that moment.
 */
@Injectable()
export class DynamicQueues {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly filters: ContactFilters,
  ) {}

  /** Takes some of the changes into the queue; true when more may wait. */
  async keepUp(runId: string, campaign: Campaign): Promise<boolean> {
    if (!campaign.dynamicSort) {
      if (!campaign.dynamicFilter) return false;
      const seqs = await this.takeChanges(runId, MOST_AT_ONCE);
      await this.append(runId, campaign, seqs);
      return seqs.length > 0;
    }
    await this.uow.manager.query(NOTE_ADDED, [runId, campaign.contactListId, MANY_CHANGES]);
    if (await this.isBetterArrangedWhole(runId)) {
      await this.append(runId, campaign, await this.takeChanges(runId, null));
      await this.arrange(runId, campaign);
      return true;
    }
    const seqs = await this.takeChanges(runId, MOST_AT_ONCE);
    await this.place(runId, campaign, seqs);
    return seqs.length > 0;
  }

  /** What a claim needs to look at contacts again: the condition on contacts `c`. */
  filterOf({
    dynamicFilter,
    contactListFilterId,
  }: Campaign): ((params: unknown[]) => Promise<string>) | undefined {
    if (!dynamicFilter || !contactListFilterId) return undefined;
    return (params) => this.matches(contactListFilterId, params);
  }

  // A run that was opened before its campaign was sorted dynamically has no room between its positions.
  private async isBetterArrangedWhole(runId: string): Promise<boolean> {
    const [row] = await this.uow.manager.query<
      [{ spaced: boolean; areMany: boolean; changes: number | null; queued: number | null }]
    >(COUNT_CHANGES, [runId, MANY_CHANGES]);
    return !row.spaced || (row.areMany && row.changes! >= row.queued! * LARGE_PART);
  }

  private async takeChanges(runId: string, most: number | null): Promise<string[]> {
    const [rows] = await this.uow.manager.query<[{ seq: string }[], number]>(TAKE_CHANGES, [runId, most]);
    return [...new Set(rows.map(({ seq }) => seq))];
  }

  private async append(runId: string, campaign: Campaign, seqs: string[]): Promise<void> {
    if (seqs.length === 0) return;
    const params: unknown[] = [runId, campaign.contactListId, seqs];
    const matches = await this.matches(campaign.contactListFilterId, params);
    await this.uow.manager.query(appendSql(matches), params);
  }

  private async arrange(runId: string, { contactSorts }: Campaign): Promise<void> {
    const params: unknown[] = [runId];
    await this.uow.manager.query(arrangeSql(queueOrder(contactSorts, params)), params);
  }

  private async place(runId: string, campaign: Campaign, seqs: string[]): Promise<void> {
    if (seqs.length === 0) return;
    const params: unknown[] = [runId, campaign.contactListId, seqs];
    const matches = await this.matches(campaign.contactListFilterId, params);
    const order = queueOrder(campaign.contactSorts, params);
    const tight = await this.uow.manager.query<{ tight: string }[]>(placeSql(matches, order), params);
    for (const { tight: position } of tight) await this.spread(runId, campaign, position);
  }

  private async spread(runId: string, campaign: Campaign, position: string): Promise<void> {
    const params: unknown[] = [runId, position, STRETCH];
    const order = queueOrder(campaign.contactSorts, params);
    const [row] = await this.uow.manager.query<[{ room: string | null }]>(spreadSql(order), params);
    if (Number(row.room) < 2) await this.arrange(runId, campaign);
  }

  private async matches(contactListFilterId: string | null, params: unknown[]): Promise<string> {
    if (!contactListFilterId) return 'TRUE';
    return this.filters.sql(contactListFilterId, { alias: 'c', params, now: new Date() });
  }
}
