import type { DigitalRule } from '../../../src/modules/campaigns/index.js';
import { ContactJudge } from '../../../src/modules/dispatch/dry-run/contact-judge.js';
import { fillRisksOf } from '../../../src/modules/templates/index.js';

const TEMPLATE = {
  id: 't1',
  name: 'Offer',
  divisionId: null,
  metaName: 'offer',
  language: 'de',
  body: 'Hallo {{name}}',
  buttons: [],
  substitutions: [{ id: 'name' }],
};
const OTHER = { ...TEMPLATE, id: 't2', body: 'Moin {{name}}' };
const CONTACT = {
  data: { wa: '49151', name: 'Ada' },
  column: 'wa',
  address: '49151',
  evaluations: {},
  stopped: [],
};

function ruled(
  action: DigitalRule['actions'][number],
  { columns = 1, takesNumbers = true, stopped = [''] } = {},
) {
  const rule: DigitalRule = {
    id: 'r',
    name: 'Rule',
    order: 1,
    category: 'PreContact',
    conditions: [],
    actions: [action],
  };
  const facts = {
    template: TEMPLATE,
    ruledTemplates: new Map<string, typeof TEMPLATE | string>([
      ['t2', OTHER],
      ['t3', 'WhatsApp has the template of a rule as PAUSED'],
    ]),
    rules: [rule],
    addressTypes: { wa: 'cell' },
    takesNumbers,
  };
  const judge = new ContactJudge(facts, columns, new Date());
  const fate = judge.rule({ ...CONTACT, stopped }, judge.fill(CONTACT.data));
  return fate.kind === 'send' ? `${fate.text}${fate.templateId ? ` by ${fate.templateId}` : ''}` : fate;
}

const template = (whatsAppContentTemplateId: string) => ({
  setContentTemplateActionSettings: { whatsAppContentTemplateId },
});
const set = (properties: Record<string, string>) => ({
  updateContactColumnActionSettings: { properties, updateOption: 'Set' as const },
});
const APPEND = { appendToDncActionSettings: { expire: false, listType: 'Rds' as const } };

describe('what rules make of a contact in a dry run', () => {
  it.each<[string, DigitalRule['actions'][number], object, unknown]>([
    ['another cell', set({ name: 'Bo' }), {}, 'Hallo Bo'],
    ['an empty cell', set({ name: '' }), {}, { kind: 'skip', disposition: 'OUTBOUND-RULE-ERROR-SKIPPED' }],
    ['another number', set({ wa: '49152' }), {}, { kind: 'open', detail: 'a rule changes the number' }],
    ['another template', template('t2'), {}, 'Moin Ada by t2'],
    ['a paused template', template('t3'), {}, { kind: 'skip', disposition: 'OUTBOUND-RULE-ERROR-SKIPPED' }],
    [
      'a template that is gone',
      template('t4'),
      {},
      { kind: 'skip', disposition: 'OUTBOUND-RULE-ERROR-SKIPPED' },
    ],
    [
      'marketing that the person stopped',
      template('t2'),
      { stopped: ['t2'] },
      { kind: 'skip', disposition: 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST' },
    ],
    ['a DNC list', APPEND, {}, { kind: 'skip', disposition: 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST' }],
    ['no DNC list that takes numbers', APPEND, { takesNumbers: false }, 'Hallo Ada'],
    ['a DNC list, with a second number', APPEND, { columns: 2 }, { kind: 'open' }],
    [
      'a mark on the contact',
      { markContactUncontactableActionSettings: { mediaTypes: ['WhatsApp'] } },
      { columns: 2 },
      { kind: 'skip', disposition: 'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED' },
    ],
    [
      'a mark on the number, with a second one',
      { markContactAddressUncontactableActionSettings: {} },
      { columns: 2 },
      { kind: 'open' },
    ],
    [
      'no message',
      { doNotSendActionSettings: {} },
      {},
      { kind: 'skip', disposition: 'OUTBOUND-RULE-SKIPPED' },
    ],
  ])('%s', (_what, action, given, wanted) => {
    const fate = ruled(action, given);
    if (typeof wanted === 'string') expect(fate).toBe(wanted);
    else expect(fate).toMatchObject(wanted as object);
  });
});

it('what decides whether a template can be filled: required values, and parts that may grow too long', () => {
  const risks = fillRisksOf({
    ...TEMPLATE,
    headerText: 'Für {{name}}, {{name}}',
    buttons: [
      { index: 0, type: 'QuickReply', content: 'Stopp {{not}}' },
      { index: 1, type: 'Url', content: 'https://x.example/{{code}}' },
    ],
    substitutions: [{ id: 'name', defaultValue: ' Kunde ' }, { id: 'code' }],
  });
  expect(risks.required).toEqual(['code']);
  expect(risks.defaults.get('name')).toBe('Kunde');
  expect(risks.lengths).toEqual([
    { limit: 1_024, length: 6, ids: ['name'] },
    { limit: 60, length: 6, ids: ['name', 'name'] },
    { limit: 2_000, length: 18, ids: ['code'] },
  ]);
});
