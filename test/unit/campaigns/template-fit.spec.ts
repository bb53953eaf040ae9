import { explainTemplateFit } from '../../../src/modules/campaigns/template-fit.js';
import type { CampaignTemplate } from '../../../src/modules/templates/index.js';

const approved = {
  parameterFormat: 'NAMED' as const,
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Autumn' },
    { type: 'BODY', text: 'Hi {{first_name}}, your voucher: {{voucher}}' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Stop' },
        { type: 'URL', url: 'https://shop.example/v/{{1}}' },
      ],
    },
  ],
};

function response(change: Partial<CampaignTemplate> = {}): CampaignTemplate {
  return {
    id: 'r',
    name: 'Offer',
    divisionId: null,
    metaName: 'offer',
    language: 'de',
    body: 'Hallo {{first_name}}, Gutschein {{voucher}}',
    buttons: [
      { index: 0, type: 'QuickReply', content: 'Stopp' },
      { index: 1, type: 'Url', content: 'https://shop.example/v/{{voucher}}' },
    ],
    substitutions: [],
    ...change,
  };
}

const misfits = (
  change: Partial<CampaignTemplate>,
  meta: Parameters<typeof explainTemplateFit>[1] = approved,
) => explainTemplateFit(response(change), meta).map(({ message }) => message);

describe('the fit of a response and the approved template', () => {
  it('is given when they ask for the same parameters', () => {
    expect(explainTemplateFit(response(), approved)).toEqual([]);
  });

  it('lacks a link with placeholder', () => {
    expect(misfits({ buttons: [] })).toEqual([
      expect.stringContaining('button 2 is a link with a placeholder'),
    ]);
  });

  it('has a link placeholder too many', () => {
    const buttons = [
      { index: 0, type: 'Url' as const, content: 'https://x/{{voucher}}' },
      ...response().buttons.slice(1),
    ];
    expect(misfits({ buttons })).toEqual([expect.stringContaining('button 1 takes no placeholder')]);
  });

  it('lacks or misnames placeholders of the body', () => {
    expect(misfits({ body: 'Hallo {{first_name}}' })).toEqual([expect.stringContaining('2 placeholders')]);
    expect(misfits({ body: '{{first_name}} {{gutschein}}' })).toEqual([
      expect.stringContaining('{{gutschein}}'),
    ]);
  });

  it('may name the placeholders of a numbered template as it likes', () => {
    const numbered = {
      parameterFormat: 'POSITIONAL' as const,
      components: [{ type: 'BODY', text: '{{1}} and {{2}}' }],
    };
    expect(misfits({ buttons: [] }, numbered)).toEqual([]);
  });

  it('needs an image where the header is one', () => {
    const image = {
      ...approved,
      components: [{ type: 'HEADER', format: 'IMAGE' }, ...approved.components.slice(1)],
    };
    expect(misfits({}, image)).toEqual([expect.stringContaining('header is an image')]);
    expect(misfits({ headerImageUrl: 'https://x/y.png' }, image)).toEqual([]);
    expect(misfits({ headerImageUrl: 'https://x/y.png' })).toEqual([
      expect.stringContaining('image in the header'),
    ]);
  });

  it('names every misfit at once', () => {
    expect(misfits({ body: 'Hallo', buttons: [] })).toHaveLength(2);
  });
});
