import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { CsvError } from '../../../../src/platform/csv/csv-error.js';
import { type CsvBatch, openCsv, readCsv } from '../../../../src/platform/csv/csv-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'depesche-csv-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function fileOf(content: string | Uint8Array): Promise<string> {
  const file = path.join(folder, String(files++));
  await writeFile(file, content);
  return file;
}

async function readAll(content: string | Uint8Array, options = { batchSize: 1_000, skip: 0 }) {
  const file = await openCsv(await fileOf(content));
  const batches: CsvBatch[] = [];
  for await (const batch of readCsv(file, options)) batches.push(batch);
  return {
    file,
    rows: batches.flatMap(({ rows }) => rows),
    problems: batches.flatMap(({ problems }) => problems),
    counts: batches.map(({ count }) => count),
  };
}

function utf16(text: string, bigEndian: boolean): Buffer {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
}

const ENCODINGS: [string, (text: string) => Buffer][] = [
  ['utf-8', (text) => Buffer.from(text)],
  ['utf-8 with BOM', (text) => Buffer.from(`\ufeff${text}`)],
  ['utf-16le', (text) => utf16(text, false)],
  ['utf-16be', (text) => utf16(text, true)],
  ['windows-1252', (text) => Buffer.from(text, 'latin1')],
];
const DELIMITERS = [',', ';', '\t', '|'];
const LINE_ENDS = ['\n', '\r\n', '\r'];

describe('reading a CSV', () => {
  describe.each(ENCODINGS)('in %s', (_name, encode) => {
    it.each(DELIMITERS.flatMap((d) => LINE_ENDS.map((e) => [JSON.stringify(d), JSON.stringify(e)])))(
      'with delimiter %s and line end %s',
      async (delimiterJson, lineEndJson) => {
        const delimiter = JSON.parse(delimiterJson) as string;
        const lineEnd = JSON.parse(lineEndJson) as string;
        const lines = [
          ['id', ' Vorname ', 'wa'],
          ['1', `"Müller${delimiter} ""Jo"""`, '+49 151 1'],
          [''],
          ['2', `"zwei${lineEnd}Zeilen"`, ''],
        ];
        const text = lines.map((cells) => cells.join(delimiter)).join(lineEnd);
        const { file, rows, problems } = await readAll(encode(text));
        expect(file.header).toEqual(['id', 'Vorname', 'wa']);
        expect(file.delimiter).toBe(delimiter);
        expect(file.recordCount).toBe(2);
        expect(problems).toEqual([]);
        expect(rows).toEqual([
          { line: 2, cells: ['1', `Müller${delimiter} "Jo"`, '+49 151 1'] },
          { line: 4, cells: ['2', `zwei${lineEnd}Zeilen`, ''] },
        ]);
      },
    );
  });

  it('gives back whatever cells were written, by RFC 4180', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ä', '"', ',', ';', '\n', '\r\n', ' ', '😀', '\t') });
    const row = fc.tuple(fc.constant('x'), cell, cell);
    const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 20 }), async (written) => {
        const text = [['a', 'b', 'c'], ...written.map((cells) => cells.map(quote))].join('\n');
        const { rows, problems } = await readAll(text);
        expect(problems).toEqual([]);
        expect(rows.map(({ cells }) => cells)).toEqual(written);
      }),
      { numRuns: 100 },
    );
  });

  it('tells physical lines, over blank lines and line breaks within cells', async () => {
    const { rows } = await readAll('a,b\n\n1,"x\ny"\n   \n,\n2,z\n');
    expect(rows.map(({ line }) => line)).toEqual([3, 7]);
  });

  it('reports records with too few or too many cells and goes on', async () => {
    const { rows, problems } = await readAll('a,b\n1\n2,x,y\n3,ok\n4,ok,,\n');
    expect(rows.map(({ cells }) => cells[0])).toEqual(['3', '4']);
    expect(problems.map(({ line, code }) => [line, code])).toEqual([
      [2, 'ragged'],
      [3, 'ragged'],
    ]);
  });

  it('reports a record with a quote in the wrong place and goes on', async () => {
    const { rows, problems } = await readAll('a,b\n"1"x,2\n3,in 5" size\n');
    expect(rows).toEqual([{ line: 3, cells: ['3', 'in 5" size'] }]);
    expect(problems).toMatchObject([{ line: 2, code: 'malformed-quote' }]);
  });

  it('reports a quote that opens again behind its end, and keeps the records around it', async () => {
    const { rows, problems } = await readAll('a,b\n"1",x\n"2" "y",z\n"3",x\n');
    expect(rows.map(({ cells }) => cells[0])).toEqual(['1', '3']);
    expect(problems).toMatchObject([{ line: 3, code: 'malformed-quote' }]);
  });

  it('reads whatever characters a file has, record by record, or says why it can not', async () => {
    const pieces = [
      'a',
      '1',
      '"',
      '""',
      ',',
      ';',
      '\t',
      '|',
      '\n',
      '\r',
      '\r\n',
      ' ',
      '\u00a0',
      '\ufeff',
      '\u2028',
    ];
    const more = ['ä', '😀', '\ud800', '\0', '\u0001', '\u000b', '=', "'", 'sep=;', '\\'];
    const text = fc.string({ unit: fc.constantFrom(...pieces, ...more), maxLength: 40 });
    const encode = fc.constantFrom(...ENCODINGS.map(([, encoder]) => encoder));
    const bytes = fc.oneof(
      fc
        .tuple(fc.constantFrom('', 'a,b\n'), text, encode)
        .map(([head, body, encoder]) => encoder(head + body)),
      fc.uint8Array({ maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (content) => {
        const read = await readAll(content, { batchSize: 7, skip: 0 }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(CsvError);
        });
        if (!read) return;
        const { file, rows, problems, counts } = read;
        expect(rows.length + problems.length).toBe(file.recordCount);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(file.recordCount);
        expect(rows.filter(({ cells }) => cells.length !== file.header.length)).toEqual([]);
        // The splitter and the parser agree on what is a record.
        expect(problems.filter(({ message }) => message.includes('told apart'))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves out the first records when told to, in batches of the size asked for', async () => {
    const text = ['n', ...Array.from({ length: 25 }, (_, n) => String(n))].join('\n');
    const { rows, counts } = await readAll(text, { batchSize: 10, skip: 3 });
    expect(counts).toEqual([10, 10, 2]);
    expect(rows.map(({ cells }) => Number(cells[0]))).toEqual(Array.from({ length: 22 }, (_, n) => n + 3));
    expect(rows[0]!.line).toBe(5);
  });

  it('obeys the sep= line of a spreadsheet', async () => {
    const { file, rows } = await readAll('sep=;\r\na,x;b\r\n1;2\r\n');
    expect(file.header).toEqual(['a,x', 'b']);
    expect(rows).toEqual([{ line: 3, cells: ['1', '2'] }]);
  });

  it('takes a header alone for no records', async () => {
    const { file, rows } = await readAll('a,b,,\n');
    expect(file).toMatchObject({ header: ['a', 'b'], recordCount: 0 });
    expect(rows).toEqual([]);
  });

  it('reads a single column', async () => {
    const { rows } = await readAll('number\n4915112345678\n"4915112345679"\n');
    expect(rows.map(({ cells }) => cells)).toEqual([['4915112345678'], ['4915112345679']]);
  });
});

describe('a file that is no usable CSV', () => {
  const zip = [0x50, 0x4b, 0x03, 0x04, 1, 2];
  const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0];
  it.each<[string, string | Uint8Array, string, RegExp]>([
    ['nothing', '', 'empty', /empty/u],
    ['blank lines', '\n \n', 'empty', /no lines with text/u],
    ['an archive', Uint8Array.from(zip), 'not-csv', /ZIP/u],
    ['a picture', Uint8Array.from(png), 'not-csv', /PNG/u],
    ['binary data', Uint8Array.from([65, 0, 66, 7]), 'not-csv', /binary/u],
    ['JSON', '[{"a": 1}]', 'not-csv', /JSON/u],
    ['HTML', '<!DOCTYPE html><p>Sign in</p>', 'not-csv', /HTML/u],
    ['a repeated column', 'a,b,a\n1,2,3', 'bad-header', /more than once: a/u],
    ['a column without name', 'a,,c\n1,2,3', 'bad-header', /Column 2/u],
    ['an open quote', 'a,b\n1,2\n3,"4\n5,6\n', 'unclosed-quote', /line 3/u],
    ['an endless record', `a\n${'x'.repeat(1_500_000)}`, 'record-too-long', /Line 2/u],
    ['an endless quote', `a\n"${'x\n'.repeat(700_000)}`, 'unclosed-quote', /line 2/u],
  ])('%s is refused', async (_what, content, code, message) => {
    const refused = openCsv(await fileOf(content));
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('is refused when it is UTF-8 with broken spots, instead of garbling it', async () => {
    const broken = Buffer.concat([
      Buffer.from('a,b\nMüller,Jäger\nKö'),
      Buffer.from([0xff]),
      Buffer.from('\n'),
    ]);
    await expect(openCsv(await fileOf(broken))).rejects.toMatchObject({ code: 'not-csv' });
  });
});
