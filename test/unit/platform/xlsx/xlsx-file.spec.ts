import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { xlsxFile } from '../../../../src/modules/exports/formats/xlsx-file.js';
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

describe('a workbook that is refused', () => {
  const zeros = '0'.repeat(20 * 1024 ** 2);
  it.each<[string, () => Promise<string>, RegExp]>([
    ['for what it unpacks to', () => workbook(HEADER, { ...PARTS, bomb: zeros }), /unpacks to far more/u],
    ['without parts', () => workbook(HEADER, {}), /damaged/u],
    ['with broken XML', () => workbook(`${HEADER}<row>`), /damaged/u],
    ['with entities', () => workbook(`${HEADER}<row><c><v>&lol;</v></c></row>`), /damaged/u],
    ['without rows', () => workbook(''), /empty/u],
    ['with a cell far right', () => workbook('<row><c r="XFD1"><v>1</v></c></row>'), /columns/u],
    ['with a name twice', () => workbook(HEADER.replace('<v>1<', '<v>0<')), /more than once/u],
  ])('%s', async (_what, file, message) => {
    await expect(file().then(openTable)).rejects.toMatchObject({ message: expect.stringMatching(message) });
  });

  it('when it is cut off', async () => {
    const file = path.join(folder, 'cut');
    await writeFile(file, 'PK\u0003\u0004 and no more');
    await expect(openTable(file)).rejects.toMatchObject({ code: 'not-csv' });
  });
});
