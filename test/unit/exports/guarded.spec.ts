import { Readable } from 'node:stream';
import fc from 'fast-check';
import { guardFormula } from '../../../src/platform/csv/formula-guard.js';
import { GuardedCsv } from '../../../src/modules/exports/formats/guarded.js';

/** As COPY writes a cell: quoted when it has to be. */
const cellOf = (text: string | null, delimiter: string): string => {
  if (text === null) return '';
  const isQuoted = text === '' || text === '\\.' || /["\r\n]/u.test(text) || text.includes(delimiter);
  return isQuoted ? `"${text.replaceAll('"', '""')}"` : text;
};
const csvOf = (rows: (string | null)[][], delimiter: string): string =>
  rows.map((row) => row.map((cell) => cellOf(cell, delimiter)).join(delimiter) + '\n').join('');

async function guarded(csv: string, delimiter: string, chunkBytes: number): Promise<string> {
  const data = Buffer.from(csv);
  const chunks = Array.from({ length: Math.ceil(data.length / chunkBytes) }, (_unused, at) =>
    data.subarray(at * chunkBytes, (at + 1) * chunkBytes),
  );
  const parts: Buffer[] = [];
  for await (const part of Readable.from(chunks).pipe(new GuardedCsv(delimiter))) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

describe('a guarded CSV', () => {
  it('has an apostrophe where a spreadsheet would run a cell, and nowhere else', async () => {
    const csv = '=1+1,"=A1,B2",+49 171 1,-12.5\n"say ""=2""","",@x,\n"\'=x",\'y,"a\n=b",ü\n';
    expect(await guarded(csv, ',', 1000)).toBe(
      `'=1+1,"'=A1,B2",+49 171 1,-12.5\n"say ""=2""","",'@x,\n"''=x",'y,"a\n=b",ü\n`,
    );
  });

  it('is that of guarded cells, whatever they hold and however the bytes come', async () => {
    const cell = fc.option(
      fc.string({
        unit: fc.constantFrom('=', '+', '-', '@', "'", '"', ',', ';', '\t', '\r', '\n', '1', 'a', 'ü'),
      }),
    );
    const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
    const delimiters = fc.constantFrom(',', ';', '\t', '|');
    await fc.assert(
      fc.asyncProperty(rows, delimiters, fc.integer({ min: 1, max: 20 }), async (table, delimiter, bytes) => {
        const safe = table.map((row) => row.map((text) => (text === null ? null : guardFormula(text))));
        // An apostrophe needs no quotes, so the cells are quoted as they were.
        const expected = table
          .map(
            (row, at) =>
              row
                .map((text, column) => {
                  const before = cellOf(text, delimiter);
                  const isGuarded = text !== null && safe[at]![column] !== text;
                  return isGuarded ? before.replace(/^"?/u, (quote) => `${quote}'`) : before;
                })
                .join(delimiter) + '\n',
          )
          .join('');
        expect(await guarded(csvOf(table, delimiter), delimiter, bytes)).toBe(expected);
      }),
      { numRuns: 300 },
    );
  });
});
