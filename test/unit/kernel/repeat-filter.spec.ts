import fc from 'fast-check';
import { RepeatFilter } from '../../../src/kernel/repeat-filter.js';

function filterOf(texts: readonly string[]): RepeatFilter {
  const filter = new RepeatFilter();
  for (const text of texts) filter.add(text);
  return filter;
}

describe('the filter of repetitions', () => {
  it('misses none, wherever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.nat(), (texts, at) => {
        expect(filterOf([...texts, texts[at % texts.length]!]).mayRepeat).toBe(true);
      }),
    );
  });

  it('takes few texts for a repetition that are none', () => {
    const batches = Array.from({ length: 50 }, (_, batch) =>
      Array.from({ length: 20_000 }, (_unused, at) => `49151${10_000_000 + batch * 20_000 + at}`),
    );
    const suspected = batches.filter((texts) => filterOf(texts).mayRepeat);
    expect(suspected.length).toBeLessThan(10);
  });

  it('holds more than it was made for', () => {
    const many = Array.from({ length: 70_000 }, (_, at) => String.fromCharCode(32 + (at % 90), 200 + at));
    const filter = filterOf(many);
    filter.add(many[3]!);
    expect(filter.mayRepeat).toBe(true);
  });
});
