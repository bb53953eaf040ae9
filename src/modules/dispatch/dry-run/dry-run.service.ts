import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../../access/index.js';
import { type CampaignTrial, CampaignTrials, type DispatchCampaign } from '../../campaigns/index.js';
import { ContactFilters, ContactListsService } from '../../contact-lists/index.js';
import { WINDOW_CLOSED } from '../dispositions.js';
import { ContactLooks, type Looks } from './contact-looks.service.js';
import { ContactJudge } from './contact-judge.js';
import { type DryRunFacts, DryRunFactsFinder } from './dry-run-facts.service.js';
import { DryRunRows } from './dry-run-rows.service.js';
import { baseParams, countSql, type Selection, SHARED_ID, type ZoneTest } from './dry-run.sql.js';
import type { DryRunReason, DryRunView } from './dry-run.view.js';

/** Below the minute after which proxies commonly give up; a list with a million contacts takes about twenty seconds. */
const TIMEOUT_MS = 55_000;
const ZONE_BLOCKED = 'ININ-OUTBOUND-ZONE-BLOCKED-SKIPPED';
// PostgreSQL's code for a statement that took longer than it may.
const QUERY_CANCELED = '57014';

interface CountRow {
  outcome: string | null;
  disposition: string | null;
  fate: number | null;
  count: number;
  people: number;
  waiting: number;
  exampleSeq: string;
}

type Ending = DryRunReason & { exampleSeq?: string };

/**
 * Tells what a start of a campaign with the first contact would do at this moment, by the statements and functions that
 * dispatch itself uses. Writes and sends nothing.
 */
@Injectable()
export class DryRunService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly trials: CampaignTrials,
    private readonly facts: DryRunFactsFinder,
    private readonly looks: ContactLooks,
    private readonly rows: DryRunRows,
    private readonly contactLists: ContactListsService,
    private readonly filters: ContactFilters,
  ) {}

  /** Of a saved campaign. Throws 404, and 503 `request.timeout` when the list can't be looked through in time. */
  async ofSaved(caller: Caller, campaignId: string): Promise<DryRunView> {
    return this.of(caller, await this.trials.ofSaved(caller, campaignId));
  }

  /** Of a campaign as it might be created. Throws 400 with all reasons why it could not be, 403, 503. */
  async ofDraft(caller: Caller, body: unknown): Promise<DryRunView> {
    return this.of(caller, await this.trials.ofDraft(caller, body));
  }

  private async of(caller: Caller, trial: CampaignTrial): Promise<DryRunView> {
    const { contactListId } = trial.campaign;
    const [facts, [visible]] = await Promise.all([
      this.facts.find(trial.campaign),
      this.contactLists.find(caller.scope('outbound:contact:view'), [contactListId]),
    ]);
    try {
      return await this.uow.run(() => this.look(trial, facts, visible !== undefined));
    } catch (error) {
      if ((error as { driverError?: { code?: string } }).driverError?.code !== QUERY_CANCELED) throw error;
      throw tooLong(error);
    }
  }

  private async look(
    { campaign, problems }: CampaignTrial,
    facts: DryRunFacts | undefined,
    mayRead: boolean,
  ): Promise<DryRunView> {
    const checkTime = await this.begin();
    const now = new Date();
    const zones = facts && zonesOf(facts, now);
    const looks =
      facts && (await this.looks.look(campaign, facts, await this.with(campaign, { now, checkTime })));
    await this.limit(checkTime());
    const [{ total }] = await this.uow.manager.query<[{ total: number }]>(
      `SELECT count(*)::int AS total FROM contact_list_contacts_v WHERE contact_list_id = $1`,
      [campaign.contactListId],
    );
    const counted = await this.select(campaign, now);
    const counts = await this.uow.manager.query<CountRow[]>(countSql(counted, looks, zones), counted.params);
    await this.limit(checkTime());
    const matching = counts.reduce((sum, { count }) => sum + count, 0);
    const messaged = counts.find(({ outcome }) => outcome === null);
    const endings = await this.toReasons(counts, looks, mayRead);
    const judge = facts && new ContactJudge(facts, campaign.whatsAppColumns.length, now);
    return {
      problems,
      totalContacts: total,
      filteredOutContacts: total - matching,
      wouldBeMessaged: messaged?.people ?? 0,
      wouldWait: messaged?.waiting ?? 0,
      wouldBeSkipped: endings.filter(({ disposition }) => disposition !== undefined),
      undecided: endings.filter(({ disposition }) => disposition === undefined),
      firstContacts:
        mayRead && facts && judge
          ? await this.rows.first(campaign, {
              facts,
              judge,
              now,
              selection: await this.select(campaign, now),
            })
          : [],
    };
  }

  // One state of the database from the first look to the last.
  private async begin(): Promise<() => number> {
    await this.uow.manager.query(`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`);
    // The ids of a million people are told apart in memory instead of on the disk.
    await this.uow.manager.query(`SET LOCAL work_mem = '128MB'`);
    const end = performance.now() + TIMEOUT_MS;
    await this.limit(TIMEOUT_MS);
    return () => {
      const left = Math.ceil(end - performance.now());
      if (left <= 0) throw tooLong(undefined);
      return left;
    };
  }

  private async limit(ms: number): Promise<void> {
    await this.uow.manager.query(`SET LOCAL statement_timeout = ${ms}`);
  }

  private async with<T extends { now: Date }>(
    campaign: DispatchCampaign,
    rest: T,
  ): Promise<T & { selection: Selection }> {
    return { ...rest, selection: await this.select(campaign, rest.now) };
  }

  private async select(campaign: DispatchCampaign, now: Date): Promise<Selection> {
    const params = baseParams(campaign);
    const { contactListFilterId } = campaign;
    const matches = contactListFilterId
      ? await this.filters.sql(contactListFilterId, { alias: 'c', params, now })
      : 'TRUE';
    return { params, matches };
  }

  private async toReasons(
    counts: CountRow[],
    looks: Looks | undefined,
    mayRead: boolean,
  ): Promise<DryRunReason[]> {
    const endings = counts.flatMap((row) => toEndings(row, looks));
    const seqs = mayRead ? endings.map(({ exampleSeq }) => exampleSeq).filter(Boolean) : [];
    const examples = await this.uow.manager.query<{ seq: string; contact_id: string }[]>(
      `SELECT seq, contact_id FROM contact_list_contacts_v WHERE seq = ANY($1::bigint[])`,
      [seqs],
    );
    return endings
      .sort((a, b) => b.count - a.count)
      .map(({ exampleSeq, ...reason }) => ({
        ...reason,
        exampleContactId: examples.find(({ seq }) => seq === exampleSeq)?.contact_id,
      }));
  }
}

function toEndings(row: CountRow, looks: Looks | undefined): Ending[] {
  const { outcome, disposition, fate, count, people, exampleSeq } = row;
  switch (outcome) {
    case null:
      return count > people ? [{ ...SHARED_ID, count: count - people }] : [];
    case 'zone':
      return [{ disposition: ZONE_BLOCKED, detail: 'no callable times for the zone', count, exampleSeq }];
    case 'missed':
      return [{ disposition: ZONE_BLOCKED, detail: WINDOW_CLOSED, count, exampleSeq }];
    case 'fate': {
      const meaning = looks!.meanings.get(fate!)!;
      const code = meaning.kind === 'skip' ? meaning.disposition : undefined;
      return [{ disposition: code, detail: meaning.detail, count, exampleSeq }];
    }
    default:
      return [{ disposition: disposition!, detail: outcome, count, exampleSeq }];
  }
}

function zonesOf({ times }: DryRunFacts, now: Date): ZoneTest | undefined {
  if (!times) return undefined;
  const { timeColumns, windows, reschedules } = times;
  return { timeColumns, zones: windows.kindsAt(now), reschedules };
}

function tooLong(cause: unknown): ApiError {
  return new ApiError('unavailable', 'request.timeout', 'The dry run took too long; try again later.', {
    cause,
  });
}
