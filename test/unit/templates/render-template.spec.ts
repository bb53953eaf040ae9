import fc from 'fast-check';
import {
  type CampaignTemplate,
  explainSubstitutions,
  renderTemplate,
} from '../../../src/modules/templates/index.js';

const template = (changes: Partial<CampaignTemplate> = {}): CampaignTemplate => ({
  id: 't1',
  name: 'reminder',
  divisionId: null,
  metaName: 'reminder',
  language: 'de',
  body: 'Hallo {{firstName}}, offen sind {{ amount }} EUR.',
  buttons: [],
  substitutions: [{ id: 'firstName', defaultValue: 'Kunde' }, { id: 'amount' }],
  ...changes,
});

describe('renderTemplate', () => {
  it('takes the cells of the columns', () => {
    expect(renderTemplate(template(), { firstName: 'Ada', amount: '120', other: 'x' })).toEqual({
      ok: true,
      text: 'Hallo Ada, offen sind 120 EUR.',
      parameters: {
        header: [],
        body: [
          { id: 'firstName', value: 'Ada' },
          { id: 'amount', value: '120' },
        ],
        buttons: [],
      },
    });
  });

  it('prefers the exact column and else ignores case', () => {
    const text = (data: Record<string, string>): unknown => {
      const result = renderTemplate(template({ body: '{{firstName}}' }), data);
      return result.ok && result.text;
    };
    expect(text({ FIRSTNAME: 'b', firstName: 'a' })).toBe('a');
    expect(text({ FIRSTNAME: 'b' })).toBe('b');
  });

  it.each(['', '   ', '\n\t'])('takes the default for a cell of %j', (cell) => {
    expect(renderTemplate(template(), { firstName: cell, amount: '1' })).toMatchObject({
      text: 'Hallo Kunde, offen sind 1 EUR.',
    });
  });

  it('names every placeholder that has neither value nor default', () => {
    const substitutions = [{ id: 'firstName', defaultValue: '' }, { id: 'amount' }];
    expect(renderTemplate(template({ substitutions }), {})).toEqual({
      ok: false,
      code: 'OUTBOUND-RULE-ERROR-SKIPPED',
      message: 'The contact has no value for {{firstName}}, {{amount}}, and there is no default value.',
    });
  });

  it('does not take inherited names for cells', () => {
    expect(renderTemplate(template({ body: '{{constructor}}' }), {})).toMatchObject({ ok: false });
  });

  it('sends a placeholder that appears twice once per part', () => {
    const result = renderTemplate(template({ body: '{{a}} {{b}} {{a}}', headerText: '{{b}}' }), {
      a: '1',
      b: '2',
    });
    expect(result).toMatchObject({
      text: '1 2 1',
      parameters: {
        header: [{ id: 'b', value: '2' }],
        body: [
          { id: 'a', value: '1' },
          { id: 'b', value: '2' },
        ],
      },
    });
  });

  it('gives addresses of buttons their value, and only those that have a placeholder', () => {
    const buttons: CampaignTemplate['buttons'] = [
      { index: 0, type: 'QuickReply', content: 'STOP' },
      { index: 1, type: 'Url', content: 'https://example.com/' },
      { index: 2, type: 'Url', content: 'https://example.com/{{code}}' },
    ];
    expect(renderTemplate(template({ body: 'x', buttons }), { code: 'A1' })).toMatchObject({
      parameters: { buttons: [{ index: 2, parameters: [{ id: 'code', value: 'A1' }] }] },
    });
  });

  it('puts the picture of the header first', () => {
    const result = renderTemplate(template({ body: 'x', headerImageUrl: 'https://example.com/{{a}}.png' }), {
      a: '7',
    });
    expect(result).toMatchObject({
      parameters: { header: [{ id: 'image', value: 'https://example.com/7.png' }] },
    });
  });

  it.each([
    ['OUTBOUND-MAX-MESSAGE-LENGTH-EXCEEDED', { body: 'x{{v}}' }, 1_023],
    ['OUTBOUND-MESSAGE-HEADER-PARAMETER-VALUE-TOO-LONG', { body: 'x', headerText: 'x{{v}}' }, 59],
    [
      'OUTBOUND-MESSAGE-BUTTON-URL-PARAMETER-VALUE-TOO-LONG',
      { body: 'x', buttons: [{ index: 0, type: 'Url' as const, content: 'x{{v}}' }] },
      1_999,
    ],
  ])('%s one character over the limit', (code, changes, fits) => {
    expect(renderTemplate(template(changes), { v: 'v'.repeat(fits) })).toMatchObject({ ok: true });
    expect(renderTemplate(template(changes), { v: 'v'.repeat(fits + 1) })).toMatchObject({ ok: false, code });
  });

  it('holds for all data: values are clean, and the text is the body with its values', () => {
    const id = fc.stringMatching(/^[a-z0-9_]{1,8}$/u);
    fc.assert(
      fc.property(
        fc.uniqueArray(id, { minLength: 1, maxLength: 5 }),
        fc.array(fc.string({ unit: 'binary' })),
        (ids, cells) => {
          const subject = template({
            body: ids.map((name) => `{{${name}}}`).join('|'),
            substitutions: ids.map((name) => ({ id: name, defaultValue: 'd' })),
          });
          const data = Object.fromEntries(ids.map((name, index) => [name, cells[index] ?? '']));
          const result = renderTemplate(subject, data);
          if (!result.ok) return result.code === 'OUTBOUND-MAX-MESSAGE-LENGTH-EXCEEDED';
          const { body } = result.parameters;
          expect(body.map((parameter) => parameter.id)).toEqual(ids);
          expect(result.text).toBe(body.map(({ value }) => value).join('|'));
          return body.every(({ value }) => value !== '' && !/[\r\n\t]| {4}/u.test(value));
        },
      ),
    );
  });
});

describe('explainSubstitutions', () => {
  it('is content with columns in any case and with defaults', () => {
    expect(explainSubstitutions(template(), ['AMOUNT'])).toEqual([]);
  });

  it('gives one reason for each placeholder that nothing fills, wherever it stands', () => {
    const subject = template({
      headerText: '{{city}}',
      buttons: [{ index: 0, type: 'Url', content: 'https://example.com/{{code}}' }],
    });
    const reasons = explainSubstitutions(subject, ['firstName', 'custId']);
    expect(reasons.map(({ params }) => params?.id)).toEqual(['city', 'amount', 'code']);
    expect(reasons[0]).toMatchObject({
      code: 'substitution.mismatch',
      entityId: 't1',
      entityName: 'reminder',
    });
  });
});
