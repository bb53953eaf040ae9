import type { BatchCounts, ImportRejection } from '../../../src/modules/imports/index.js';
import { DncBatch, type DncChanges } from '../../../src/modules/dnc-lists/importing/dnc-batch.js';
import { type DncColumns, findColumns } from '../../../src/modules/dnc-lists/importing/dnc-columns.js';

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
    expect(found.numbers.map(({ at }) => at)).toEqual([2, 3, 4]);
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

interface Outcome {
  entries: (string | null)[][];
  removedKeys: readonly string[];
  rejections: ImportRejection[];
  counts: BatchCounts;
}

async function batchOf(columns: DncColumns, ...lines: string[][]): Promise<Outcome> {
  let changes: DncChanges = { lines: [], removedKeys: [] };
  const batch = new DncBatch(columns, (given) => {
    changes = given;
    return Promise.resolve({ added: given.lines.length, updated: 0 });
  });
  const rejections = batch.add(rows(...lines));
  const counts = await batch.write();
  const entries = changes.lines.map((line) =>
    line
      .slice(0, -1)
      .split('\u0002')
      .map((value) => (value === '\u0003' ? null : value)),
  );
  return { entries, removedKeys: changes.removedKeys, rejections, counts };
}

describe('the entries of a DNC file', () => {
  const numbers = [{ column: 'a', at: 0 }];
  const expiration = { column: 'until', at: 1 };
  const dayMs = 86_400_000;
  const inDays = (days: number): string =>
    new Date(Date.now() + days * dayMs).toISOString().slice(0, 16) + 'Z';

  it('leave out bad cells, not the rest of their line', async () => {
    const both = { numbers: [...numbers, { column: 'b', at: 1 }] };
    const { entries, rejections } = await batchOf(both, ['+49 151 1234567', 'call me'], ['', '']);
    expect(entries).toEqual([['491511234567', '+49 151 1234567', null]]);
    expect(rejections).toMatchObject([{ line: 2, column: 'b', code: 'IMPORT_INVALID_PHONE_NUMBERS' }]);
  });

  it('end when their date says so, and are removed when that is past', async () => {
    const soon = inDays(1);
    const { entries, removedKeys, rejections } = await batchOf(
      { numbers, expiration },
      ['4915112345678', soon],
      ['4915112345679', inDays(-1)],
      ['4915112345670', 'NULL'],
    );
    expect(entries).toEqual([
      ['4915112345678', '4915112345678', new Date(soon).toISOString()],
      ['4915112345670', '4915112345670', null],
    ]);
    expect(removedKeys).toEqual(['4915112345679']);
    expect(rejections).toEqual([]);
  });

  it('last when their date can not be used, and it is told', async () => {
    const { entries, rejections } = await batchOf(
      { numbers, expiration },
      ['4915112345678', 'soon'],
      ['4915112345679', inDays(181)],
    );
    expect(entries.map(([, , until]) => until)).toEqual([null, null]);
    expect(rejections).toMatchObject([
      { line: 2, column: 'until', code: 'IMPORT_INVALID_EXPIRATION_DATE', taken: true },
      { line: 3, column: 'until', code: 'IMPORT_EXPIRATION_DATE_EXCEEDS_MAX_DAYS', taken: true },
    ]);
  });

  it('meet under their match key, the last one counts', async () => {
    const { entries, removedKeys, counts } = await batchOf(
      { numbers, expiration },
      ['5511912345678', ''],
      ['4915112345678', ''],
      ['551112345678', ''],
      ['4915112345678', inDays(-1)],
    );
    expect(entries).toEqual([['551112345678', '551112345678', null]]);
    expect(removedKeys).toEqual(['4915112345678']);
    expect(counts).toEqual({ added: 1, updated: 2 });
  });
});
