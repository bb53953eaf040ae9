import fc from 'fast-check';
import { guardFormula, unguardFormula } from '../../../../src/platform/csv/formula-guard.js';

describe('the guard against formulas', () => {
  it.each(['=1+1', '+cmd|x', '-2+A1', '@SUM(1)', '\t=1', '\r=1', "'=1"])(
    'puts an apostrophe before %j',
    (text) => expect(guardFormula(text)).toBe(`'${text}`),
  );

  it.each(['', 'Ada', "O'Neil", "'tis", '+49 (171) 123-45', '-12.5', '-', '12', 'a=1'])(
    'leaves %j alone',
    (text) => expect(guardFormula(text)).toBe(text),
  );

  it('is undone without loss, whatever the text', () => {
    const text = fc.string({ unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '1', 'a', ' ') });
    fc.assert(fc.property(text, (given) => expect(unguardFormula(guardFormula(given))).toBe(given)));
  });
});
