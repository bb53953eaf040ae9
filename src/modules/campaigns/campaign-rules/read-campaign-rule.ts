import { randomUUID } from 'node:crypto';
import type { Reason } from '../../../kernel/reason.js';
import { isTimeZone } from '../../../kernel/time-zone.js';
import { isRaw, type Raw, RuleReader } from '../digital-rules/rule-reader.js';
import {
  ACTION_TYPES,
  campaignsOf,
  type CampaignRuleDefinition,
  type ConditionGroup,
  isCalendar,
  type RuleAction,
  type RuleEntities,
} from './campaign-rule.js';
import { readRuleCondition } from './read-conditions.js';

/** Conditions, groups or actions of one rule: enough for people, and an end for programs. */
const MOST_PARTS = 50;
const OTHER_ENTITIES = ['campaigns', 'sequences', 'emailCampaigns'];
const FREQUENCIES = ['onEachTrigger', 'oncePerDay'] as const;

/** The body of a rule; its parts have a shape that depends on their content. */
export interface CampaignRuleBody {
  campaignRuleEntities?: unknown;
  campaignRuleConditions?: unknown;
  campaignRuleActions?: unknown;
  conditionGroups?: unknown;
  executionSettings?: unknown;
  matchAnyConditions?: boolean;
  timeZoneId?: string;
}

/** A campaign rule as clients write it (Genesys Cloud API, CampaignRule), with everything that is wrong with it. */
export function readCampaignRule(body: CampaignRuleBody): {
  rule: CampaignRuleDefinition;
  reasons: Reason[];
} {
  const reasons: Reason[] = [];
  const reader = new RuleReader('', reasons);
  const raw = body as Raw;
  const groups = readGroups(raw, reader);
  const entities = readEntities(raw.campaignRuleEntities, reader.at('campaignRuleEntities'));
  const actions = parts(reader, raw, 'campaignRuleActions').map((action, at) =>
    readAction(action, reader.at('campaignRuleActions', at)),
  );
  if (actions.length === 0)
    reader.refuse('must have at least one action', 'invalid.value', 'campaignRuleActions');
  const conditions = groups.flatMap((group) => group.conditions);
  if (conditions.length === 0) {
    reader.refuse('must have at least one condition', 'invalid.value', 'campaignRuleConditions');
  }
  if (campaignsOf(entities).length === 0 && conditions.some((condition) => !isCalendar(condition))) {
    reader.refuse(
      'must name the campaigns that the conditions are about',
      'invalid.value',
      'campaignRuleEntities',
    );
  }
  const isGrouped = parts(reader, raw, 'conditionGroups').length > 0;
  const rule = { entities, groups, actions, isGrouped, ...readExecution(raw, reader) };
  return { rule: { ...rule, matchAnyGroup: isGrouped && body.matchAnyConditions === true }, reasons };
}

function readGroups(raw: Raw, reader: RuleReader): ConditionGroup[] {
  const groups = parts(reader, raw, 'conditionGroups').map((given, at): ConditionGroup => {
    const inside = reader.at('conditionGroups', at);
    const group = inside.object(given);
    return {
      matchAny: inside.flag(group, 'matchAnyConditions'),
      conditions: readConditions(group, 'conditions', inside),
    };
  });
  const single = readConditions(raw, 'campaignRuleConditions', reader);
  const matchAny = groups.length === 0 && raw.matchAnyConditions === true;
  return single.length > 0 ? [{ matchAny, conditions: single }, ...groups] : groups;
}

function readConditions(raw: Raw, field: string, reader: RuleReader): ConditionGroup['conditions'] {
  return parts(reader, raw, field).map((condition, at) => readRuleCondition(condition, reader.at(field, at)));
}

function readExecution(
  raw: Raw,
  reader: RuleReader,
): Pick<CampaignRuleDefinition, 'frequency' | 'frequencyTimeZone' | 'timeZone'> {
  const settings = isRaw(raw.executionSettings) ? raw.executionSettings : {};
  const inside = reader.at('executionSettings');
  const frequency =
    settings.frequency == null ? 'onEachTrigger' : inside.oneOf(settings, 'frequency', FREQUENCIES);
  const timeZone = readZone(raw, reader, 'UTC');
  return { frequency, timeZone, frequencyTimeZone: readZone(settings, inside, timeZone) };
}

function readZone(raw: Raw, reader: RuleReader, otherwise: string): string {
  const zone = raw.timeZoneId ?? otherwise;
  if (typeof zone === 'string' && isTimeZone(zone)) return zone;
  reader.refuse('must be an IANA time zone such as Europe/Berlin', 'invalid.time.zone', 'timeZoneId');
  return otherwise;
}

function readEntities(given: unknown, reader: RuleReader): RuleEntities {
  const raw = given == null ? {} : reader.object(given);
  for (const field of OTHER_ENTITIES) {
    if (reader.list(raw, field).length === 0) continue;
    reader.refuse('rules are for WhatsApp campaigns; name them in whatsAppCampaigns', 'not.offered', field);
  }
  return {
    whatsAppCampaigns: readIds(raw, 'whatsAppCampaigns', reader),
    smsCampaigns: readIds(raw, 'smsCampaigns', reader),
  };
}

function readIds(raw: Raw, field: string, reader: RuleReader): string[] {
  return parts(reader, raw, field)
    .map((ref, at) => reader.at(field, at).id(isRaw(ref) ? ref : {}, 'id'))
    .filter((id) => id !== '');
}

function readAction(given: unknown, reader: RuleReader): RuleAction {
  const raw = reader.object(given);
  const id = typeof raw.id === 'string' && raw.id !== '' ? raw.id.slice(0, 64) : randomUUID();
  const type = ACTION_TYPES.find((known) => known === raw.actionType);
  if (!type) {
    reader.refuse(
      `must be one of ${ACTION_TYPES.join(', ')} for WhatsApp campaigns`,
      'not.offered',
      'actionType',
    );
  }
  const inside = reader.at('campaignRuleActionEntities');
  const entities = readEntities(raw.campaignRuleActionEntities, inside);
  const named = isRaw(raw.campaignRuleActionEntities) ? raw.campaignRuleActionEntities : {};
  const useTriggeringEntity = inside.flag(named, 'useTriggeringEntity');
  if (!useTriggeringEntity && campaignsOf(entities).length === 0) {
    inside.refuse('must name campaigns, or use the one that triggered the rule');
  }
  const parameters = isRaw(raw.parameters) ? raw.parameters : {};
  const action = { id, type: type ?? 'turnOffCampaign', entities, useTriggeringEntity, wire: { ...raw, id } };
  return { ...action, ...readParameters(action.type, parameters, reader.at('parameters')) };
}

function readParameters(
  type: RuleAction['type'],
  raw: Raw,
  reader: RuleReader,
): Pick<RuleAction, 'messagesPerMinute' | 'contentTemplateId'> {
  if (type === 'setCampaignMessagesPerMinute') {
    const field =
      raw.messagesPerMinute == null && raw.smsMessagesPerMinute != null
        ? 'smsMessagesPerMinute'
        : 'messagesPerMinute';
    return { messagesPerMinute: reader.integer(raw, field, 1) };
  }
  if (type !== 'changeCampaignTemplate') return {};
  const field =
    raw.whatsAppContentTemplate == null && raw.smsContentTemplate != null
      ? 'smsContentTemplate'
      : 'whatsAppContentTemplate';
  return { contentTemplateId: reader.at(field).id(isRaw(raw[field]) ? raw[field] : {}, 'id') };
}

function parts(reader: RuleReader, raw: Raw, field: string): unknown[] {
  const values = reader.list(raw, field);
  if (values.length > MOST_PARTS)
    reader.refuse(`must have at most ${MOST_PARTS} entries`, 'invalid.value', field);
  return values.slice(0, MOST_PARTS);
}
