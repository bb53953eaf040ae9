export const NUMBER_OPERATORS = [
  'equals',
  'greaterThan',
  'greaterThanEqualTo',
  'lessThan',
  'lessThanEqualTo',
] as const;
export type NumberOperator = (typeof NUMBER_OPERATORS)[number];
export const CALENDAR_OPERATORS = ['before', 'after', 'between', 'in', 'equals'] as const;
export type CalendarOperator = (typeof CALENDAR_OPERATORS)[number];

/** Counted for each campaign that the rule watches. */
export const NUMBER_CONDITIONS = [
  'campaignProgress',
  'campaignContactsMessaged',
  'campaignRecordsAttempted',
  'campaignRunTime',
  'campaignWaitTime',
] as const;
export type NumberConditionType = (typeof NUMBER_CONDITIONS)[number];
/** The same for all campaigns. */
export const CALENDAR_CONDITIONS = [
  'timeOfDay',
  'dayOfWeek',
  'dayOfMonth',
  'weekDayOfMonth',
  'specificDate',
] as const;
export type CalendarConditionType = (typeof CALENDAR_CONDITIONS)[number];

/** A condition on a campaign. `value` is a percentage, a number of contacts, or milliseconds of a duration. */
export interface NumberCondition {
  id: string;
  type: NumberConditionType;
  operator: NumberOperator;
  value: number;
  /** The condition counts once it has held this long without a break. */
  forMs: number;
  /** What the client wrote, for the answer. */
  wire: object;
}

/** A day of the week, of the n-th week (-1 is the last) of a month or of any. */
export interface WeekDayOfMonth {
  dayOfWeek: number;
  month?: number;
  occurrence?: number;
}

type Operands<T> = { threshold?: T; min?: T; max?: T; set?: T[] };

/** A condition on the calendar, in the time zone of the rule. */
export interface CalendarCondition {
  id: string;
  type: CalendarConditionType;
  operator: CalendarOperator;
  inverted: boolean;
  /** Seconds of the day, days, words for days, or dates as yyyy-MM-dd or MM-dd. */
  operands: Operands<string | number | WeekDayOfMonth>;
  forMs: number;
  wire: object;
}

export type RuleCondition = NumberCondition | CalendarCondition;

export interface ConditionGroup {
  matchAny: boolean;
  conditions: RuleCondition[];
}

export const ACTION_TYPES = [
  'turnOnCampaign',
  'turnOffCampaign',
  'recycleCampaign',
  'setCampaignMessagesPerMinute',
  'changeCampaignTemplate',
] as const;
export type RuleActionType = (typeof ACTION_TYPES)[number];

/** Campaigns by the field of the wire in which they are named. */
export interface RuleEntities {
  whatsAppCampaigns: string[];
  /** Clients that know no WhatsApp campaigns name them here. */
  smsCampaigns: string[];
}

export interface RuleAction {
  id: string;
  type: RuleActionType;
  entities: RuleEntities;
  /** Acts on the campaign for which the conditions hold. */
  useTriggeringEntity: boolean;
  messagesPerMinute?: number;
  contentTemplateId?: string;
  wire: object;
}

/** What somebody decides about a campaign rule (Genesys Cloud API, CampaignRule). */
export interface CampaignRuleDefinition {
  entities: RuleEntities;
  groups: ConditionGroup[];
  /** One group is enough; else all are needed. */
  matchAnyGroup: boolean;
  actions: RuleAction[];
  frequency: 'onEachTrigger' | 'oncePerDay';
  /** IANA zone in which a day of `oncePerDay` begins. */
  frequencyTimeZone: string;
  /** IANA zone of the conditions on the calendar. */
  timeZone: string;
  /** Conditions came in groups, and go out so. */
  isGrouped: boolean;
}

export function isCalendar(condition: RuleCondition): condition is CalendarCondition {
  return (CALENDAR_CONDITIONS as readonly string[]).includes(condition.type);
}

export function campaignsOf({ whatsAppCampaigns, smsCampaigns }: RuleEntities): string[] {
  return [...new Set([...whatsAppCampaigns, ...smsCampaigns])];
}

/** Every campaign that the rule watches or acts on. */
export function mentionedCampaigns({ entities, actions }: CampaignRuleDefinition): string[] {
  return [...new Set([entities, ...actions.map((action) => action.entities)].flatMap(campaignsOf))];
}
