import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { toWireDate } from '../../../platform/http/json-dates.js';
import { CAMPAIGNS_PATH } from '../campaign.view.js';
import { campaignsOf, isCalendar, type RuleAction, type RuleEntities } from './campaign-rule.js';
import type { CampaignRule } from './campaign-rule.entity.js';

export const CAMPAIGN_RULES_PATH = '/api/v2/outbound/campaignrules';

/** What keeps a rule from doing all it says (Genesys Cloud API, CampaignRuleWarning). */
export class CampaignRuleWarning {
  @ApiProperty()
  code: string;

  @ApiProperty()
  message: string;

  @ApiPropertyOptional({ type: Object })
  params?: { actionId: string; actionType: string };
}

/** A campaign rule on the wire (Genesys Cloud API, CampaignRule). */
export class CampaignRuleView {
  @ApiProperty({ format: 'uuid' })
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  dateCreated: string;

  @ApiProperty()
  dateModified: string;

  @ApiProperty()
  version: number;

  @ApiProperty()
  enabled: boolean;

  @ApiProperty({ type: Object })
  campaignRuleEntities: object;

  @ApiProperty({ type: [Object] })
  campaignRuleConditions: object[];

  @ApiProperty({ type: [Object] })
  campaignRuleActions: object[];

  @ApiProperty()
  matchAnyConditions: boolean;

  @ApiPropertyOptional({ enum: ['v2'] })
  campaignRuleProcessing?: 'v2';

  @ApiPropertyOptional({ type: [Object] })
  conditionGroups?: object[];

  @ApiProperty({ type: Object })
  executionSettings: object;

  @ApiProperty()
  timeZoneId: string;

  @ApiProperty({ type: [CampaignRuleWarning] })
  warnings: CampaignRuleWarning[];

  @ApiProperty()
  selfUri: string;
}

/** `names` are those of the campaigns that exist; others are left out of the answer and warned of. */
export function toCampaignRuleView(rule: CampaignRule, names: ReadonlyMap<string, string>): CampaignRuleView {
  const { id, name, version, enabled, definition } = rule;
  const { entities, groups, actions, isGrouped } = definition;
  const conditions = groups.map((group) => group.conditions.map(({ wire }) => wire));
  return {
    id,
    name,
    dateCreated: toWireDate(rule.createdAt),
    dateModified: toWireDate(rule.updatedAt),
    version,
    enabled,
    campaignRuleEntities: toRefs(entities, names),
    campaignRuleConditions: isGrouped ? [] : (conditions[0] ?? []),
    campaignRuleActions: actions.map((action) => toActionView(action, names)),
    matchAnyConditions: isGrouped ? definition.matchAnyGroup : (groups[0]?.matchAny ?? false),
    campaignRuleProcessing: isGrouped ? 'v2' : undefined,
    conditionGroups: isGrouped
      ? groups.map(({ matchAny }, at) => ({ matchAnyConditions: matchAny, conditions: conditions[at] }))
      : undefined,
    executionSettings: { frequency: definition.frequency, timeZoneId: definition.frequencyTimeZone },
    timeZoneId: definition.timeZone,
    warnings: warningsOf(rule, names),
    selfUri: `${CAMPAIGN_RULES_PATH}/${id}`,
  };
}

function toActionView(action: RuleAction, names: ReadonlyMap<string, string>): object {
  const { entities, useTriggeringEntity, wire } = action;
  return { ...wire, campaignRuleActionEntities: { ...toRefs(entities, names), useTriggeringEntity } };
}

function toRefs(
  { whatsAppCampaigns, smsCampaigns }: RuleEntities,
  names: ReadonlyMap<string, string>,
): object {
  const refs = (ids: string[]): object[] =>
    ids
      .filter((id) => names.has(id))
      .map((id) => ({ id, name: names.get(id), selfUri: `${CAMPAIGNS_PATH}/${id}` }));
  return {
    campaigns: [],
    sequences: [],
    emailCampaigns: [],
    smsCampaigns: refs(smsCampaigns),
    whatsAppCampaigns: refs(whatsAppCampaigns),
  };
}

function warningsOf({ definition }: CampaignRule, names: ReadonlyMap<string, string>): CampaignRuleWarning[] {
  const exist = (entities: RuleEntities): boolean => campaignsOf(entities).some((id) => names.has(id));
  const { entities, groups, actions } = definition;
  const warnings: CampaignRuleWarning[] = [];
  const watches = groups.some((group) => group.conditions.some((condition) => !isCalendar(condition)));
  if (watches && !exist(entities)) {
    const message = 'The campaigns that the conditions are about are gone; the rule never acts.';
    warnings.push({ code: 'ConditionsNoMessagingCampaigns', message });
  }
  for (const { id: actionId, type: actionType, ...action } of actions) {
    if (action.useTriggeringEntity || exist(action.entities)) continue;
    const message = 'The campaigns that the action is for are gone; it does nothing.';
    warnings.push({ code: 'ActionNoMessagingCampaigns', message, params: { actionId, actionType } });
  }
  return warnings;
}
