import { Readable } from 'node:stream';
import type { ExportLimits } from '../../../src/modules/exports/index.js';
import { Allowance } from '../../../src/modules/exports/formats/allowance.js';
import { LimitedCsv, limitedRows } from '../../../src/modules/exports/formats/limited.js';

const COLUMNS = [{ name: 'a' }, { name: 'b' }];
const NOTES = { rows: 'too many', bytes: 'too long' };
// Line ends, quotes and delimiters within cells end no row.
const ROWS = ['1,one\n', '"2\n2","say ""two"", twice"\n', '3,"\r\n"\n', '4,four\n'];

/** An allowance, and how many rows it told of. */
function allowance(limits: Partial<ExportLimits>): { budget: Allowance; told: () => number } {
  let told = 0;
  const whole = { rows: 100, bytes: 1000, notes: NOTES, ...limits };
  return { budget: new Allowance(whole, (count) => (told += count)), told: () => told };
}

async function written(limits: Partial<ExportLimits>, chunkBytes: number): Promise<string> {
  const csv = Buffer.from(ROWS.join(''));
  const chunks = Array.from({ length: Math.ceil(csv.length / chunkBytes) }, (_unused, at) =>
    csv.subarray(at * chunkBytes, (at + 1) * chunkBytes),
  );
  const { budget, told } = allowance(limits);
  const parts: Buffer[] = [];
  for await (const part of Readable.from(chunks).pipe(new LimitedCsv(budget, COLUMNS, ',')))
    parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  expect(told()).toBe(ROWS.filter((row) => text.includes(row)).length);
  return text;
}

describe.each([1, 2, 3, 7, 1000])('a limited CSV in chunks of %i bytes', (chunkBytes) => {
  it('passes on whole what keeps within the limits, to the row and to the byte', async () => {
    const bytes = Buffer.byteLength(ROWS.join(''));
    expect(await written({ rows: 4, bytes }, chunkBytes)).toBe(ROWS.join(''));
  });

  it('ends after the last row that may be in it, and says which limit it was', async () => {
    const two = ROWS.slice(0, 2).join('');
    expect(await written({ rows: 2 }, chunkBytes)).toBe(`${two}too many,\n`);
    expect(await written({ bytes: Buffer.byteLength(two) + 1 }, chunkBytes)).toBe(`${two}too long,\n`);
    expect(await written({ rows: 0 }, chunkBytes)).toBe('too many,\n');
    expect(await written({ rows: 2, gone: 'gone' }, chunkBytes)).toBe(`${two}gone,\ntoo many,\n`);
    expect(await written({ gone: 'gone' }, chunkBytes)).toBe(`${ROWS.join('')}gone,\n`);
  });
});

describe('limited rows', () => {
  const batches = [
    [
      ['1', 'one'],
      ['2', null],
    ],
    [['3', 'three']],
  ];

  async function read(limits: Partial<ExportLimits>): Promise<{ rows: unknown[]; told: number }> {
    const { budget, told } = allowance(limits);
    const rows: unknown[] = [];
    for await (const batch of limitedRows(Readable.from(batches), budget, COLUMNS)) rows.push(...batch);
    return { rows, told: told() };
  }

  it('pass on what keeps within the limits', async () => {
    expect(await read({ rows: 3 })).toEqual({ rows: batches.flat(), told: 3 });
  });

  it('end with a row that says what is gone', async () => {
    expect(await read({ gone: 'gone' })).toEqual({ rows: [...batches.flat(), ['gone', null]], told: 3 });
  });

  it('end with a row that says which limit it was', async () => {
    expect(await read({ rows: 2 })).toEqual({ rows: [...batches[0]!, ['too many', null]], told: 2 });
    expect(await read({ rows: 1 })).toEqual({ rows: [batches[0]![0], ['too many', null]], told: 1 });
    // "1,one" and its line end are six bytes.
    expect(await read({ bytes: 6 })).toEqual({ rows: [batches[0]![0], ['too long', null]], told: 1 });
  });
});
