import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { toWireDate } from '../../../platform/http/json-dates.js';
import type { DispatchCampaign } from '../../campaigns/index.js';
import { WINDOW_CLOSED } from '../dispositions.js';
import { queueOrder } from '../runs/queue-order.js';
import type { ContactJudge, JudgedContact } from './contact-judge.js';
import type { DryRunFacts } from './dry-run-facts.service.js';
import { rowsSql, type Selection, SHARED_ID } from './dry-run.sql.js';
import type { DryRunRow } from './dry-run.view.js';

const FIRST_ROWS = 25;

interface FirstRow extends JudgedContact {
  contactId: string;
  address: string;
  matchKey: string | null;
  disposition: string | null;
}

type Ending = Pick<DryRunRow, 'text' | 'contentTemplateId' | 'waitsUntil' | 'disposition' | 'detail'>;

interface Judging {
  facts: DryRunFacts;
  judge: ContactJudge;
  now: Date;
}

/** The first contacts of a dry run, with the message that each would get. */
@Injectable()
export class DryRunRows {
  constructor(private readonly uow: UnitOfWork) {}

  /** Within a transaction. */
  async first(
    campaign: DispatchCampaign,
    { selection, ...judging }: Judging & { selection: Selection },
  ): Promise<DryRunRow[]> {
    const order = queueOrder(campaign.contactSorts, selection.params);
    const ruledTemplates = [...judging.facts.ruledTemplates.keys()];
    const sql = rowsSql(selection, { order, limit: FIRST_ROWS, ruledTemplates });
    const rows = await this.uow.manager.query<FirstRow[]>(sql, selection.params);
    const seen = new Set<string>();
    return rows.map((row, index) => ({
      position: index + 1,
      contactId: row.contactId,
      column: row.column,
      address: row.address ?? undefined,
      ...endingOf(row, judging, seen),
    }));
  }
}

// Whoever comes first of those with one id is messaged, if nothing else is in the way.
function endingOf(row: FirstRow, { facts, judge, now }: Judging, seen: Set<string>): Ending {
  const { disposition, matchKey } = row;
  if (disposition !== null) return { disposition };
  if (matchKey !== null && seen.has(matchKey)) return SHARED_ID;
  const filled = judge.fill(row.data);
  if (filled.kind === 'skip') return { disposition: filled.disposition, detail: filled.detail };
  const times = zoneOf(row, facts, now);
  if (times.disposition !== undefined) return times;
  const fate = judge.rule(row, filled);
  if (fate.kind === 'skip') return { disposition: fate.disposition, detail: fate.detail };
  if (matchKey !== null) seen.add(matchKey);
  if (fate.kind === 'open') return { ...times, detail: fate.detail };
  return { ...times, text: fate.text, contentTemplateId: fate.templateId };
}

function zoneOf({ data, column }: FirstRow, { times }: DryRunFacts, now: Date): Ending {
  if (!times) return {};
  const answer = times.windows.at(data[times.timeColumns[column] ?? ''] ?? '', now);
  const disposition = 'ININ-OUTBOUND-ZONE-BLOCKED-SKIPPED';
  switch (answer.kind) {
    case 'open':
      return {};
    case 'never':
      return { disposition, detail: 'no callable times for the zone' };
    case 'closed':
      return times.reschedules
        ? { waitsUntil: toWireDate(answer.opensAt) }
        : { disposition, detail: WINDOW_CLOSED };
  }
}
