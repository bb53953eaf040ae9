import {
  type CampaignDefinition,
  changedParts,
  isChangeableWhileRunning,
} from '../../../src/modules/campaigns/campaign-definition.js';

const definition: CampaignDefinition = {
  name: 'Autumn',
  divisionId: 'd1',
  contactListId: 'l1',
  contactListFilterIds: [],
  messagesPerMinute: 10,
  whatsAppColumns: ['wa'],
  integrationId: 'i1',
  contentTemplateId: 't1',
  dncListIds: ['n1', 'n2'],
  contactSorts: [{ fieldName: 'amount', direction: 'ASC', numeric: false }],
  alwaysRunning: false,
  callableTimeSetId: null,
  ruleSetIds: [],
  dynamicSort: false,
  dynamicFilter: false,
};

describe('changedParts', () => {
  it('finds none between equal definitions, whatever the order of keys', () => {
    const contactSorts = [{ numeric: false, direction: 'ASC' as const, fieldName: 'amount' }];
    expect(changedParts(definition, { ...definition, contactSorts })).toEqual([]);
  });

  it('names every part that differs, the order of lists included', () => {
    const after = { ...definition, name: 'Winter', dncListIds: ['n2', 'n1'], alwaysRunning: true };
    expect(changedParts(definition, after)).toEqual(['name', 'dncListIds', 'alwaysRunning']);
  });
});

it('lets a running campaign change only its name, pace, template and DNC lists', () => {
  const parts = Object.keys(definition) as (keyof CampaignDefinition)[];
  expect(parts.filter(isChangeableWhileRunning)).toEqual([
    'name',
    'messagesPerMinute',
    'contentTemplateId',
    'dncListIds',
  ]);
});
