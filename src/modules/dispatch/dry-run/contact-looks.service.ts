import { Injectable } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { columnsOf, type DispatchCampaign } from '../../campaigns/index.js';
import { fillRisksOf } from '../../templates/index.js';
import { ContactJudge, type Fate } from './contact-judge.js';
import type { DryRunFacts } from './dry-run-facts.service.js';
import { type CellsPass, cellsSql, type Fates, type Selection } from './dry-run.sql.js';
import { columnOf, mayFailSql } from './fill-risk.sql.js';

const FETCHED_ROWS = 2_000;

/** What becomes of the contacts that single looks are needed for, and what the numbers of fates mean. */
export interface Looks extends Fates {
  meanings: ReadonlyMap<number, Exclude<Fate, { kind: 'send' }>>;
}

interface CellsRow {
  seq: string;
  n?: number;
  column?: string;
  address?: string;
  evaluations?: Record<string, { wrapupCodeId: string; timestamp: string }>;
  stopped?: string[];
  [cell: `c${number}`]: string | null;
}

/**
 * Looks at contacts one by one, for what PostgreSQL can't tell of them: whether the template can be filled, and what
 * the rules do. Without rules those are few.
 */
@Injectable()
export class ContactLooks {
  constructor(private readonly uow: UnitOfWork) {}

  /** Within a transaction. `begin` makes a selection anew. Undefined when all contacts get their message. */
  async look(
    campaign: DispatchCampaign,
    facts: DryRunFacts,
    { selection, now, checkTime }: { selection: Selection; now: Date; checkTime: () => void },
  ): Promise<Looks | undefined> {
    const risks = fillRisksOf(facts.template);
    const hasRules = facts.rules.length > 0;
    const pass: CellsPass = {
      columns: this.columnsFor(facts),
      perNumber: hasRules,
      withEvaluations: facts.rules.some(asksForResults),
      ruledTemplates: [...facts.ruledTemplates.keys()],
      only: hasRules ? 'TRUE' : mayFailSql(risks, facts.columnNames, selection.params),
    };
    const judge = new ContactJudge(facts, campaign.whatsAppColumns.length, now);
    const found = new FateBook();
    for await (const rows of this.rows(cellsSql(selection, pass), selection.params)) {
      checkTime();
      for (const row of rows) found.note(row, judge, toData(row, pass.columns), hasRules);
    }
    return found.looks();
  }

  private columnsFor(facts: DryRunFacts): string[] {
    const templates = [facts.template, ...facts.ruledTemplates.values()].filter(
      (template) => typeof template !== 'string',
    );
    const ids = templates.flatMap((template) => {
      const { required, lengths, defaults } = fillRisksOf(template);
      return [...required, ...lengths.flatMap((part) => part.ids), ...defaults.keys()];
    });
    const filling = ids.map((id) => columnOf(id, facts.columnNames)).filter((name) => name !== undefined);
    return [...new Set([...filling, ...columnsOf(facts.rules)])];
  }

  private async *rows(sql: string, params: unknown[]): AsyncGenerator<CellsRow[]> {
    const { manager } = this.uow;
    await manager.query(`DECLARE dry_run NO SCROLL CURSOR FOR ${sql}`, params);
    for (;;) {
      const rows = await manager.query<CellsRow[]>(`FETCH ${FETCHED_ROWS} FROM dry_run`);
      if (rows.length === 0) break;
      yield rows;
      // Other requests come between.
      await setImmediate();
    }
    await manager.query('CLOSE dry_run');
  }
}

/** Collects fates under numbers, below zero for those at the template. */
class FateBook {
  private readonly seqs: string[] = [];
  private readonly columns: number[] = [];
  private readonly fates: number[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly meanings = new Map<number, Exclude<Fate, { kind: 'send' }>>();

  note(row: CellsRow, judge: ContactJudge, data: Record<string, string>, hasRules: boolean): void {
    const filled = judge.fill(data);
    if (filled.kind === 'skip') return this.add(row, filled, -1);
    if (!hasRules) return;
    const { column = '', address = '', evaluations = {}, stopped = [] } = row;
    const fate = judge.rule({ data, column, address, evaluations, stopped }, filled);
    if (fate.kind !== 'send') this.add(row, fate, 1);
  }

  looks(): Looks | undefined {
    const { seqs, columns, fates, meanings } = this;
    return seqs.length === 0 ? undefined : { seqs, columns, fates, meanings };
  }

  private add({ seq, n }: CellsRow, given: Exclude<Fate, { kind: 'send' }>, sign: 1 | -1): void {
    const fate = general(given);
    const key = `${sign} ${fate.kind === 'skip' ? fate.disposition : ''} ${fate.detail}`;
    const number = this.numbers.get(key) ?? sign * (this.numbers.size + 1);
    this.numbers.set(key, number);
    this.meanings.set(number, fate);
    this.seqs.push(seq);
    this.columns.push(n ?? 0);
    this.fates.push(number);
  }
}

// How long a text would be differs from contact to contact.
function general(fate: Exclude<Fate, { kind: 'send' }>): Exclude<Fate, { kind: 'send' }> {
  const isTooLong = fate.kind === 'skip' && /(?:EXCEEDED|TOO-LONG)$/u.test(fate.disposition);
  return isTooLong ? { ...fate, detail: 'With the values of the contact the message is too long.' } : fate;
}

function toData(row: CellsRow, columns: readonly string[]): Record<string, string> {
  const data: Record<string, string> = {};
  columns.forEach((column, at) => {
    const cell = row[`c${at}`];
    if (cell != null) data[column] = cell;
  });
  return data;
}

function asksForResults({ conditions }: DryRunFacts['rules'][number]): boolean {
  return conditions.some(
    (condition) =>
      condition.lastAttemptByColumnConditionSettings ??
      condition.lastAttemptOverallConditionSettings ??
      condition.lastResultByColumnConditionSettings ??
      condition.lastResultOverallConditionSettings,
  );
}
