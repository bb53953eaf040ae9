import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { type Caller, EVERYWHERE } from '../../access/index.js';
import { CampaignLifecycle, type DispatchCampaign } from '../../campaigns/index.js';
import { ContactFilters, ContactListsService } from '../../contact-lists/index.js';
import { type CampaignTemplate, renderTemplate, TemplatesService } from '../../templates/index.js';
import { queueOrder } from '../runs/queue-order.js';
import { countSql, rowsSql } from './dry-run.sql.js';
import type { DryRunReason, DryRunRow, DryRunView } from './dry-run.view.js';

const FIRST_ROWS = 25;
/** Below the time after which clients give up, 16 s. */
const TIMEOUT_MS = 14_000;
const SHARED_ID = {
  disposition: 'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED',
  detail: 'another contact before has the same WhatsApp id',
};
// PostgreSQL's code for a statement that took longer than it may.
const QUERY_CANCELED = '57014';

interface CountRow {
  obstacle: string | null;
  disposition: string | null;
  count: number;
  people: number;
  exampleSeq: string;
}

type Skipped = DryRunReason & { exampleSeq?: string };

interface FirstRow {
  contactId: string;
  data: Record<string, string>;
  column: string;
  address: string | null;
  matchKey: string | null;
  disposition: string | null;
}

/**
 * Tells what a start of a campaign with the first contact would do, by the statements that dispatch itself uses. Writes
 * and sends nothing. What only the moment of sending decides is left out: callable times and rule sets.
 */
@Injectable()
export class DryRunService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignLifecycle,
    private readonly contactLists: ContactListsService,
    private readonly filters: ContactFilters,
    private readonly templates: TemplatesService,
  ) {}

  /** Throws 404, and 503 `request.timeout` when the list is too big to be looked through in time. */
  async of(caller: Caller, campaignId: string): Promise<DryRunView> {
    const campaign = await this.campaigns.get(caller.scope('outbound:whatsAppCampaign:view'), campaignId);
    const { contactListId, contentTemplateId } = campaign;
    const [[visible], [template]] = await Promise.all([
      this.contactLists.find(caller.scope('outbound:contact:view'), [contactListId]),
      this.templates.find(EVERYWHERE, [contentTemplateId]),
    ]);
    try {
      return await this.uow.run(() => this.look(campaign, template, visible !== undefined));
    } catch (error) {
      if ((error as { driverError?: { code?: string } }).driverError?.code !== QUERY_CANCELED) throw error;
      throw new ApiError('unavailable', 'request.timeout', 'The dry run took too long; try again later.', {
        cause: error,
      });
    }
  }

  private async look(
    campaign: DispatchCampaign,
    template: CampaignTemplate | undefined,
    mayRead: boolean,
  ): Promise<DryRunView> {
    await this.uow.manager.query(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`);
    await this.uow.manager.query(`SET LOCAL statement_timeout = ${TIMEOUT_MS}`);
    // The ids of a million people are told apart in memory instead of on the disk.
    await this.uow.manager.query(`SET LOCAL work_mem = '128MB'`);
    const [{ total }] = await this.uow.manager.query<[{ total: number }]>(
      `SELECT count(*)::int AS total FROM contact_list_contacts_v WHERE contact_list_id = $1`,
      [campaign.contactListId],
    );
    const counts = await this.count(campaign);
    const matching = counts.reduce((sum, { count }) => sum + count, 0);
    const usable = counts.find(({ obstacle }) => obstacle === null);
    const wouldBeSkipped = await this.toReasons(counts, mayRead);
    return {
      totalContacts: total,
      filteredOutContacts: total - matching,
      wouldBeMessaged: usable?.people ?? 0,
      wouldBeSkipped,
      firstContacts: mayRead ? await this.firstContacts(campaign, template) : [],
    };
  }

  private async count(campaign: DispatchCampaign): Promise<CountRow[]> {
    const { params, matches } = await this.begin(campaign);
    return this.uow.manager.query(countSql(matches), params);
  }

  private async firstContacts(
    campaign: DispatchCampaign,
    template: CampaignTemplate | undefined,
  ): Promise<DryRunRow[]> {
    const { params, matches } = await this.begin(campaign);
    const order = queueOrder(campaign.contactSorts, params);
    const rows = await this.uow.manager.query<FirstRow[]>(rowsSql(matches, order, FIRST_ROWS), params);
    const seen = new Set<string>();
    return rows.map((row, index) => ({
      position: index + 1,
      contactId: row.contactId,
      column: row.column,
      address: row.address ?? undefined,
      ...fateOf(row, template, seen),
    }));
  }

  private async begin({
    id,
    contactListId,
    contactListFilterId,
    whatsAppColumns,
  }: DispatchCampaign): Promise<{ params: unknown[]; matches: string }> {
    const params: unknown[] = [id, contactListId, whatsAppColumns];
    const matches = contactListFilterId
      ? await this.filters.sql(contactListFilterId, { alias: 'c', params, now: new Date() })
      : 'TRUE';
    return { params, matches };
  }

  private async toReasons(counts: CountRow[], mayRead: boolean): Promise<DryRunReason[]> {
    const reasons = counts.flatMap(({ obstacle, disposition, count, people, exampleSeq }): Skipped[] => {
      if (obstacle !== null) return [{ disposition: disposition!, detail: obstacle, count, exampleSeq }];
      return count > people ? [{ ...SHARED_ID, count: count - people }] : [];
    });
    const seqs = mayRead ? reasons.map(({ exampleSeq }) => exampleSeq).filter(Boolean) : [];
    const examples = await this.uow.manager.query<{ seq: string; contact_id: string }[]>(
      `SELECT seq, contact_id FROM contact_list_contacts_v WHERE seq = ANY($1::bigint[])`,
      [seqs],
    );
    return reasons
      .sort((a, b) => b.count - a.count)
      .map(({ exampleSeq, ...reason }) => ({
        ...reason,
        exampleContactId: examples.find(({ seq }) => seq === exampleSeq)?.contact_id,
      }));
  }
}

// Whoever comes first of those with one id is messaged, if the template can be filled for them.
function fateOf(
  { data, matchKey, disposition }: FirstRow,
  template: CampaignTemplate | undefined,
  seen: Set<string>,
): Pick<DryRunRow, 'text' | 'disposition' | 'detail'> {
  if (disposition !== null) return { disposition };
  if (matchKey !== null && seen.has(matchKey)) return SHARED_ID;
  if (!template) return {};
  const rendered = renderTemplate(template, data);
  if (!rendered.ok) return { disposition: rendered.code, detail: rendered.message };
  if (matchKey !== null) seen.add(matchKey);
  return { text: rendered.text };
}
