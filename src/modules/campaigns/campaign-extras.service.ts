import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { type Caller, type DivisionScope, EVERYWHERE } from '../access/index.js';
import type { CampaignContactList } from '../contact-lists/index.js';
import type { CallableTimeSet } from './callable-times/callable-time-set.entity.js';
import { CallableTimeSetsService } from './callable-times/callable-time-sets.service.js';
import type { CampaignDefinition } from './campaign-definition.js';
import type { DigitalRuleSet } from './digital-rules/digital-rule-set.entity.js';
import { DigitalRuleSetsService, explainColumns } from './digital-rules/digital-rule-sets.service.js';

/** The parts that a campaign may have and need not. */
export interface CampaignExtras {
  callableTimeSet?: Pick<CallableTimeSet, 'id' | 'name'>;
  ruleSets: Pick<DigitalRuleSet, 'id' | 'name' | 'rules'>[];
}

type Chosen = Pick<CampaignDefinition, 'callableTimeSetId' | 'ruleSetIds'>;

/** Where a caller may take rule sets from; callable time sets belong to everybody who may make campaigns. */
export function ruleSetScopeOf(caller: Caller): DivisionScope {
  return caller.scope(
    'outbound:digitalRuleSet:view',
    'outbound:contactList:view',
    'outbound:contactList:search',
  );
}

/** Finds callable time sets and digital rule sets for campaigns. */
@Injectable()
export class CampaignExtrasFinder {
  constructor(
    private readonly callableTimes: CallableTimeSetsService,
    private readonly digitalRules: DigitalRuleSetsService,
  ) {}

  /** What there is of what was chosen; what `stored` has already need not be within the scope. */
  async find(chosen: Chosen, scope: DivisionScope, stored?: Chosen): Promise<CampaignExtras> {
    const { callableTimeSetId, ruleSetIds } = chosen;
    const kept = ruleSetIds.filter((id) => stored?.ruleSetIds.includes(id));
    const added = ruleSetIds.filter((id) => !kept.includes(id));
    const [[callableTimeSet], keptSets, addedSets] = await Promise.all([
      this.callableTimes.find(callableTimeSetId ? [callableTimeSetId] : []),
      this.digitalRules.find(EVERYWHERE, kept),
      this.digitalRules.find(scope, added),
    ]);
    return { callableTimeSet, ruleSets: [...keptSets, ...addedSets] };
  }

  /** Names by id, of all sets that the campaigns have. */
  async names(campaigns: readonly Chosen[]): Promise<ExtraNames> {
    const timeSetIds = campaigns
      .map(({ callableTimeSetId }) => callableTimeSetId)
      .filter((id) => id !== null);
    const [callableTimeSets, ruleSets] = await Promise.all([
      this.callableTimes.find([...new Set(timeSetIds)]),
      this.digitalRules.find(EVERYWHERE, [...new Set(campaigns.flatMap(({ ruleSetIds }) => ruleSetIds))]),
    ]);
    const byId = (sets: { id: string; name: string }[]) => new Map(sets.map(({ id, name }) => [id, name]));
    return { callableTimeSets: byId(callableTimeSets), ruleSets: byId(ruleSets) };
  }
}

export interface ExtraNames {
  callableTimeSets: ReadonlyMap<string, string>;
  ruleSets: ReadonlyMap<string, string>;
}

/** Why a campaign can't have these extras (Genesys Cloud API, callable time sets and digital rules). */
export function explainExtras(
  definition: Pick<CampaignDefinition, 'callableTimeSetId' | 'ruleSetIds' | 'whatsAppColumns'>,
  { callableTimeSet, ruleSets }: CampaignExtras,
  list: CampaignContactList | undefined,
): Reason[] {
  const { callableTimeSetId, ruleSetIds, whatsAppColumns } = definition;
  const reasons: Reason[] = [];
  if (callableTimeSetId && !callableTimeSet) {
    const message = `There is no callable time set with the id ${callableTimeSetId}.`;
    const where = { field: 'callableTimeSet', entityId: callableTimeSetId };
    reasons.push({ code: 'callable.time.set.not.found', ...where, message });
  }
  if (callableTimeSet && list) reasons.push(...explainTimeColumns(callableTimeSet, whatsAppColumns, list));
  for (const id of ruleSetIds) {
    const set = ruleSets.find((candidate) => candidate.id === id);
    if (!set) {
      const message = `There is no digital rule set with the id ${id}, or you may not see it.`;
      reasons.push({ code: 'rule.set.not.found', field: 'ruleSets', entityId: id, message });
    } else if (list) {
      const where = { field: 'ruleSets', entityId: id, entityName: set.name };
      reasons.push(...explainColumns(set.rules, list).map((reason) => ({ ...reason, ...where })));
    }
  }
  return reasons;
}

// Whoever is to be messaged at the right time of their day must have a time zone.
function explainTimeColumns(
  { id, name }: Pick<CallableTimeSet, 'id' | 'name'>,
  whatsAppColumns: readonly string[],
  list: CampaignContactList,
): Reason[] {
  return whatsAppColumns
    .filter((column) => list.whatsAppColumns.includes(column) && list.timeColumns[column] === undefined)
    .map((column) => ({
      code: 'missing.time.zone.in.contactlist',
      field: 'callableTimeSet',
      entityId: id,
      entityName: name,
      message:
        `The callable time set "${name}" needs to know where people are, but the contact list "${list.name}" names ` +
        `no time zone column for "${column}"; make a list whose WhatsApp column has a contactableTimeColumn.`,
    }));
}
