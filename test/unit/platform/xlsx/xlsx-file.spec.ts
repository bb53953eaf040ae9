import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import { ZipFile } from 'yazl';
import { xlsxFile } from '../../../../src/modules/exports/formats/xlsx-file.js';
import { CsvError } from '../../../../src/platform/csv/csv-error.js';
import { unguardFormula } from '../../../../src/platform/csv/formula-guard.js';
import { openTable, readTable } from '../../../../src/platform/xlsx/table-file.js';

let folder: string;
let files = 0;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'xlsx-'));
});
afterAll(() => rm(folder, { recursive: true }));

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PARTS = {
  'xl/workbook.xml':
    '<workbook xmlns:r="x"><sheets><sheet name="H" state="hidden" r:id="r2"/><sheet name="A" r:id="r1"/></sheets></workbook>',
  'xl/_rels/workbook.xml.rels': `<Relationships><Relationship Id="r1" Type="${OFFICE}/worksheet" Target="worksheets/one.xml"/><Relationship Id="r2" Type="${OFFICE}/worksheet" Target="worksheets/two.xml"/></Relationships>`,
  'xl/styles.xml':
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/><numFmt numFmtId="165" formatCode="0.00&quot; days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="22"/><xf numFmtId="165"/></cellXfs></styleSheet>',
  'xl/sharedStrings.xml':
    '<sst><si><t>id</t></si><si><t> wa </t></si><si><r><t>Jür</t></r><r><t>gen</t></r><rPh><t>x</t></rPh></si><si><t>a_x000D_b</t></si></sst>',
};

async function save(source: Readable): Promise<string> {
  const file = path.join(folder, String(++files));
  await pipeline(source, createWriteStream(file));
  return file;
}

function workbook(sheet: string, parts: Record<string, string> = PARTS): Promise<string> {
  const zip = new ZipFile();
  const all = { ...parts, 'xl/worksheets/one.xml': `<worksheet><sheetData>${sheet}</sheetData></worksheet>` };
  for (const [name, text] of Object.entries(all)) zip.addBuffer(Buffer.from(text), name);
  zip.end();
  return save(zip.outputStream as Readable);
}

async function readAll(file: string, skip = 0) {
  const table = await openTable(file);
  const rows: [number, ...string[]][] = [];
  const problems: number[] = [];
  for await (const batch of readTable(table, { batchSize: 2, skip })) {
    rows.push(...batch.rows.map(({ line, cells }): [number, ...string[]] => [line, ...cells]));
    problems.push(...batch.problems.map(({ line }) => line));
  }
  return { header: table.header, count: table.recordCount, rows, problems };
}

const HEADER = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>';

describe('reading a workbook', () => {
  it('reads shared and rich texts of the first sheet that can be seen, over gaps and empty rows', async () => {
    const file = await workbook(
      `${HEADER}<row r="4"><c r="A4" t="s"><v>2</v></c></row><row r="5"><c r="B5"/></row>` +
        '<row r="6"><c r="B6" t="s"><v>3</v></c></row><row r="7"><c r="A7"><v>1</v></c><c r="D7"><v>2</v></c></row>' +
        '<row><c t="inlineStr"><is><t>in</t></is></c><c t="str"><f>A1</f><v>=1+1</v></c></row>',
    );
    expect(await readAll(file)).toEqual({
      header: ['id', 'wa'],
      count: 4,
      rows: [
        [4, 'Jürgen', ''],
        [6, '', 'a\rb'],
        [8, 'in', "'=1+1"],
      ],
      problems: [7],
    });
    expect((await readAll(file, 3)).rows.map(([line]) => line)).toEqual([8]);
  });

  it.each([
    ['0', '491511234567', '491511234567'],
    ['0', '4.91511234567E+11', '491511234567'],
    ['0', '999999999999999', '999999999999999'],
    ['0', '1234567890123450', '1.23456789012345E+15'],
    ['0', '0.30000000000000004', '0.3'],
    ['0', '1E-7', '0.0000001'],
    ['0', '-12.5', '-12.5'],
    ['3', '12.5', '12.5'],
    ['1', '45658', '2025-01-01'],
    ['2', '45658.75', '2025-01-01T18:00:00'],
    ['1', '0.5', '12:00:00'],
    ['1', '1', '1900-01-01'],
    ['1', '61', '1900-03-01'],
  ])('shows a number of style %s, %s, as %s', async (style, value, text) => {
    const file = await workbook(`${HEADER}<row r="2"><c r="A2" s="${style}"><v>${value}</v></c></row>`);
    expect((await readAll(file)).rows).toEqual([[2, text, '']]);
  });

  it('reads what an export writes as it was', async () => {
    const texts = ['=1+1', "'=x", '_x0041_', 'a\r\nb', ' x ', '<&>"', '+49 151 1', "'", '-a', ''];
    const rows = Readable.from([texts.map((text) => ['k', text])]) as AsyncIterable<string[][]>;
    const columns = ['key', '=text'].map((name) => ({ name })) as Parameters<typeof xlsxFile>[0];
    const { header, rows: read } = await readAll(await save(xlsxFile(columns, rows, () => undefined)));
    expect(header.map(unguardFormula)).toEqual(['key', '=text']);
    expect(read.map(([, , cell]) => unguardFormula(cell!))).toEqual(texts);
  });
});

describe('a workbook of whatever bytes', () => {
  const number = fc.constantFrom(
    '',
    'x',
    '-1',
    '0',
    '1',
    '2.5',
    '1e9',
    '1e400',
    '99999999999',
    'NaN',
    '4.9E+11',
  );
  const reference = fc.constantFrom(undefined, '', '7', 'A', 'A1', 'B9', 'ZZ1', 'é', '-', '__proto__');
  const type = fc.constantFrom(undefined, 's', 'b', 'n', 'str', 'inlineStr', 'e', 'd', 'zz');
  const attribute = (name: string, value: string | undefined) =>
    value === undefined ? '' : ` ${name}="${value}"`;
  const cell = fc
    .tuple(reference, type, fc.option(number, { nil: undefined }), number)
    .map(([r, t, s, v]) => `<c${attribute('r', r)}${attribute('t', t)}${attribute('s', s)}><v>${v}</v></c>`);
  const row = fc
    .tuple(fc.option(number, { nil: undefined }), fc.array(cell, { maxLength: 4 }))
    .map(([r, cells]) => `<row${attribute('r', r)}>${cells.join('')}</row>`);

  async function expectReadOrRefused(file: string): Promise<void> {
    const read = await readAll(file).catch((error: unknown) => {
      expect(error).toBeInstanceOf(CsvError);
    });
    if (!read) return;
    const { header, count, rows, problems } = read;
    expect(rows.length + problems.length).toBe(count);
    for (const [line, ...cells] of rows) {
      expect(Number.isInteger(line) && line > 0 && line < 2 ** 31).toBe(true);
      expect(cells).toHaveLength(header.length);
      expect(cells.every((text) => typeof text === 'string')).toBe(true);
    }
  }

  it('is read as far as rows and cells make sense', async () => {
    const sheet = fc.tuple(fc.constantFrom('', HEADER), fc.array(row, { maxLength: 5 }));
    await fc.assert(
      fc.asyncProperty(sheet, async ([head, rows]) =>
        expectReadOrRefused(await workbook(head + rows.join(''))),
      ),
      { numRuns: 40 },
    );
  });

  it('is read or refused when bytes of it are changed, lost or cut off', async () => {
    const source = await readFile(await workbook(`${HEADER}<row r="2"><c r="A2"><v>1</v></c></row>`));
    const place = fc.nat(source.length);
    const damage = fc.record({
      edits: fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 6 }),
      lost: fc.tuple(place, fc.nat(20)),
      end: fc.oneof(fc.constant(source.length), place),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ edits, lost: [from, length], end }) => {
        const bytes = Buffer.concat([source.subarray(0, from), source.subarray(from + length)]).subarray(
          0,
          end,
        );
        for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
        await expectReadOrRefused(await save(Readable.from([bytes])));
      }),
      { numRuns: 40 },
    );
  });
});

describe('a workbook that is refused', () => {
  // Not so uniform that it would be refused for unpacking to too much.
  const text = (length: number): string => randomBytes(length / 2).toString('hex');
  const cellOf = (length: number): string => `<c t="str"><v>${text(length)}</v></c>`;
  const styles = (): string => `<styleSheet><!--${text(17 * 1024 ** 2)}--></styleSheet>`;
  const zeros = '0'.repeat(20 * 1024 ** 2);
  it.each<[string, () => Promise<string>, RegExp]>([
    ['for what it unpacks to', () => workbook(HEADER, { ...PARTS, bomb: zeros }), /unpacks to far more/u],
    ['without parts', () => workbook(HEADER, {}), /damaged/u],
    ['with broken XML', () => workbook(`${HEADER}<row>`), /damaged/u],
    ['with entities', () => workbook(`${HEADER}<row><c><v>&lol;</v></c></row>`), /damaged/u],
    ['without rows', () => workbook(''), /empty/u],
    ['with a cell far right', () => workbook('<row><c r="XFD1"><v>1</v></c></row>'), /columns/u],
    [
      'for the length of a row',
      () => workbook(`${HEADER}<row>${cellOf(600_000)}${cellOf(600_000)}</row>`),
      /Row 2/u,
    ],
    ['for the length of a cell', () => workbook(`${HEADER}<row>${cellOf(1_200_000)}</row>`), /characters/u],
    ['for its depth', () => workbook('<a>'.repeat(100) + '</a>'.repeat(100)), /damaged/u],
    [
      'for a shared text',
      () =>
        workbook(HEADER, {
          ...PARTS,
          'xl/sharedStrings.xml': `<sst><si><t>${text(1_200_000)}</t></si></sst>`,
        }),
      /too much text/u,
    ],
    [
      'for the size of its styles',
      () => workbook(HEADER, { ...PARTS, 'xl/styles.xml': styles() }),
      /far more/u,
    ],
    ['with a name twice', () => workbook(HEADER.replace('<v>1<', '<v>0<')), /more than once/u],
  ])('%s', async (_what, file, message) => {
    await expect(file().then(openTable)).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  it('when it is encrypted', async () => {
    const bytes = await readFile(await workbook(HEADER));
    // The flag of each entry of the central directory (APPNOTE of PKWARE, 4.4.4).
    const entry = Buffer.from('PK\u0001\u0002', 'latin1');
    for (let at = bytes.indexOf(entry); at >= 0; at = bytes.indexOf(entry, at + 1)) bytes[at + 8]! |= 1;
    await expect(save(Readable.from([bytes])).then(openTable)).rejects.toMatchObject({ code: 'not-csv' });
  });

  it('when it is cut off', async () => {
    const file = path.join(folder, 'cut');
    await writeFile(file, 'PK\u0003\u0004 and no more');
    await expect(openTable(file)).rejects.toMatchObject({ code: 'not-csv' });
  });
});
