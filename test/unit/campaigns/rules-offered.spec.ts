import { readCampaignRule } from '../../../src/modules/campaigns/campaign-rules/read-campaign-rule.js';
import { readDigitalRules } from '../../../src/modules/campaigns/digital-rules/read-rules.js';

// Every condition and action of rules in the API, and what is made of it (Genesys Cloud API, rules).
type Made = 'done' | 'refused';

const ID = '00000000-0000-4000-8000-000000000001';
const CAMPAIGN = { whatsAppCampaigns: [{ id: ID }] };
const numeric = (value: string) => ({ parameters: { operator: 'greaterThan', value } });
const calendar = (type: string, operator: string, operands: object) => ({
  parameters: { operator },
  dateTimeParameters: { [type]: operands },
});

describe('conditions of campaign rules', () => {
  it.each<[string, object, Made]>([
    ['campaignProgress', numeric('50'), 'done'],
    ['campaignContactsMessaged', numeric('50'), 'done'],
    ['campaignRecordsAttempted', numeric('50'), 'done'],
    ['campaignRunTime', numeric('PT1H'), 'done'],
    ['campaignWaitTime', numeric('PT1H'), 'done'],
    ['timeOfDay', calendar('timeOfDay', 'before', { thresholdValue: '09:00:00' }), 'done'],
    ['dayOfWeek', calendar('dayOfWeek', 'in', { inSet: [1] }), 'done'],
    ['dayOfMonth', calendar('dayOfMonth', 'equals', { thresholdValue: 'LAST_DAY' }), 'done'],
    [
      'weekDayOfMonth',
      calendar('weekDayOfMonth', 'equals', { thresholdValue: { dayOfWeek: 1, occurrence: 1 } }),
      'done',
    ],
    ['specificDate', calendar('specificDate', 'equals', { thresholdValue: '2026-12-24' }), 'done'],
    // Agents, right parties and outcomes of calls are of telephone campaigns.
    ['campaignAgents', numeric('1'), 'refused'],
    ['campaignValidAttempts', numeric('1'), 'refused'],
    ['campaignRightPartyContacts', numeric('1'), 'refused'],
    ['campaignBusinessSuccess', numeric('1'), 'refused'],
    ['campaignBusinessFailure', numeric('1'), 'refused'],
    ['campaignBusinessNeutral', numeric('1'), 'refused'],
  ])('%s', (conditionType, condition, made) => {
    const { reasons } = readCampaignRule({
      campaignRuleEntities: CAMPAIGN,
      campaignRuleConditions: [{ conditionType, ...condition }],
      campaignRuleActions: [{ actionType: 'turnOffCampaign', campaignRuleActionEntities: CAMPAIGN }],
    });
    const refused = ['not.offered campaignRuleConditions.0.conditionType'];
    expect(reasons.map(({ code, field }) => `${code} ${field}`).slice(0, 1)).toEqual(
      made === 'done' ? [] : refused,
    );
  });
});

describe('actions of campaign rules', () => {
  it.each<[string, object, Made]>([
    ['turnOnCampaign', {}, 'done'],
    ['turnOffCampaign', {}, 'done'],
    ['recycleCampaign', {}, 'done'],
    ['setCampaignMessagesPerMinute', { messagesPerMinute: 5 }, 'done'],
    ['setCampaignMessagesPerMinute', { smsMessagesPerMinute: 5 }, 'done'],
    ['changeCampaignTemplate', { whatsAppContentTemplate: { id: ID } }, 'done'],
    ['changeCampaignTemplate', { smsContentTemplate: { id: ID } }, 'done'],
    ['turnOnSequence', {}, 'refused'],
    ['turnOffSequence', {}, 'refused'],
    // The dialer's.
    ['setCampaignPriority', { priority: '1' }, 'refused'],
    ['setCampaignDialingMode', { dialingMode: 'preview' }, 'refused'],
    ['setCampaignAbandonRate', { abandonRate: 1 }, 'refused'],
    ['setCampaignNumberOfLines', { outboundLineCount: 1 }, 'refused'],
    ['setCampaignWeight', { relativeWeight: 1 }, 'refused'],
    ['setCampaignMaxCallsPerAgent', { maxCallsPerAgent: 1 }, 'refused'],
    ['changeCampaignQueue', { queue: { id: ID } }, 'refused'],
  ])('%s %j', (actionType, parameters, made) => {
    const { reasons } = readCampaignRule({
      campaignRuleEntities: CAMPAIGN,
      campaignRuleConditions: [{ conditionType: 'campaignProgress', ...numeric('50') }],
      campaignRuleActions: [{ actionType, parameters, campaignRuleActionEntities: CAMPAIGN }],
    });
    expect(reasons.map(({ code, field }) => `${code} ${field}`)).toEqual(
      made === 'done' ? [] : ['not.offered campaignRuleActions.0.actionType'],
    );
  });
});

const EVER = { operator: 'Before', value: 'P-01DT00H00M' };
const SENT = ['OUTBOUND-MESSAGE-SENT'];
const TEXT = { operator: 'Equals', value: '49' };

describe('conditions of digital rules', () => {
  it.each<[string, object, Made]>([
    [
      'contactColumnConditionSettings',
      { columnName: 'amount', operator: 'Equals', value: '1', valueType: 'Numeric' },
      'done',
    ],
    ['contactAddressConditionSettings', TEXT, 'done'],
    ['contactAddressTypeConditionSettings', TEXT, 'done'],
    ['lastAttemptByColumnConditionSettings', { whatsAppColumnName: 'wa', ...EVER }, 'done'],
    ['lastAttemptOverallConditionSettings', { mediaTypes: ['WhatsApp'], ...EVER }, 'done'],
    ['lastResultByColumnConditionSettings', { whatsAppColumnName: 'wa', whatsAppWrapupCodes: SENT }, 'done'],
    ['lastResultOverallConditionSettings', { whatsAppWrapupCodes: SENT }, 'done'],
    // Asks a server of somebody else for each contact.
    ['dataActionConditionSettings', { dataActionId: 'd' }, 'refused'],
  ])('%s', (kind, settings, made) => {
    expect(digital('PreContact', { [kind]: settings }, { doNotSendActionSettings: {} })).toEqual(
      made === 'done' ? [] : [`not.offered rules.0.conditions.0.${kind}`],
    );
  });
});

describe('actions of digital rules', () => {
  it.each<[string, object, { before: Made; after: Made }]>([
    [
      'updateContactColumnActionSettings',
      { updateOption: 'Set', properties: { amount: '1' } },
      { before: 'done', after: 'done' },
    ],
    ['appendToDncActionSettings', { expire: false, listType: 'Rds' }, { before: 'done', after: 'done' }],
    [
      'markContactUncontactableActionSettings',
      { mediaTypes: ['WhatsApp'] },
      { before: 'done', after: 'done' },
    ],
    ['markContactAddressUncontactableActionSettings', {}, { before: 'done', after: 'done' }],
    ['doNotSendActionSettings', {}, { before: 'done', after: 'refused' }],
    [
      'setContentTemplateActionSettings',
      { whatsAppContentTemplateId: ID },
      { before: 'done', after: 'refused' },
    ],
    // The throughput of another integration would be used without being shared.
    [
      'setWhatsAppIntegrationActionSettings',
      { whatsAppIntegrationId: ID },
      { before: 'refused', after: 'refused' },
    ],
    [
      'setSmsPhoneNumberActionSettings',
      { senderSmsPhoneNumber: '+49' },
      { before: 'refused', after: 'refused' },
    ],
  ])('%s', (kind, settings, { before, after }) => {
    const columnIs = {
      contactColumnConditionSettings: {
        columnName: 'a',
        operator: 'Equals',
        value: '1',
        valueType: 'Numeric',
      },
    };
    const place = `rules.0.actions.0.${kind}`;
    for (const [category, made] of [
      ['PreContact', before],
      ['PostContact', after],
    ] as const) {
      const reasons = digital(category, columnIs, { [kind]: settings });
      expect(reasons.map((reason) => reason.split(' ')[1])).toEqual(made === 'done' ? [] : [place]);
    }
  });
});

function digital(category: string, condition: object, action: object): string[] {
  const rule = { name: 'Rule', order: 1, category, conditions: [condition], actions: [action] };
  return readDigitalRules([rule]).reasons.map(({ code, field }) => `${code} ${field}`);
}
