/** Whom an event concerns (Genesys Cloud API, event log categories). */
export const EVENT_CATEGORIES = [
  'CALLBACK',
  'CALL_RESTRICTION',
  'CALL_RULE',
  'CAMPAIGN',
  'CAMPAIGN_RULE',
  'CONTACT',
  'CONTACT_LIST_FILTER',
  'DIGITAL_RULE',
  'DNC_LIST',
  'ENTITY_LIMIT',
  'IMPORT_ERROR',
  'MESSAGE_RESTRICTION',
  'MESSAGING_CAMPAIGN',
  'IMPORT_TEMPLATE',
  'ORGANIZATION_CONFIGURATION',
  'SCHEDULE',
  'MESSAGING_CAMPAIGN_SCHEDULE',
  'EMAIL_CAMPAIGN_SCHEDULE',
  'WHATSAPP_CAMPAIGN_SCHEDULE',
] as const;
export type EventCategory = (typeof EVENT_CATEGORIES)[number];

export const EVENT_LEVELS = ['INFO', 'WARNING', 'ERROR'] as const;
export type EventLevel = (typeof EVENT_LEVELS)[number];

/**
 * The codes of events that happen here, by category and level (Genesys Cloud API, event log codes). The API has more:
 * for what an answer tells at once, and for telephone calls.
 */
const CODES = {
  MESSAGING_CAMPAIGN: {
    INFO: ['RECYCLE_CAMPAIGN', 'CAMPAIGN_STOPPED'],
    // CAMPAIGN_MESSAGES_REFUSED is a code of our own: what single messages fail of may be about all of them.
    WARNING: ['CAMPAIGN_THROTTLED', 'CAMPAIGN_MESSAGES_REFUSED'],
    ERROR: ['ACTIVE_CAMPAIGNS_LIMIT_EXCEEDED', 'CAMPAIGN_INVALIDATED', 'CAMPAIGN_START_ERROR'],
  },
  // CAMPAIGN_RULE_TRIGGERED is a code of our own: a rule that acts should leave a trace.
  CAMPAIGN_RULE: { INFO: ['CAMPAIGN_RULE_TRIGGERED'], ERROR: ['CAMPAIGN_RULE_START_ERROR'] },
  MESSAGE_RESTRICTION: { ERROR: ['INVALID_CALLABLE_TIME_ZONE'] },
  DIGITAL_RULE: {
    INFO: ['DIGITAL_RULE_UPDATED_CONTACT_ADDRESS'],
    WARNING: ['DIGITAL_RULE_ERROR_SKIPPED'],
    ERROR: ['DIGITAL_RULE_EVALUATION_FAILED', 'DIGITAL_RULE_NO_DNC_LISTS_CONFIGURED'],
  },
  DNC_LIST: {
    WARNING: ['APPROACHING_DNC_LIST_PHONE_NUMBER_LIMIT', 'APPROACHING_DNC_ORGANIZATION_PHONE_NUMBER_LIMIT'],
    ERROR: ['EXCEEDED_DNC_RECORD_LIMIT'],
  },
  ENTITY_LIMIT: {
    ERROR: ['EXCEEDED_CONTACT_LIMIT'],
  },
  CONTACT: {
    ERROR: ['CONTACT_COLUMNS_LIMIT_EXCEEDED', 'CONTACT_ID_LENGTH_LIMIT_EXCEEDED'],
  },
  IMPORT_ERROR: {
    ERROR: [
      'IMPORT_FAILED_TO_READ_HEADERS',
      'IMPORT_COULD_NOT_PARSE_AN_ENTRY',
      'IMPORT_CONTACT_DOES_NOT_MATCH_LIST_FORMAT',
      'IMPORT_ENTRY_DOES_NOT_ALIGN_WITH_HEADERS',
      'IMPORT_INVALID_CUSTOM_ID',
      'IMPORT_MISSING_CUSTOM_ID',
      'IMPORT_INVALID_DATA',
      'IMPORT_INVALID_PHONE_NUMBERS',
      'IMPORT_INVALID_EMAIL_ADDRESSES',
      'IMPORT_INVALID_EXPIRATION_DATE',
      'IMPORT_EXPIRATION_DATE_EXCEEDS_MAX_DAYS',
      'IMPORT_COLUMN_EXCEEDS_LENGTH_LIMIT',
      'IMPORT_DATUM_EXCEEDS_LENGTH_LIMIT',
      'IMPORT_COLUMNS_DO_NOT_EXIST_ON_LIST',
      'IMPORT_LIST_NO_LONGER_EXISTS',
      'IMPORT_FAILED_CONTACT_DATA_GREATER_THAN_MAX_LENGTH',
      'IMPORT_FAILED_CONTACT_DATA_NOT_WITHIN_MIN_MAX_RANGE',
      'IMPORT_FAILED_CONTACT_DATA_INVALID_DATATYPE',
    ],
  },
  // A code of our own: the API has no outgoing webhooks.
  ORGANIZATION_CONFIGURATION: { ERROR: ['OUTGOING_WEBHOOK_DISABLED'] },
  WHATSAPP_CAMPAIGN_SCHEDULE: {
    INFO: ['RECURRING_SCHEDULE_ENDED'],
    WARNING: ['RECURRING_SCHEDULE_MISSED_OCCURRENCES'],
    ERROR: ['SCHEDULED_CAMPAIGN_INVALID', 'RECURRING_SCHEDULE_NEXT_OCCURRENCE_FAILURE'],
  },
} as const satisfies Partial<Record<EventCategory, Partial<Record<EventLevel, readonly string[]>>>>;

type CodesOf<T> = T extends readonly string[] ? T[number] : { [K in keyof T]: CodesOf<T[K]> }[keyof T];
export type EventCode = CodesOf<typeof CODES>;

/** The category and level that a code has unless an event says otherwise. */
export const EVENT_KINDS: ReadonlyMap<string, { category: EventCategory; level: EventLevel }> = new Map(
  Object.entries(CODES).flatMap(([category, levels]) =>
    Object.entries(levels).flatMap(([level, codes]) =>
      (codes as readonly string[]).map(
        (code) => [code, { category: category as EventCategory, level: level as EventLevel }] as const,
      ),
    ),
  ),
);
