import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EVENT_KINDS } from '../../src/modules/event-log/event-codes.js';

const MODULES = path.join(__dirname, '../../src/modules');

/** Every code of the event log: what brings it about, and where it is recorded. */
const CODES: readonly (readonly [code: string, comesOf: string, recordedIn: string])[] = [
  ['RECYCLE_CAMPAIGN', 'a person or a rule recycles a campaign', 'dispatch/recycle.service.ts'],
  ['CAMPAIGN_STOPPED', 'a schedule or a rule stops a campaign', 'campaigns/automatic-switch.service.ts'],
  ['CAMPAIGN_THROTTLED', 'Meta slows a number down', 'dispatch/sending/consequences.ts'],
  [
    'CAMPAIGN_MESSAGES_REFUSED',
    'Meta refuses messages for a reason to look at, or many people can not be reached',
    'dispatch/sending/consequences.ts',
  ],
  ['ACTIVE_CAMPAIGNS_LIMIT_EXCEEDED', '25 campaigns run already', 'campaigns/automatic-switch.service.ts'],
  ['CAMPAIGN_INVALIDATED', 'a running campaign can not go on', 'campaigns/campaign-lifecycle.service.ts'],
  ['CAMPAIGN_START_ERROR', 'a sequence can not go on', 'campaigns/sequences/sequence-runner.service.ts'],
  [
    'CAMPAIGN_RULE_TRIGGERED',
    'a campaign rule becomes true',
    'dispatch/campaign-rules/campaign-rules-evaluator.service.ts',
  ],
  [
    'CAMPAIGN_RULE_START_ERROR',
    'a campaign rule can not act, or acts too often',
    'dispatch/campaign-rules/campaign-rule-actions.service.ts',
  ],
  [
    'INVALID_CALLABLE_TIME_ZONE',
    'the time zone of a contact is none',
    'dispatch/callable-times/callable-times.gate.ts',
  ],
  [
    'DIGITAL_RULE_UPDATED_CONTACT_ADDRESS',
    'a rule changes a number',
    'dispatch/rules/rule-effects.service.ts',
  ],
  [
    'DIGITAL_RULE_ERROR_SKIPPED',
    'a rule before the message does not fit a contact',
    'dispatch/rules/pre-contact-rules.ts',
  ],
  [
    'DIGITAL_RULE_EVALUATION_FAILED',
    'a rule after the message does not fit a contact',
    'dispatch/rules/post-contact-rules.ts',
  ],
  [
    'DIGITAL_RULE_NO_DNC_LISTS_CONFIGURED',
    'a rule appends to DNC lists that a campaign does not have',
    'dispatch/rules/rule-effects.service.ts',
  ],
  [
    'APPROACHING_DNC_LIST_PHONE_NUMBER_LIMIT',
    'a DNC list is nearly as long as one may be',
    'dnc-lists/dnc-limits.ts',
  ],
  [
    'APPROACHING_DNC_ORGANIZATION_PHONE_NUMBER_LIMIT',
    'all DNC lists together are',
    'dnc-lists/dnc-limits.ts',
  ],
  ...[
    'EXCEEDED_DNC_RECORD_LIMIT',
    'EXCEEDED_CONTACT_LIMIT',
    'CONTACT_COLUMNS_LIMIT_EXCEEDED',
    'CONTACT_ID_LENGTH_LIMIT_EXCEEDED',
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
  ].map((code) => [code, 'an import fails or leaves rows out', 'imports/import-failure.ts'] as const),
  [
    'OUTGOING_WEBHOOK_DISABLED',
    'nobody takes deliveries for days',
    'outgoing-webhooks/deliveries/deliverer.service.ts',
  ],
  ['RECURRING_SCHEDULE_ENDED', 'a schedule is over', 'campaigns/schedules/schedule-runner.service.ts'],
  [
    'RECURRING_SCHEDULE_MISSED_OCCURRENCES',
    'nothing ran when a schedule was due',
    'campaigns/schedules/schedule-runner.service.ts',
  ],
  [
    'SCHEDULED_CAMPAIGN_INVALID',
    'a schedule can not start its campaign',
    'campaigns/schedules/schedule-runner.service.ts',
  ],
  [
    'RECURRING_SCHEDULE_NEXT_OCCURRENCE_FAILURE',
    'a schedule can no longer be read',
    'campaigns/schedules/schedule-runner.service.ts',
  ],
];

describe('the codes of the event log', () => {
  it('are all told of here', () => {
    expect(CODES.map(([code]) => code).sort()).toEqual([...EVENT_KINDS.keys()].sort());
  });

  it.each(CODES)('%s: %s', (code, _comesOf, recordedIn) => {
    expect(readFileSync(path.join(MODULES, recordedIn), 'utf8')).toContain(`'${code}'`);
  });
});
