import {
  findColumns,
  readExpiration,
  toEntries,
  uniqueEntries,
} from '../../../src/modules/dnc-lists/dnc-numbers.js';
import {
  explainDncDefinition,
  explainUnusableDncList,
} from '../../../src/modules/dnc-lists/dnc-list-rules.js';
import type { ImportProgress } from '../../../src/modules/imports/index.js';

const rows = (...lines: string[][]) => lines.map((cells, at) => ({ line: at + 2, cells }));
const columnsOf = (found: ReturnType<typeof findColumns>): unknown =>
  Array.isArray(found) ? found.map(({ code }) => code) : found.numbers.map(({ column }) => column);

const HEADER = ['Last Name', 'First Name', 'DNC_Home', 'DNC_Cell', 'DNC_Work'];
const EXAMPLE = rows(
  ['Smith', 'Bill', '317-153-4777', '317-981-6233', '317-333-2174'],
  ['Thomas', 'Terry', '424-999-2334', '424-384-9993', '424-973-8828'],
);

describe('the columns of a DNC file', () => {
  it('are those with numbers; names are passed over', () => {
    const found = findColumns(HEADER, EXAMPLE, {});
    expect(columnsOf(found)).toEqual(['DNC_Home', 'DNC_Cell', 'DNC_Work']);
    if (Array.isArray(found)) throw new Error('no columns');
    const { entries, rejections } = toEntries(EXAMPLE, found);
    expect(entries).toHaveLength(6);
    expect(entries[0]).toEqual({ value: '317-153-4777', matchKey: '3171534777', expiresAt: null });
    expect(rejections).toEqual([]);
  });

  it('are those that were named', () => {
    expect(columnsOf(findColumns(HEADER, EXAMPLE, { numberColumns: ['DNC_Cell'] }))).toEqual(['DNC_Cell']);
  });

  it('may be empty in part, and hold numbers that a spreadsheet destroyed', () => {
    const found = findColumns(['n', 'm'], rows(['', '4.9E+11'], ['NULL', ''], ['4915112345678', '']), {});
    expect(columnsOf(found)).toEqual(['n', 'm']);
  });

  it.each([
    {
      when: 'named columns are missing',
      header: HEADER,
      sample: EXAMPLE,
      options: { numberColumns: ['x'] },
      codes: ['IMPORT_COLUMNS_DO_NOT_EXIST_ON_LIST'],
    },
    {
      when: 'no column has numbers',
      header: ['a', 'b'],
      sample: rows(['x', 'y']),
      options: {},
      codes: ['IMPORT_INVALID_PHONE_NUMBERS'],
    },
    {
      when: 'the header line is missing',
      header: ['4915112345678'],
      sample: rows(['4915112345679']),
      options: {},
      codes: ['IMPORT_FAILED_TO_READ_HEADERS'],
    },
  ])('are refused when $when', ({ header, sample, options, codes }) => {
    expect(columnsOf(findColumns(header, sample, options))).toEqual(codes);
  });
});

describe('the entries of a DNC file', () => {
  it('leave out bad cells, not the rest of their line', () => {
    const columns = {
      numbers: [
        { column: 'a', at: 0 },
        { column: 'b', at: 1 },
      ],
    };
    const { entries, rejections } = toEntries(rows(['+49 151 1234567', 'call me'], ['', '']), columns);
    expect(entries.map(({ matchKey }) => matchKey)).toEqual(['491511234567']);
    expect(rejections).toMatchObject([{ line: 2, column: 'b', code: 'IMPORT_INVALID_PHONE_NUMBERS' }]);
  });

  it('last when their expiry can not be used', () => {
    const columns = { numbers: [{ column: 'a', at: 0 }], expirationAt: 1 };
    const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 16) + 'Z';
    const { entries } = toEntries(rows(['4915112345678', soon], ['4915112345679', 'soon']), columns);
    expect(entries.map(({ expiresAt }) => expiresAt)).toEqual([new Date(soon), null]);
  });

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
