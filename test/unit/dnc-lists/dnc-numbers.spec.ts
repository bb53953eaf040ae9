import fc from 'fast-check';
import { readExpiration, uniqueEntries } from '../../../src/modules/dnc-lists/dnc-numbers.js';
import { customKey, readDncEntry, takesKind } from '../../../src/modules/dnc-lists/dnc-entry-kinds.js';
import { explainUnusableDncList, readDncDefinition } from '../../../src/modules/dnc-lists/dnc-list-rules.js';
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

describe('an entry', () => {
  it.each([
    ['number', '+49 151 12345678', { ok: true, matchKey: '4915112345678' }],
    ['number', '12', { ok: false, message: 'it has fewer than 7 digits' }],
    ['email', ' Ada@Example.org ', { ok: true, matchKey: 'ada@example.org' }],
    ['email', 'ada', { ok: false, message: 'it is no e-mail address' }],
    ['custom', '\u00a0 AB-Ä12 ', { ok: true, matchKey: 'ab-Ä12' }],
    ['custom', '  ', { ok: false, message: 'it is empty' }],
    ['custom', 'a\u0000', { ok: false, message: 'it has a character that no text has' }],
    ['custom', 'x'.repeat(513), { ok: false, message: 'it has more than 512 characters' }],
  ] as const)('of the kind %s: %j', (kind, text, expected) => {
    expect(readDncEntry(kind, text)).toMatchObject(expected);
  });

  it('is compared in a form that does not change any more', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(customKey(customKey(text))).toBe(customKey(text))));
  });

  it('is taken by the lists of its kind', () => {
    const kinds = (
      dncSourceType: 'rds' | 'rds_custom',
      contactMethod: 'Phone' | 'WhatsApp' | 'Any' | 'Email' | null,
    ) =>
      (['number', 'email', 'custom'] as const).filter((kind) =>
        takesKind({ dncSourceType, contactMethod }, kind),
      );
    expect(kinds('rds', 'Phone')).toEqual(['number']);
    expect(kinds('rds', 'WhatsApp')).toEqual(['number']);
    expect(kinds('rds', 'Email')).toEqual(['email']);
    expect(kinds('rds', 'Any')).toEqual(['number', 'email']);
    expect(kinds('rds_custom', null)).toEqual(['custom']);
    expect(kinds('rds_custom', 'Any')).toEqual(['custom']);
  });
});

describe('the rules of a DNC list', () => {
  const codes = (reasons: { code: string }[]): string[] => reasons.map(({ code }) => code);

  const faultsOf = (definition: Parameters<typeof readDncDefinition>[0]): unknown[] => {
    const read = readDncDefinition(definition);
    return read.ok ? [] : read.reasons.map(({ code, field }) => [code, field]);
  };
  const rds = { name: 'x', dncSourceType: 'rds', contactMethod: 'Phone' };
  const custom = { name: 'x', dncSourceType: 'rds_custom', customExclusionColumn: 'customer' };

  it('offer internal lists only, and say so', () => {
    expect(faultsOf(rds)).toEqual([]);
    expect(faultsOf(custom)).toEqual([]);
    expect(faultsOf({ ...custom, contactMethod: 'Any' })).toEqual([]);
    for (const dncSourceType of ['dnc.com', 'gryphon']) {
      expect(readDncDefinition({ ...rds, dncSourceType })).toMatchObject({
        ok: false,
        reasons: [{ field: 'dncSourceType', message: expect.stringContaining('not offered here') }],
      });
    }
  });

  it('want a contact column for lists of its values, and for these only', () => {
    expect(faultsOf({ ...custom, customExclusionColumn: ' ' })).toEqual([
      ['invalid.create', 'customExclusionColumn'],
    ]);
    expect(faultsOf({ ...rds, customExclusionColumn: 'x' })).toEqual([
      ['invalid.create', 'customExclusionColumn'],
    ]);
    expect(faultsOf({ ...custom, customExclusionColumn: 'x'.repeat(129) })).toHaveLength(1);
    expect(faultsOf({ ...custom, contactMethod: 'Fax' })).toEqual([['invalid.create', 'contactMethod']]);
  });

  it('tell all that is wrong at once', () => {
    expect(faultsOf({ name: '' })).toEqual([
      ['name.cannot.be.blank', 'name'],
      ['invalid.create', 'dncSourceType'],
      ['invalid.create', 'contactMethod'],
    ]);
  });

  const list = {
    id: 'd',
    name: 'Opt-outs',
    dncSourceType: 'rds' as const,
    contactMethod: 'WhatsApp' as const,
  };
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
    [
      'nothing for values of a contact column',
      {
        changes: { dncSourceType: 'rds_custom', contactMethod: null },
        hasEntries: true,
        progress: undefined,
      },
      [],
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
