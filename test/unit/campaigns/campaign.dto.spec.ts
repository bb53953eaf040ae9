import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { CampaignDto, CampaignUpdateDto, toDefinition } from '../../../src/modules/campaigns/campaign.dto.js';
import { validationError } from '../../../src/platform/http/validation-error.js';

const ref = () => ({ id: randomUUID() });
const body = () => ({
  name: 'Autumn',
  contactList: ref(),
  messagesPerMinute: 10,
  whatsAppConfig: { whatsAppColumns: ['wa'], whatsAppIntegration: ref(), contentTemplate: ref() },
});

function reasonsFor(value: object, type: typeof CampaignDto = CampaignDto) {
  const errors = validateSync(plainToInstance(type, value), { whitelist: true, stopAtFirstError: true });
  if (errors.length === 0) return [];
  return validationError(errors).options.reasons!.map(({ field, code }) => ({ field, code }));
}

describe('the shape of a campaign', () => {
  it('takes the least there can be', () => {
    expect(reasonsFor(body())).toEqual([]);
  });

  it('takes what infrastructure tools send: every array, empty', () => {
    const sent = {
      ...body(),
      callableTimeSet: null,
      contactListFilters: [],
      ruleSets: [],
      dncLists: [],
      contactSorts: [],
      errors: [],
      dynamicContactQueueingSettings: { sort: false, filter: false },
    };
    expect(reasonsFor(sent)).toEqual([]);
  });

  it('says at once everything that is missing', () => {
    const fields = reasonsFor({}).map((reason) => reason.field);
    expect(fields).toEqual(expect.arrayContaining(['contactList', 'messagesPerMinute', 'whatsAppConfig']));
  });

  it.each([
    ['an array', []],
    ['a string', 'x'],
    ['null', null],
  ])('refuses %s where an object belongs', (_what, value) => {
    expect(reasonsFor({ ...body(), contactList: value })).toEqual([
      { field: 'contactList', code: 'invalid.value' },
    ]);
    expect(reasonsFor({ ...body(), whatsAppConfig: value })).toEqual([
      { field: 'whatsAppConfig', code: 'invalid.value' },
    ]);
  });

  it('refuses a reference that is no UUID', () => {
    expect(reasonsFor({ ...body(), contactList: { id: '1; DROP TABLE' } })).toEqual([
      { field: 'contactList.id', code: 'invalid.value' },
    ]);
  });

  it.each([
    ['smsConfig', { phoneColumn: 'p' }],
    ['emailConfig', { emailColumns: ['e'] }],
  ])('says that %s is not offered', (field, value) => {
    expect(reasonsFor({ ...body(), [field]: value })).toEqual([{ field, code: 'not.offered' }]);
  });

  it('takes nothing but true and false for dynamic queueing', () => {
    const dynamicContactQueueingSettings = { sort: 'yes', filter: true };
    expect(reasonsFor({ ...body(), dynamicContactQueueingSettings })).toEqual([
      { field: 'dynamicContactQueueingSettings.sort', code: 'invalid.value' },
    ]);
  });

  it('wants a version for an update only', () => {
    expect(reasonsFor(body(), CampaignUpdateDto)).toEqual([{ field: 'version', code: 'invalid.value' }]);
  });
});

describe('toDefinition', () => {
  it('fills in what was left out, and names each DNC list once', () => {
    const dnc = ref();
    const dto = { ...body(), dncLists: [dnc, dnc], contactSorts: [{ fieldName: 'amount' }] };
    expect(toDefinition(plainToInstance(CampaignDto, dto), 'd1')).toEqual({
      name: 'Autumn',
      divisionId: 'd1',
      contactListId: dto.contactList.id,
      contactListFilterIds: [],
      messagesPerMinute: 10,
      whatsAppColumns: ['wa'],
      integrationId: dto.whatsAppConfig.whatsAppIntegration.id,
      contentTemplateId: dto.whatsAppConfig.contentTemplate.id,
      dncListIds: [dnc.id],
      contactSorts: [{ fieldName: 'amount', direction: 'ASC', numeric: false }],
      alwaysRunning: false,
      callableTimeSetId: null,
      ruleSetIds: [],
      dynamicSort: false,
      dynamicFilter: false,
    });
  });
});
