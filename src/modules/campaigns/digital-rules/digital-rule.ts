import type { MessageDisposition } from './wrapup-codes.js';

export const RULE_CATEGORIES = ['PreContact', 'PostContact'] as const;
export type RuleCategory = (typeof RULE_CATEGORIES)[number];

export const TEXT_OPERATORS = ['Equals', 'Contains', 'BeginsWith', 'EndsWith'] as const;
export type TextOperator = (typeof TEXT_OPERATORS)[number];
export const ORDER_OPERATORS = ['LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'] as const;
export const TIME_OPERATORS = ['Before', 'After'] as const;
export type TimeOperator = (typeof TIME_OPERATORS)[number];
export const COLUMN_OPERATORS = [...TEXT_OPERATORS, ...ORDER_OPERATORS, ...TIME_OPERATORS] as const;
export type ColumnOperator = (typeof COLUMN_OPERATORS)[number];
export const VALUE_TYPES = ['String', 'Numeric', 'DateTime', 'Period'] as const;
export type ValueType = (typeof VALUE_TYPES)[number];
export const UPDATE_OPTIONS = ['Set', 'Increment', 'Decrement', 'CurrentTime'] as const;
export type UpdateOption = (typeof UPDATE_OPTIONS)[number];

/** The settings of each kind of condition, by their name on the wire (Genesys Cloud API, DigitalCondition). */
export interface ConditionSettings {
  contactColumnConditionSettings: {
    columnName: string;
    operator: ColumnOperator;
    value: string;
    valueType: ValueType;
  };
  /** The number that is messaged, digits only. */
  contactAddressConditionSettings: { operator: TextOperator; value: string };
  /** The type of the column that the number is in, for example cell. */
  contactAddressTypeConditionSettings: { operator: TextOperator; value: string };
  /** `value` is a period counted from now; P-01DT00H00M is yesterday at this time. */
  lastAttemptByColumnConditionSettings: { whatsAppColumnName: string; operator: TimeOperator; value: string };
  lastAttemptOverallConditionSettings: { mediaTypes: string[]; operator: TimeOperator; value: string };
  lastResultByColumnConditionSettings: {
    whatsAppColumnName: string;
    whatsAppWrapupCodes: MessageDisposition[];
  };
  lastResultOverallConditionSettings: { whatsAppWrapupCodes: MessageDisposition[] };
}

/** The settings of each kind of action, by their name on the wire (Genesys Cloud API, DigitalAction). */
export interface ActionSettings {
  /** New values by column; for CurrentTime only the names count. */
  updateContactColumnActionSettings: { properties: Record<string, string>; updateOption: UpdateOption };
  doNotSendActionSettings: object;
  /** To all DNC lists of the campaign; `expirationDuration` is a period from now. */
  appendToDncActionSettings: { expire: boolean; expirationDuration?: string; listType: 'Rds' };
  markContactUncontactableActionSettings: { mediaTypes: string[] };
  markContactAddressUncontactableActionSettings: object;
  setContentTemplateActionSettings: { whatsAppContentTemplateId: string };
}

/** One of the kinds; `inverted` turns the result round. */
export type DigitalCondition = { inverted: boolean } & Partial<ConditionSettings>;
/** One of the kinds. */
export type DigitalAction = Partial<ActionSettings>;

/** What happens to a contact for which all conditions hold. */
export interface DigitalRule {
  id: string;
  name: string;
  /** Rules are looked at from the lowest number to the highest. */
  order: number;
  category: RuleCategory;
  conditions: DigitalCondition[];
  actions: DigitalAction[];
}

/** The responses that rules may send instead of the campaign's own. */
export function templatesOf(rules: readonly DigitalRule[]): string[] {
  const ids = rules.flatMap(({ actions }) =>
    actions.map((action) => action.setContentTemplateActionSettings?.whatsAppContentTemplateId),
  );
  return [...new Set(ids.filter((id) => id !== undefined))];
}

/** The columns of the contact list that rules read or write. */
export function columnsOf(rules: readonly DigitalRule[]): string[] {
  const read = rules.flatMap(({ conditions }) =>
    conditions.flatMap((condition) => [
      condition.contactColumnConditionSettings?.columnName,
      condition.lastAttemptByColumnConditionSettings?.whatsAppColumnName,
      condition.lastResultByColumnConditionSettings?.whatsAppColumnName,
    ]),
  );
  const written = rules.flatMap(({ actions }) =>
    actions.flatMap((action) => Object.keys(action.updateContactColumnActionSettings?.properties ?? {})),
  );
  return [...new Set([...read, ...written].filter((column) => column !== undefined))];
}
