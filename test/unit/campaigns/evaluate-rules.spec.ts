import fc from 'fast-check';
import type {
  DigitalAction,
  DigitalCondition,
  DigitalRule,
} from '../../../src/modules/campaigns/digital-rules/digital-rule.js';
import {
  evaluateRules,
  RuleFailure,
  type RuledContact,
} from '../../../src/modules/campaigns/digital-rules/evaluate-rules.js';

const NOW = new Date('2026-11-26T12:00:00.000Z');
const contact: RuledContact = {
  data: { name: 'Ada', amount: '10.5', due: '2026-11-30', empty: '', text: 'ten' },
  address: '4915112345678',
  addressType: 'cell',
  lastResults: {
    wa: { wrapupCode: 'OUTBOUND-MESSAGE-SENT', at: new Date('2026-11-25T12:00:00Z') },
    mobile: { wrapupCode: 'OUTBOUND-MESSAGE-FAILED', at: new Date('2026-11-20T12:00:00Z') },
  },
};
const never: RuledContact = { ...contact, lastResults: {} };

const rule = (
  conditions: Partial<DigitalCondition>[],
  actions: DigitalAction[] = [{ doNotSendActionSettings: {} }],
): DigitalRule => ({
  id: 'r',
  name: 'r',
  order: 1,
  category: 'PreContact',
  conditions: conditions.map((condition) => ({ inverted: false, ...condition })),
  actions,
});
const apply = (rules: DigitalRule[], to = contact) => evaluateRules(rules, 'PreContact', to, NOW);
const holds = (condition: Partial<DigitalCondition>, to = contact) =>
  apply([rule([condition])], to).doNotSend;

const column = (columnName: string, operator: string, value: string, valueType: string) =>
  ({
    contactColumnConditionSettings: { columnName, operator, value, valueType },
  }) as Partial<DigitalCondition>;

describe('a condition on a column', () => {
  it.each([
    ['name', 'Equals', 'ADA', 'String', true],
    ['name', 'Contains', 'd', 'String', true],
    ['name', 'BeginsWith', 'da', 'String', false],
    ['name', 'EndsWith', 'DA', 'String', true],
    ['name', 'LessThan', 'bo', 'String', true],
    ['empty', 'Equals', '', 'String', true],
    ['missing', 'Equals', '', 'String', true],
    ['amount', 'GreaterThan', '9', 'Numeric', true],
    ['amount', 'Equals', '10.50', 'Numeric', true],
    ['amount', 'LessThanEquals', '10', 'Numeric', false],
    ['due', 'After', '2026-11-29T23:59:59Z', 'DateTime', true],
    ['due', 'Before', '2026-11-30T01:00+01:00', 'DateTime', false],
    ['due', 'Before', 'P04D', 'Period', true],
    ['due', 'Before', 'P03DT11H', 'Period', false],
  ])('%s %s %s as %s is %s, and the opposite inverted', (name, operator, value, type, expected) => {
    expect(holds(column(name, operator, value, type))).toBe(expected);
    expect(holds({ ...column(name, operator, value, type), inverted: true })).toBe(!expected);
  });

  it.each([
    ['text', 'GreaterThan', '9', 'Numeric'],
    ['empty', 'LessThan', '9', 'Numeric'],
    ['text', 'Before', '2026-11-30', 'DateTime'],
    ['empty', 'After', 'P-01D', 'Period'],
  ])('never holds for a cell that can not be read: %s %s %s as %s', (name, operator, value, type) => {
    expect(holds(column(name, operator, value, type))).toBe(false);
    expect(holds({ ...column(name, operator, value, type), inverted: true })).toBe(false);
  });
});

describe('other conditions', () => {
  const attempt = (operator: 'Before' | 'After', value: string) => ({
    lastAttemptOverallConditionSettings: { mediaTypes: ['WhatsApp'], operator, value },
  });
  const attemptBy = (whatsAppColumnName: string, operator: 'Before' | 'After', value: string) => ({
    lastAttemptByColumnConditionSettings: { whatsAppColumnName, operator, value },
  });
  const SENT = ['OUTBOUND-MESSAGE-SENT' as const];

  it.each<[string, Partial<DigitalCondition>, boolean, boolean]>([
    [
      'the number',
      { contactAddressConditionSettings: { operator: 'BeginsWith', value: '+49 151' } },
      true,
      true,
    ],
    [
      'the type',
      { contactAddressTypeConditionSettings: { operator: 'Equals', value: 'home' } },
      false,
      false,
    ],
    ['an attempt within two days', attempt('After', 'P-02D'), true, false],
    ['an attempt before yesterday', attempt('Before', 'P-01D'), false, false],
    ['an attempt by column', attemptBy('mobile', 'Before', 'P-05D'), true, false],
    ['an attempt by a column without any', attemptBy('other', 'After', 'P-05D'), false, false],
    ['the newest result', { lastResultOverallConditionSettings: { whatsAppWrapupCodes: SENT } }, true, false],
    [
      'the result by column',
      { lastResultByColumnConditionSettings: { whatsAppColumnName: 'mobile', whatsAppWrapupCodes: SENT } },
      false,
      false,
    ],
  ])('%s', (_, condition, expected, ofNever) => {
    expect(holds(condition)).toBe(expected);
    expect(holds({ ...condition, inverted: true })).toBe(!expected);
    expect(holds(condition, never)).toBe(ofNever);
  });
});

describe('actions', () => {
  const update = (
    updateOption: 'Set' | 'Increment' | 'Decrement' | 'CurrentTime',
    properties: Record<string, string>,
  ) => ({
    updateContactColumnActionSettings: { updateOption, properties },
  });

  it('count in cells without losing decimals, and from nothing', () => {
    const { cells } = apply([
      rule([], [update('Increment', { amount: '0.25', empty: '1' }), update('Decrement', { amount: '1' })]),
    ]);
    expect(cells).toEqual({ amount: '9.75', empty: '1' });
    expect(() => apply([rule([], [update('Increment', { text: '1' })])])).toThrow(RuleFailure);
  });

  it('are seen by the rules that come after', () => {
    const verdict = apply([
      rule(
        [column('name', 'Equals', 'Ada', 'String')],
        [update('Set', { name: 'Bo' }), update('CurrentTime', { text: '' })],
      ),
      rule([column('name', 'Equals', 'Ada', 'String')]),
      rule(
        [column('name', 'Equals', 'Bo', 'String')],
        [{ setContentTemplateActionSettings: { whatsAppContentTemplateId: 't' } }],
      ),
    ]);
    expect(verdict).toEqual({
      doNotSend: false,
      cells: { name: 'Bo', text: NOW.toISOString() },
      markContact: false,
      markAddress: false,
      templateId: 't',
    });
  });

  it('all of a rule happen, and nothing after one that says not to send', () => {
    const dnc = {
      appendToDncActionSettings: { expire: true, expirationDuration: 'P10D', listType: 'Rds' as const },
    };
    const marks = [
      { markContactUncontactableActionSettings: { mediaTypes: ['WhatsApp'] } },
      { markContactAddressUncontactableActionSettings: {} },
    ];
    const verdict = apply([
      rule([], [{ doNotSendActionSettings: {} }, dnc, ...marks]),
      rule([], [update('Set', { name: 'X' })]),
    ]);
    expect(verdict).toEqual({
      doNotSend: true,
      cells: {},
      dnc: { expiresAt: new Date('2026-12-06T12:00:00.000Z') },
      markContact: true,
      markAddress: true,
    });
  });

  it('of the other category do not happen', () => {
    expect(apply([{ ...rule([]), category: 'PostContact' }]).doNotSend).toBe(false);
  });
});

it('inverts whatever can be told, and is sure of itself', () => {
  const texts = fc.string({ maxLength: 5 });
  fc.assert(
    fc.property(
      texts,
      texts,
      fc.constantFrom('Equals', 'Contains', 'BeginsWith', 'EndsWith', 'LessThan'),
      (cell, value, operator) => {
        const of = { ...contact, data: { name: cell } };
        const condition = column('name', operator, value, 'String');
        return holds(condition, of) !== holds({ ...condition, inverted: true }, of);
      },
    ),
  );
});
