import { parseInterval } from '../../../src/kernel/interval.js';

const read = (text: string) => {
  const result = parseInterval(text);
  return 'problem' in result ? result.problem : [result.start.toISOString(), result.end.toISOString()];
};

describe('parseInterval', () => {
  it.each([
    ['2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z'],
    ['2026-11-01T00:00Z/2026-12-01T00:00Z'],
    ['2026-11-01T00:00:00/2026-12-01T00:00:00'],
    ['2026-11-01/2026-12-01'],
    ['2026-11-01T01:00:00+01:00/2026-11-30T19:00:00-05:00'],
  ])('reads %s', (text) => {
    expect(read(text)).toEqual(['2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z']);
  });

  it.each([
    '',
    '2026-11-01',
    'a/b',
    '2026-11-01/',
    '2026-11-01/P1D',
    '2026-13-01/2026-14-01',
    '1/2/3',
    '2026-11-01/2026-12-01/x',
  ])('refuses "%s" and says how to write it', (text) => {
    expect(read(text)).toMatch(/two ISO-8601 moments/);
  });

  it('refuses an interval that does not end after it starts', () => {
    expect(read('2026-11-02/2026-11-01')).toMatch(/end after/);
    expect(read('2026-11-01/2026-11-01')).toMatch(/end after/);
  });
});
