import fc from 'fast-check';
import { RepeatFilter } from '../../../src/kernel/repeat-filter.js';

const MANY = 100_000;

/** How many of the texts the filter takes for a repetition. */
function repeatedAmong(texts: Iterable<string>, expected = MANY): number {
  const filter = new RepeatFilter(expected);
  let repeated = 0;
  for (const text of texts) if (filter.add(text)) repeated++;
  return repeated;
}

function* manyOf(textAt: (at: number) => string): Generator<string> {
  for (let at = 0; at < MANY; at++) yield textAt(at);
}

describe('the filter of repetitions', () => {
  it('misses none, wherever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.nat(), (texts, at) => {
        expect(repeatedAmong([...texts, texts[at % texts.length]!])).toBeGreaterThan(0);
      }),
    );
  });

  it.each<[string, (at: number) => string]>([
    ['numbers in a row', (at) => `49151${10_000_000 + at}`],
    ['numbers with a gap', (at) => `49151${1_000_000_000 + at * 4_096}`],
    ['ids', (at) => `c${at}`],
    ['addresses', (at) => `somebody.${at}@example.org`],
  ])('takes none of many %s for one', (_what, textAt) => {
    expect(repeatedAmong(manyOf(textAt))).toBe(0);
  });

  it('takes each for one that it has no place for', () => {
    const ids = Array.from({ length: 100 }, (_, at) => `c${at}`);
    expect(repeatedAmong(ids, 64)).toBe(36);
    expect(repeatedAmong(['a', 'b'], 0)).toBe(1);
  });
});
