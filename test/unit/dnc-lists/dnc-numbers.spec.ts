import { readExpiration, uniqueEntries } from '../../../src/modules/dnc-lists/dnc-numbers.js';
import {
  explainDncDefinition,
  explainUnusableDncList,
} from '../../../src/modules/dnc-lists/dnc-list-rules.js';
import type { ImportProgress } from '../../../src/modules/imports/index.js';

describe('entries that are added', () => {
  it('meet under their match key, the last one counts', () => {
    const entry = (value: string) => ({ value, matchKey: 'k', expiresAt: null });
    expect(uniqueEntries([entry('a'), entry('b')])).toEqual([entry('b')]);
  });
});

describe('the expiry of an entry', () => {
  const now = new Date('2026-11-01T00:00:00Z');
  it.each([
    ['2026-12-01T00:00Z', new Date('2026-12-01T00:00:00Z')],
    ['2026-12-01T00:00:00.000Z', new Date('2026-12-01T00:00:00Z')],
    ['2020-01-01T00:00Z', new Date('2020-01-01T00:00:00Z')],
    ['2027-04-30T00:00Z', new Date('2027-04-30T00:00:00Z')],
    ['2027-05-01T00:00Z', expect.stringContaining('180 days')],
    ['2026-12-01', expect.stringContaining('must look like')],
    ['2026-13-01T00:00Z', expect.stringContaining('must look like')],
    ['2026-12-01T00:00', expect.stringContaining('must look like')],
  ])('%s', (text, expected) => {
    expect(readExpiration(text, now)).toEqual(expected);
  });
});

describe('the rules of a DNC list', () => {
  const codes = (reasons: { code: string }[]): string[] => reasons.map(({ code }) => code);

  it('offer internal lists only, and say so', () => {
    expect(explainDncDefinition({ name: 'x', dncSourceType: 'rds', contactMethod: 'Phone' })).toEqual([]);
    for (const dncSourceType of ['rds_custom', 'dnc.com', 'gryphon']) {
      const reasons = explainDncDefinition({ name: 'x', dncSourceType, contactMethod: 'Any' });
      expect(reasons).toMatchObject([
        { field: 'dncSourceType', message: expect.stringContaining('not offered here') },
      ]);
    }
  });

  it('tell all that is wrong at once', () => {
    expect(codes(explainDncDefinition({ name: '' }))).toEqual([
      'name.cannot.be.blank',
      'invalid.create',
      'invalid.create',
    ]);
  });

  const list = { id: 'd', name: 'Opt-outs', contactMethod: 'WhatsApp' as const };
  const newest = (state: ImportProgress['state'], rejectedRecords = 0): ImportProgress =>
    ({ state, rejectedRecords, failureMessage: null }) as ImportProgress;

  it.each<[string, { changes: object; hasEntries: boolean; progress?: ImportProgress }, string[]]>([
    ['nothing', { changes: {}, hasEntries: true, progress: newest('complete') }, []],
    [
      'nothing for phone lists',
      { changes: { contactMethod: 'Phone' }, hasEntries: true, progress: undefined },
      [],
    ],
    [
      'e-mail',
      { changes: { contactMethod: 'Email' }, hasEntries: true, progress: undefined },
      ['dnc.list.contact.method.not.usable'],
    ],
    ['no entries', { changes: {}, hasEntries: false, progress: undefined }, ['dnc.list.empty']],
    [
      'a failed import',
      { changes: {}, hasEntries: true, progress: newest('failed') },
      ['dnc.list.import.failed'],
    ],
    [
      'an import that failed in part',
      { changes: {}, hasEntries: true, progress: newest('complete', 2) },
      ['dnc.list.import.failed'],
    ],
    [
      'a running import',
      { changes: {}, hasEntries: false, progress: newest('running') },
      ['dnc.list.import.in.progress'],
    ],
  ])('find against use in a campaign: %s', (_what, { changes, hasEntries, progress }, expected) => {
    expect(codes(explainUnusableDncList({ ...list, ...changes }, hasEntries, progress))).toEqual(expected);
  });
});
