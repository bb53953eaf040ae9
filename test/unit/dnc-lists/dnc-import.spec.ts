import type { ImportRejection } from '../../../src/modules/imports/index.js';
import { RepeatFilter } from '../../../src/kernel/repeat-filter.js';
import { DncBatch, type DncRows } from '../../../src/modules/dnc-lists/importing/dnc-batch.js';
import {
  type ColumnRules,
  type DncColumns,
  findColumns,
} from '../../../src/modules/dnc-lists/importing/dnc-columns.js';

const rows = (...lines: string[][]) => lines.map((cells, at) => ({ line: at + 2, cells }));
const columnsOf = (found: ReturnType<typeof findColumns>): unknown =>
  Array.isArray(found) ? found.map(({ code }) => code) : found.entries.map(({ column }) => column);
const NUMBERS: ColumnRules = { dncSourceType: 'rds', contactMethod: 'WhatsApp', customExclusionColumn: null };
const ANY: ColumnRules = { ...NUMBERS, contactMethod: 'Any' };
const MAIL: ColumnRules = { ...NUMBERS, contactMethod: 'Email' };
const CUSTOM: ColumnRules = {
  dncSourceType: 'rds_custom',
  contactMethod: null,
  customExclusionColumn: 'Customer',
};

const HEADER = ['Last Name', 'First Name', 'DNC_Home', 'DNC_Cell', 'DNC_Work'];
const EXAMPLE = rows(
  ['Smith', 'Bill', '317-153-4777', '317-981-6233', '317-333-2174'],
  ['Thomas', 'Terry', '424-999-2334', '424-384-9993', '424-973-8828'],
);

describe('the columns of a DNC file', () => {
  it('are those with numbers; names are passed over', () => {
    const found = findColumns(NUMBERS, HEADER, EXAMPLE, {});
    expect(columnsOf(found)).toEqual(['DNC_Home', 'DNC_Cell', 'DNC_Work']);
    if (Array.isArray(found)) throw new Error('no columns');
    expect(found.entries.map(({ at }) => at)).toEqual([2, 3, 4]);
  });

  it('are those that were named', () => {
    expect(columnsOf(findColumns(NUMBERS, HEADER, EXAMPLE, { numberColumns: ['DNC_Cell'] }))).toEqual([
      'DNC_Cell',
    ]);
  });

  it('are of the kinds that the list takes', () => {
    const header = ['customer', 'n', 'mail'];
    const sample = rows(['K-1', '4915112345678', 'ada@example.org'], ['K-2', '', 'NULL']);
    const kindsOf = (list: ColumnRules, options = {}): unknown => {
      const found = findColumns(list, header, sample, options);
      return Array.isArray(found) ? found : found.entries.map(({ kind, column }) => `${kind} ${column}`);
    };
    expect(kindsOf(NUMBERS)).toEqual(['number n']);
    expect(kindsOf(ANY)).toEqual(['number n', 'email mail']);
    expect(kindsOf(MAIL)).toEqual(['email mail']);
    expect(kindsOf(CUSTOM)).toEqual(['custom customer']);
    expect(kindsOf(CUSTOM, { customColumns: ['mail'] })).toEqual(['custom mail']);
    const single = findColumns(CUSTOM, ['anything'], rows(['x']), {});
    expect(columnsOf(single)).toEqual(['anything']);
  });

  it('may be empty in part, and hold numbers that a spreadsheet destroyed', () => {
    const found = findColumns(
      NUMBERS,
      ['n', 'm'],
      rows(['', '4.9E+11'], ['NULL', ''], ['4915112345678', '']),
      {},
    );
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
    {
      when: 'named columns hold what the list does not take',
      header: ['n', 'mail'],
      sample: rows(['4915112345678', 'ada@example.org']),
      options: { emailColumns: ['mail'], customColumns: ['n'] },
      codes: ['IMPORT_INVALID_DATA', 'IMPORT_INVALID_DATA'],
    },
    {
      when: 'no column has addresses',
      list: MAIL,
      header: ['mail'],
      sample: rows(['ada@example.org'], ['Bob']),
      options: {},
      codes: ['IMPORT_INVALID_EMAIL_ADDRESSES'],
    },
    {
      when: 'the header is an address',
      list: MAIL,
      header: ['ada@example.org'],
      sample: rows(['bob@example.org']),
      options: {},
      codes: ['IMPORT_FAILED_TO_READ_HEADERS'],
    },
    {
      when: 'no column is called as the one of the contacts',
      list: CUSTOM,
      header: ['a', 'b'],
      sample: rows(['1', '2']),
      options: {},
      codes: ['IMPORT_INVALID_DATA'],
    },
  ])('are refused when $when', ({ list = NUMBERS, header, sample, options, codes }) => {
    expect(columnsOf(findColumns(list, header, sample, options))).toEqual(codes);
  });
});

interface Outcome {
  rejections: ImportRejection[];
  entries: number;
  mayRepeat: boolean;
  hasEnded: boolean;
}

async function batchOf(columns: DncColumns, ...lines: string[][]): Promise<Outcome> {
  const outcome: Outcome = { rejections: [], entries: 0, mayRepeat: false, hasEnded: false };
  const save = ({ rows: { count }, mayRepeat, hasEnded }: DncRows) => {
    Object.assign(outcome, { entries: count, mayRepeat, hasEnded });
    return Promise.resolve({ added: count, updated: 0 });
  };
  const listId = '00000000-0000-4000-8000-000000000000';
  const batch = new DncBatch(columns, { listId, keys: new RepeatFilter(10), save });
  outcome.rejections = batch.add(rows(...lines));
  await batch.write();
  return outcome;
}

describe('the entries of a DNC file', () => {
  const entries = [{ kind: 'number', column: 'a', at: 0 }] as DncColumns['entries'];
  const expiration = { column: 'until', at: 1 };
  const dayMs = 86_400_000;
  const inDays = (days: number): string =>
    new Date(Date.now() + days * dayMs).toISOString().slice(0, 16) + 'Z';

  it('leave out bad cells, not the rest of their line', async () => {
    const both = { entries: [...entries, { kind: 'number' as const, column: 'b', at: 1 }] };
    const read = await batchOf(both, ['+49 151 1234567', 'call me'], ['', '']);
    expect(read.entries).toBe(1);
    expect(read.rejections).toMatchObject([{ line: 2, column: 'b', code: 'IMPORT_INVALID_PHONE_NUMBERS' }]);
  });

  it('may be addresses and values, each under its own key', async () => {
    const mixed: DncColumns = {
      entries: [
        { kind: 'email', column: 'mail', at: 0 },
        { kind: 'custom', column: 'customer', at: 1 },
      ],
    };
    const read = await batchOf(
      mixed,
      ['Ada@example.org', 'K-1'],
      ['ada@EXAMPLE.org', ' k-1'],
      ['nobody', 'NULL'],
      ['', ''],
    );
    expect(read).toMatchObject({ entries: 4, mayRepeat: true });
    expect(read.rejections).toMatchObject([
      { line: 4, column: 'mail', code: 'IMPORT_INVALID_EMAIL_ADDRESSES' },
    ]);
  });

  it('may have ended', async () => {
    const of = (until: string) => batchOf({ entries, expiration }, ['4915112345678', until]);
    expect(await of(inDays(-1))).toEqual({ rejections: [], entries: 1, mayRepeat: false, hasEnded: true });
    for (const until of [inDays(1), '', 'NULL']) {
      expect(await of(until)).toEqual({ rejections: [], entries: 1, mayRepeat: false, hasEnded: false });
    }
  });

  it('are taken although their date can not be used, and it is told', async () => {
    const read = await batchOf(
      { entries, expiration },
      ['4915112345678', 'soon'],
      ['4915112345679', inDays(181)],
    );
    expect(read).toMatchObject({ entries: 2, mayRepeat: false });
    expect(read.rejections).toMatchObject([
      { line: 2, column: 'until', code: 'IMPORT_INVALID_EXPIRATION_DATE', taken: true },
      { line: 3, column: 'until', code: 'IMPORT_EXPIRATION_DATE_EXCEEDS_MAX_DAYS', taken: true },
    ]);
  });

  it('meet under their match key', async () => {
    const different = await batchOf({ entries }, ['5511912345678'], ['4915112345678']);
    expect(different).toMatchObject({ entries: 2, mayRepeat: false });
    const same = await batchOf({ entries }, ['5511912345678'], ['4915112345678'], ['551112345678']);
    expect(same).toMatchObject({ entries: 3, mayRepeat: true });
  });
});
