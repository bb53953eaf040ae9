import type { MetaTemplate } from '../../../src/modules/whatsapp/index.js';
import { type CampaignFacts, explainCampaign } from '../../../src/modules/campaigns/campaign-rules.js';
import { campaignRefused } from '../../../src/modules/campaigns/campaign.errors.js';

const NONE = new Map<string, []>();
const NOTHING = { contactLists: NONE, dncLists: NONE, integrations: NONE, templates: NONE };

type Definition = CampaignFacts['definition'];

const contactList = {
  id: 'l1',
  name: 'Customers',
  divisionId: 'd1',
  columnNames: ['wa', 'mobile', 'first_name', 'amount', 'due', 'city'],
  whatsAppColumns: ['wa', 'mobile'],
  timeColumns: { wa: 'city' },
  addressTypes: { wa: 'cell', mobile: 'cell' },
};
const integration = {
  id: 'i1',
  name: 'Main number',
  phoneNumberId: 'p1',
  wabaId: 'w1',
  messagesPerSecond: 80,
  active: true,
};
const template = {
  id: 't1',
  name: 'Reminder',
  divisionId: null,
  metaName: 'reminder',
  language: 'de',
  body: 'Hallo {{first_name}}',
  buttons: [],
  substitutions: [],
};

const metaTemplate = (status: string): MetaTemplate => ({
  name: 'reminder',
  language: 'de',
  category: 'UTILITY',
  status,
  quality: 'GREEN',
  parameterFormat: 'POSITIONAL',
  components: [{ type: 'BODY', text: 'Hallo {{1}}' }],
});

function facts(definition: Partial<Definition> = {}, found: Partial<CampaignFacts> = {}): CampaignFacts {
  return {
    definition: {
      name: 'Autumn',
      divisionId: 'd1',
      contactListId: 'l1',
      contactListFilterIds: [],
      messagesPerMinute: 10,
      whatsAppColumns: ['wa'],
      integrationId: 'i1',
      contentTemplateId: 't1',
      dncListIds: [],
      contactSorts: [],
      alwaysRunning: false,
      callableTimeSetId: null,
      ruleSetIds: [],
      dynamicSort: false,
      dynamicFilter: false,
      ...definition,
    },
    nameTaken: false,
    contactList,
    contactListFilters: [],
    integration,
    template,
    metaTemplate: metaTemplate('APPROVED'),
    dncLists: [],
    extras: { ruleSets: [] },
    unusable: NOTHING,
    ...found,
  };
}

const codes = (definition?: Partial<Definition>, found?: Partial<CampaignFacts>) =>
  explainCampaign(facts(definition, found)).map(({ code }) => code);
const messages = (definition?: Partial<Definition>, found?: Partial<CampaignFacts>) =>
  explainCampaign(facts(definition, found)).map(({ message }) => message);
const sorts = (...names: string[]) =>
  names.map((fieldName) => ({ fieldName, direction: 'ASC' as const, numeric: false }));

it('has nothing against a campaign whose parts are in order', () => {
  expect(codes()).toEqual([]);
});

describe('name', () => {
  it.each([
    ['', 'name.cannot.be.blank'],
    ['   ', 'name.cannot.be.blank'],
    ['a'.repeat(65), 'name.length.exceeded'],
    ['a\nb', 'invalid.value'],
  ])('%j: %s', (name, code) => {
    expect(codes({ name })).toEqual([code]);
  });

  it.each(['a'.repeat(64), '😀'.repeat(64), 'Ümläut & <b>"quotes"</b> – 50 %'])('allows %j', (name) => {
    expect(codes({ name })).toEqual([]);
  });

  it('must be free', () => {
    expect(codes({}, { nameTaken: true })).toEqual(['duplicate.name']);
  });
});

describe('WhatsApp columns', () => {
  it('are one or more of the list', () => {
    expect(codes({ whatsAppColumns: ['mobile', 'wa'] })).toEqual([]);
    expect(codes({ whatsAppColumns: [] })).toEqual(['invalid.campaign.whatsapp.columns']);
  });

  it('are named by the message when a wrong one is given', () => {
    const [message] = messages({ whatsAppColumns: ['city'] });
    expect(message).toContain('"city"');
    expect(message).toContain('"wa", "mobile"');
  });

  it('are each named once', () => {
    expect(codes({ whatsAppColumns: ['wa', 'wa', 'wa'] })).toEqual(['invalid.campaign.whatsapp.columns']);
  });

  it('can not be judged without the list', () => {
    expect(codes({ whatsAppColumns: ['city'] }, { contactList: undefined })).toEqual([
      'contact.list.not.found',
    ]);
  });
});

describe('what other modules say', () => {
  const broken = [{ code: 'broken', message: 'It is broken.', field: 'elsewhere' }];

  it.each([
    ['contactLists', 'l1', 'contactList', 'Customers'],
    ['integrations', 'i1', 'whatsAppConfig.whatsAppIntegration', 'Main number'],
    ['templates', 't1', 'whatsAppConfig.contentTemplate', 'Reminder'],
  ])('about %s comes with id %s, field %s and name %s', (kind, id, field, entityName) => {
    const unusable = { ...NOTHING, [kind]: new Map([[id, broken]]) };
    const reasons = explainCampaign(facts({}, { unusable }));
    expect(reasons).toEqual([{ code: 'broken', message: 'It is broken.', field, entityId: id, entityName }]);
  });

  it('about DNC lists comes for each of them', () => {
    const dncLists = [
      { id: 'n1', name: 'Opt-outs', divisionId: 'd1', customExclusionColumn: null },
      { id: 'n2', name: 'Fine', divisionId: 'd1', customExclusionColumn: null },
      { id: 'n4', name: 'Debtors', divisionId: 'd1', customExclusionColumn: 'no such column' },
    ];
    const unusable = { ...NOTHING, dncLists: new Map([['n1', broken]]) };
    const reasons = explainCampaign(facts({ dncListIds: ['n1', 'n2', 'n3', 'n4'] }, { dncLists, unusable }));
    expect(reasons.map(({ code, entityId, field }) => [code, entityId, field])).toEqual([
      ['broken', 'n1', 'dncLists'],
      ['dnc.list.not.found', 'n3', 'dncLists'],
      ['dnc.list.custom.column.missing', 'n4', 'dncLists'],
    ]);
  });

  it('is never missing for an unknown integration or template', () => {
    expect(codes({}, { integration: undefined, metaTemplate: 'not-asked' })).toEqual(['not.found']);
    expect(codes({}, { template: undefined })).toEqual(['not.found']);
  });
});

describe('template', () => {
  it('needs a column for every placeholder without default', () => {
    const body = 'Hallo {{first_name}}, {{surname}}, {{title}}';
    const withDefault = { ...template, body, substitutions: [{ id: 'title', defaultValue: 'Dr.' }] };
    const [reason, ...more] = explainCampaign(
      facts({}, { template: withDefault, metaTemplate: 'not-asked' }),
    );
    expect(more).toEqual([]);
    expect(reason).toMatchObject({
      code: 'substitution.mismatch',
      field: 'whatsAppConfig.contentTemplate',
      params: { id: 'surname' },
    });
  });

  it.each(['PAUSED', 'REJECTED', 'PENDING', 'DISABLED'])('must be approved, not %s', (status) => {
    const [reason, ...more] = explainCampaign(facts({}, { metaTemplate: metaTemplate(status) }));
    expect(more).toEqual([]);
    expect(reason).toMatchObject({ code: 'template.not.approved', params: { status } });
    expect(reason?.message).toContain(status);
  });

  it('must be known to Meta, unless Meta was not asked', () => {
    expect(codes({}, { metaTemplate: undefined })).toEqual(['template.not.found.at.provider']);
    expect(codes({}, { metaTemplate: 'not-asked' })).toEqual([]);
  });
});

describe('sorts', () => {
  it('are four at most', () => {
    expect(codes({ contactSorts: sorts('wa', 'first_name', 'amount', 'due') })).toEqual([]);
    expect(codes({ contactSorts: sorts('wa', 'first_name', 'amount', 'due', 'city') })).toEqual([
      'contact.sorts.limit.exceeded',
    ]);
  });

  it.each([
    [sorts('due', 'due'), 'contact.sorts.duplicate.field.names'],
    [sorts(' '), 'contact.sorts.invalid.field.name'],
    [sorts('Due'), 'contact.sort.field.not.found'],
  ])('%j: %s', (contactSorts, code) => {
    expect(codes({ contactSorts })).toEqual([code]);
  });
});

describe('messages per minute', () => {
  it.each([
    [0, 'invalid.value'],
    [-5, 'invalid.value'],
    [4_801, 'messages.per.minute.limit.exceeded'],
  ])('%d: %s', (messagesPerMinute, code) => {
    expect(codes({ messagesPerMinute })).toEqual([code]);
  });

  it.each([
    [20, 1_200],
    [80, 4_800],
    [1_000, 60_000],
    [2_000, 60_000],
  ])('an integration of %d per second allows %d per minute', (messagesPerSecond, greatest) => {
    const found = { integration: { ...integration, messagesPerSecond } };
    expect(codes({ messagesPerMinute: greatest }, found)).toEqual([]);
    const [reason] = explainCampaign(facts({ messagesPerMinute: greatest + 1 }, found));
    expect(reason?.params).toEqual({ limit: String(greatest), given: String(greatest + 1) });
  });

  it('says whose limit it is', () => {
    expect(messages({ messagesPerMinute: 5_000 })[0]).toContain('"Main number"');
    const fast = { integration: { ...integration, messagesPerSecond: 1_000 } };
    expect(messages({ messagesPerMinute: 60_001 }, fast)[0]).toContain('organisation');
  });

  it('shows the limit in the error, also behind other reasons', () => {
    const error = campaignRefused(explainCampaign(facts({ name: '', messagesPerMinute: 5_000 })));
    expect(error.code).toBe('name.cannot.be.blank');
    expect(error.params).toMatchObject({ limit: '4800', given: '5000' });
    expect(error.options.limit).toEqual({
      key: 'whatsapp.campaign.messages.per.minute',
      namespace: 'outbound',
      value: 4_800,
    });
    expect(error.options.reasons).toHaveLength(2);
  });
});
