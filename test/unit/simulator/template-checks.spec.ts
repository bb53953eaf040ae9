import { DEFAULT_SEED } from '../../../src/simulator/seed.js';
import type { TemplateNode } from '../../../src/simulator/seed.js';
import { checkTemplateParameters, compileTemplate } from '../../../src/simulator/sending/template-checks.js';

const template = (name: string): TemplateNode =>
  DEFAULT_SEED.wabas[0]!.templates.find((candidate) => candidate.name === name)!;
const text = (value: string, parameter_name?: string) => ({ type: 'text', text: value, parameter_name });
const body = (...parameters: unknown[]) => ({ type: 'body', parameters });
const url = (value: string) => ({ type: 'button', sub_type: 'url', index: '1', parameters: [text(value)] });
const check = (node: TemplateNode, components: unknown) =>
  checkTemplateParameters(compileTemplate(node), components)?.code;

describe('a template with positional parameters', () => {
  const order = template('order_update');
  it.each([
    ['fitting', [body(text('Ana'), text('A1'))], undefined],
    ['no components', undefined, 132000],
    ['one too few', [body(text('Ana'))], 132000],
    ['one too many', [body(text('Ana'), text('A1'), text('x'))], 132000],
    [
      'a header it has not',
      [{ type: 'header', parameters: [text('x')] }, body(text('Ana'), text('A1'))],
      132000,
    ],
    ['wrong type', [body({ type: 'image', image: { id: '1' } }, text('A1'))], 132012],
    ['a name', [body(text('Ana', 'first_name'), text('A1'))], 132012],
    ['empty text', [body(text(''), text('A1'))], 131008],
    ['new line', [body(text('A\nB'), text('A1'))], 132018],
    ['tab', [body(text('A\tB'), text('A1'))], 132018],
    ['four spaces', [body(text('A    B'), text('A1'))], undefined],
    ['five spaces', [body(text('A     B'), text('A1'))], 132018],
    ['too long', [body(text('x'.repeat(1_000)), text('A1'))], 132005],
    ['just fits', [body(text('x'.repeat(1_024 - 36)), text('A1'))], undefined],
    ['one character too long', [body(text('x'.repeat(1_024 - 35)), text('A1'))], 132005],
    ['currency', [body({ type: 'currency', currency: { fallback_value: '1 EUR' } }, text('A1'))], undefined],
    ['unknown component', [{ type: 'footer', parameters: [] }], 100],
    ['no array', {}, 100],
    ['two bodies', [body(text('Ana'), text('A1')), body(text('Ana'), text('A1'))], 100],
    [
      'a button it has not',
      [body(text('Ana'), text('A1')), { type: 'button', sub_type: 'url', index: 0, parameters: [text('x')] }],
      131009,
    ],
  ])('%s', (_name, components, code) => {
    expect(check(order, components)).toBe(code);
  });
});

describe('a template with named parameters and buttons', () => {
  const offer = template('autumn_offer');
  const named = body(text('V1', 'voucher'), text('Zoë', 'first_name'));
  const stop = (parameter: object) => ({
    type: 'button',
    sub_type: 'quick_reply',
    index: 0,
    parameters: [parameter],
  });
  it.each([
    ['fitting in any order', [named, url('V1')], undefined],
    ['no names', [body(text('Zoë'), text('V1')), url('V1')], 132012],
    ['unknown name', [body(text('Zoë', 'first_name'), text('V1', 'coupon')), url('V1')], 132012],
    ['same name twice', [body(text('Zoë', 'first_name'), text('V1', 'first_name')), url('V1')], 132012],
    ['missing url parameter', [named], 131008],
    ['long url', [named, url('x'.repeat(2_000))], 132005],
    ['new line in url', [named, url('a\nb')], 132018],
    ['own payload', [named, url('V1'), stop({ type: 'payload', payload: 'optout:c1' })], undefined],
    ['text instead of payload', [named, url('V1'), stop(text('x'))], 132012],
    ['empty payload', [named, url('V1'), stop({ type: 'payload', payload: '' })], 131008],
    ['wrong sub type', [named, { ...url('V1'), sub_type: 'quick_reply' }], 132012],
    ['same button twice', [named, url('V1'), url('V1')], 131009],
  ])('%s', (_name, components, code) => {
    expect(check(offer, components)).toBe(code);
  });

  it('accepts no parameter for a fixed url', () => {
    const fixed = structuredClone(offer);
    fixed.components.find(({ type }) => type === 'BUTTONS')!.buttons![1]!.url = 'https://shop.example.com';
    expect(check(fixed, [named])).toBeUndefined();
    expect(check(fixed, [named, url('V1')])).toBe(132018);
  });
});

describe('a template with a media header', () => {
  const base = template('flash_sale');
  const image: TemplateNode = {
    ...base,
    components: [{ type: 'HEADER', format: 'IMAGE' }, ...base.components],
  };
  const header = (...parameters: unknown[]) => [{ type: 'header', parameters }];
  it.each([
    ['the image', header({ type: 'image', image: { id: '1' } }), undefined],
    ['nothing', undefined, 132012],
    ['a video', header({ type: 'video', video: { id: '1' } }), 132012],
    ['an image without content', header({ type: 'image' }), 132012],
  ])('%s', (_name, components, code) => {
    expect(check(image, components)).toBe(code);
  });
});
