import { randomUUID } from 'node:crypto';
import { CampaignWorld } from './campaign-fixtures.js';

const TIME_SETS = '/api/v2/outbound/callabletimesets';
const RULE_SETS = '/api/v2/outbound/digitalrulesets';
const CAMPAIGN_RULES = '/api/v2/outbound/campaignrules';

let world: CampaignWorld;
beforeAll(async () => {
  world = await CampaignWorld.start();
});
afterAll(() => world?.close());

interface Stored {
  id: string;
  name: string;
  version: number;
}

const admin = () => world.app.admin;
const reasonsOf = (body: unknown): string[] =>
  (body as { details: { errorCode: string; fieldName: string }[] }).details.map(
    ({ errorCode, fieldName }) => `${errorCode} ${fieldName}`,
  );

async function created(path: string, body: object): Promise<Stored> {
  const answer = await admin().post(path).send(body);
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
  return answer.body as Stored;
}

const refused = async (path: string, body: object): Promise<string[]> =>
  reasonsOf((await admin().post(path).send(body).expect(400)).body);

describe('callable time sets', () => {
  const slot = { startTime: '09:00:00', stopTime: '17:30:00', day: 1 };
  const berlin = { name: 'Office', timeZoneId: 'Europe/Berlin', timeSlots: [slot] };

  it('are created, read, listed, changed by version and deleted', async () => {
    const set = await created(TIME_SETS, { name: 'Office hours', callableTimes: [berlin] });
    expect(set).toMatchObject({ version: 1, callableTimes: [berlin], selfUri: `${TIME_SETS}/${set.id}` });
    const listed = await admin().get(`${TIME_SETS}?name=office&sortOrder=a`).expect(200);
    expect(listed.body).toMatchObject({ total: 1, pageCount: 1, entities: [{ id: set.id }] });
    const past = await admin().get(`${TIME_SETS}?pageNumber=9&allowEmptyResult=true`).expect(200);
    expect(past.body).toMatchObject({ total: 1, entities: [] });
    const change = { ...set, callableTimes: [{ ...berlin, timeSlots: [{ ...slot, stopTime: '24:00' }] }] };
    const changed = await admin().put(`${TIME_SETS}/${set.id}`).send(change).expect(200);
    expect(changed.body).toMatchObject({ version: 2, callableTimes: change.callableTimes });
    const stale = await admin().put(`${TIME_SETS}/${set.id}`).send(change).expect(409);
    expect(stale.body.code).toBe('invalid.update.wrong.version');
    await admin().delete(`${TIME_SETS}/${set.id}`).expect(204);
    const gone = await admin().get(`${TIME_SETS}/${set.id}`).expect(404);
    expect(gone.body.code).toBe('callable.time.set.not.found');
  });

  it('are refused with all reasons at once', async () => {
    await created(TIME_SETS, { name: 'Taken', callableTimes: [berlin] });
    const wrong = {
      name: 'taken',
      callableTimes: [
        { timeSlots: [slot] },
        { timeZoneId: 'Europe/Atlantis', timeSlots: [{ startTime: '25:00', stopTime: '9', day: 8 }] },
        { timeZoneId: '+02:00', timeSlots: [{ ...slot, startTime: '18:00:00' }] },
        { timeZoneId: 'UTC', timeSlots: [] },
      ],
    };
    expect(await refused(TIME_SETS, wrong)).toEqual([
      'duplicate.name name',
      'missing.time.zone callableTimes.0.timeZoneId',
      'invalid.time.zone callableTimes.1.timeZoneId',
      'invalid.start.time callableTimes.1.timeSlots.0.startTime',
      'invalid.stop.time callableTimes.1.timeSlots.0.stopTime',
      'invalid.day callableTimes.1.timeSlots.0.day',
      'invalid.time.zone callableTimes.2.timeZoneId',
      'invalid.start.time callableTimes.2.timeSlots.0.startTime',
      'time.slots.required callableTimes.3.timeSlots',
    ]);
    expect(await refused(TIME_SETS, {})).toEqual([
      'name.cannot.be.blank name',
      'callable.times.required callableTimes',
    ]);
  });
});

describe('digital rule sets', () => {
  const rule = (changes: object = {}) => ({
    name: 'Rule',
    order: 1,
    category: 'PreContact',
    conditions: [
      {
        contactColumnConditionSettings: {
          columnName: 'amount',
          operator: 'GreaterThan',
          value: '100',
          valueType: 'Numeric',
        },
      },
    ],
    actions: [{ doNotSendActionSettings: {} }],
    ...changes,
  });

  it('are created, read, listed, changed by version and deleted', async () => {
    const listId = await world.aContactList({ name: 'Ruled' });
    const body = { name: 'No big ones', contactList: { id: listId }, rules: [rule()] };
    const set = await created(RULE_SETS, body);
    expect(set).toMatchObject({
      version: 1,
      contactList: { id: listId, name: 'Ruled' },
      rules: [
        { id: expect.any(String), ...rule({ conditions: [{ inverted: false, ...rule().conditions[0] }] }) },
      ],
    });
    const listed = await admin().get(`${RULE_SETS}?name=No big&id=${set.id}`).expect(200);
    expect(listed.body).toMatchObject({ total: 1, entities: [{ id: set.id }] });
    const changed = await admin()
      .put(`${RULE_SETS}/${set.id}`)
      .send({ ...set, name: 'None' })
      .expect(200);
    expect(changed.body).toMatchObject({
      ...set,
      name: 'None',
      version: 2,
      dateModified: expect.any(String),
    });
    await admin().put(`${RULE_SETS}/${set.id}`).send(set).expect(409);
    await admin().delete(`${RULE_SETS}/${set.id}`).expect(204);
    const gone = await admin().get(`${RULE_SETS}/${set.id}`).expect(404);
    expect(gone.body.code).toBe('rule.set.not.found');
  });

  it('are refused with all reasons at once', async () => {
    const listId = await world.aContactList();
    const column = (settings: object) => ({
      contactColumnConditionSettings: {
        ...rule().conditions[0]!.contactColumnConditionSettings,
        ...settings,
      },
    });
    const unknown = randomUUID();
    const rules = [
      rule({
        conditions: [
          column({ columnName: 'nowhere' }),
          column({ value: 'x' }),
          column({ operator: 'Contains' }),
        ],
      }),
      rule({ name: 'Data', conditions: [{ dataActionConditionSettings: { dataActionId: 'd' } }, {}] }),
      rule({ name: 'Late', category: 'PostContact' }),
      rule({
        name: 'Parts',
        order: -1,
        conditions: [
          {
            lastAttemptOverallConditionSettings: { mediaTypes: ['Email'], operator: 'After', value: 'soon' },
          },
          { lastResultOverallConditionSettings: { whatsAppWrapupCodes: ['NO-SUCH-CODE'] } },
        ],
        actions: [
          { appendToDncActionSettings: { expire: true, expirationDuration: 'P-1D', listType: 'RdsCustom' } },
          { updateContactColumnActionSettings: { updateOption: 'Increment', properties: { amount: 'one' } } },
          { setContentTemplateActionSettings: { whatsAppContentTemplateId: unknown } },
          { setSmsPhoneNumberActionSettings: { senderSmsPhoneNumber: '+49' } },
        ],
      }),
    ];
    const reasons = await refused(RULE_SETS, { name: 'Wrong', contactList: { id: listId }, rules });
    expect(reasons).toEqual([
      'invalid.value rules.0.conditions.1.contactColumnConditionSettings.value',
      'invalid.value rules.0.conditions.2.contactColumnConditionSettings.operator',
      'not.offered rules.1.conditions.0.dataActionConditionSettings',
      'invalid.value rules.1.conditions.1',
      'invalid.value rules.2.actions.0.doNotSendActionSettings',
      'invalid.value rules.3.order',
      'invalid.value rules.3.conditions.0.lastAttemptOverallConditionSettings.mediaTypes',
      'invalid.value rules.3.conditions.0.lastAttemptOverallConditionSettings.value',
      'invalid.value rules.3.conditions.1.lastResultOverallConditionSettings.whatsAppWrapupCodes.0',
      'invalid.value rules.3.actions.0.appendToDncActionSettings.listType',
      'invalid.value rules.3.actions.0.appendToDncActionSettings.expirationDuration',
      'invalid.value rules.3.actions.1.updateContactColumnActionSettings.properties.amount',
      'not.offered rules.3.actions.3.setSmsPhoneNumberActionSettings',
      'contact.column.not.found rules',
      'template.not.found rules',
    ]);
  });
});

describe('campaign rules', () => {
  const body = (campaignId: string, changes: object = {}) => ({
    name: `Rule ${randomUUID()}`,
    campaignRuleEntities: { whatsAppCampaigns: [{ id: campaignId }] },
    campaignRuleConditions: [
      { conditionType: 'campaignProgress', parameters: { operator: 'greaterThan', value: '50' } },
    ],
    campaignRuleActions: [
      {
        actionType: 'setCampaignMessagesPerMinute',
        parameters: { messagesPerMinute: 5 },
        campaignRuleActionEntities: { useTriggeringEntity: true },
      },
    ],
    ...changes,
  });

  it('are created disabled, enabled, and changed or deleted only while disabled', async () => {
    const { id, name } = await world.create();
    const rule = await created(CAMPAIGN_RULES, body(id, { name: 'Slow down', timeZoneId: 'Europe/Berlin' }));
    expect(rule).toMatchObject({
      enabled: false,
      campaignRuleEntities: { whatsAppCampaigns: [{ id, name }], smsCampaigns: [] },
      campaignRuleConditions: [{ conditionType: 'campaignProgress', parameters: { value: '50' } }],
      campaignRuleActions: [
        { actionType: 'setCampaignMessagesPerMinute', parameters: { messagesPerMinute: 5 } },
      ],
      executionSettings: { frequency: 'onEachTrigger' },
      timeZoneId: 'Europe/Berlin',
      warnings: [],
    });
    const path = `${CAMPAIGN_RULES}/${rule.id}`;
    const enabled = (
      await admin()
        .put(path)
        .send({ ...rule, enabled: true })
        .expect(200)
    ).body as Stored;
    expect(enabled).toMatchObject({ enabled: true, version: 2 });
    const change = await admin()
      .put(path)
      .send({ ...enabled, name: 'Other' })
      .expect(400);
    expect(change.body.code).toBe('cannot.modify.enabled.campaign.rule');
    expect((await admin().delete(path).expect(400)).body.code).toBe('cannot.delete.enabled.campaign.rule');
    await admin()
      .put(path)
      .send({ ...enabled, enabled: false })
      .expect(200);
    await admin().delete(path).expect(204);
    expect((await admin().get(path).expect(404)).body.code).toBe('campaign.rule.not.found');
  });

  it('take groups of conditions, and WhatsApp campaigns named as SMS campaigns', async () => {
    const { id } = await world.create();
    const groups = [
      {
        matchAnyConditions: true,
        conditions: [
          {
            conditionType: 'timeOfDay',
            parameters: { operator: 'between' },
            dateTimeParameters: { timeOfDay: { interval: { min: '09:00:00.000', max: '17:00' } } },
          },
          {
            conditionType: 'weekDayOfMonth',
            parameters: { operator: 'equals', forDuration: 'PT1M' },
            dateTimeParameters: {
              inverted: true,
              weekDayOfMonth: { thresholdValue: { dayOfWeek: 1, occurrence: -1 } },
            },
          },
        ],
      },
    ];
    const rule = await created(
      CAMPAIGN_RULES,
      body(id, {
        campaignRuleEntities: { smsCampaigns: [{ id }] },
        campaignRuleConditions: [],
        conditionGroups: groups,
        campaignRuleProcessing: 'v2',
      }),
    );
    expect(rule).toMatchObject({
      campaignRuleEntities: { smsCampaigns: [{ id }], whatsAppCampaigns: [] },
      campaignRuleConditions: [],
      conditionGroups: groups,
    });
  });

  it('warn of campaigns that are gone', async () => {
    const { id } = await world.create();
    const rule = await created(CAMPAIGN_RULES, body(id));
    await admin().delete(`/api/v2/outbound/messagingcampaigns/${id}`).expect(200);
    const { body: read } = await admin().get(`${CAMPAIGN_RULES}/${rule.id}`).expect(200);
    expect(read.warnings).toEqual([expect.objectContaining({ code: 'ConditionsNoMessagingCampaigns' })]);
  });

  it('are refused with all reasons at once', async () => {
    const unknown = randomUUID();
    const reasons = await refused(
      CAMPAIGN_RULES,
      body(unknown, {
        name: '',
        enabled: true,
        timeZoneId: 'Mars/Olympus',
        campaignRuleEntities: { sequences: [{ id: unknown }] },
        campaignRuleConditions: [
          { conditionType: 'campaignAgents', parameters: { operator: 'equals', value: '1' } },
          { conditionType: 'campaignRunTime', parameters: { operator: 'before', value: 'long' } },
          {
            conditionType: 'dayOfWeek',
            parameters: { operator: 'in' },
            dateTimeParameters: { dayOfWeek: { inSet: [8] } },
          },
        ],
        campaignRuleActions: [
          { actionType: 'setCampaignPriority', campaignRuleActionEntities: { useTriggeringEntity: true } },
          {
            actionType: 'turnOnCampaign',
            campaignRuleActionEntities: { whatsAppCampaigns: [{ id: unknown }] },
          },
          { actionType: 'setCampaignMessagesPerMinute', campaignRuleActionEntities: {} },
        ],
      }),
    );
    expect(reasons).toEqual([
      'name.cannot.be.blank name',
      'campaign.rule.cannot.be.created.enabled enabled',
      'not.offered campaignRuleConditions.0.conditionType',
      'invalid.value campaignRuleConditions.1.parameters.operator',
      'invalid.value campaignRuleConditions.1.parameters.value',
      'invalid.value campaignRuleConditions.2.dateTimeParameters.dayOfWeek.inSet.0',
      'not.offered campaignRuleEntities.sequences',
      'not.offered campaignRuleActions.0.actionType',
      'invalid.value campaignRuleActions.2.campaignRuleActionEntities',
      'invalid.value campaignRuleActions.2.parameters.messagesPerMinute',
      'invalid.value campaignRuleEntities',
      'invalid.time.zone timeZoneId',
      'campaign.not.found campaignRuleEntities',
    ]);
  });
});
