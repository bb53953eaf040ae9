import { Readable } from 'node:stream';
import fc from 'fast-check';
import { xlsxFile } from '../../../src/modules/exports/formats/xlsx-file.js';

const CELLS = [
  '',
  'A',
  '1',
  '4915112345678',
  '0049 151 1',
  '4.9E+11',
  'NULL',
  '=1+1',
  'ä',
  '😀',
  '\0',
  '\u0001\u0002',
];
const MARKS = [
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
  '\ud800',
  'sep=;',
  "'",
];
const NAMES = ['id', 'name', 'wa', ' wa ', '"name"', 'x', ''];
const ENCODINGS: ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\ufeff${text}`),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  (text) => Buffer.from(text, 'latin1'),
];

const cell = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...CELLS) },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(513), '1'.repeat(200)) },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...CELLS, ...MARKS), maxLength: 6 }) },
);

/** A CSV that may be a good one, with its header, delimiter, line ends and encoding. */
const table = fc
  .record({
    header: fc.oneof(
      { weight: 4, arbitrary: fc.constant(['id', 'name', 'wa']) },
      { weight: 1, arbitrary: fc.array(fc.constantFrom(...NAMES), { maxLength: 5 }) },
    ),
    rows: fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 12 }),
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    quoted: fc.boolean(),
    encode: fc.constantFrom(...ENCODINGS),
  })
  .map(({ header, rows, delimiter, lineEnd, quoted, encode }) => {
    const quote = (text: string): string => (quoted ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = [header, ...rows.map((cells) => cells.map(quote))];
    return encode(lines.map((cells) => cells.join(delimiter)).join(lineEnd));
  });

const marks = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...CELLS, ...MARKS), maxLength: 60 }),
    fc.constantFrom(...ENCODINGS),
  )
  .map(([text, encode]) => encode(`id,name,wa\n${text}`));

/** Bytes of a good file with some changed, lost, and the end cut off. */
function damaged(source: Buffer): fc.Arbitrary<Buffer> {
  const place = fc.nat(source.length - 1);
  return fc
    .record({
      edits: fc.array(fc.tuple(place, fc.nat(255)), { maxLength: 5 }),
      lost: fc.tuple(place, fc.nat(12)),
      end: fc.oneof({ weight: 3, arbitrary: fc.constant(source.length) }, { weight: 1, arbitrary: place }),
    })
    .map(({ edits, lost: [from, length], end }) => {
      const bytes = Buffer.concat([source.subarray(0, from), source.subarray(from + length)]).subarray(
        0,
        end,
      );
      for (const [at, value] of edits) if (at < bytes.length) bytes[at] = value;
      return bytes;
    });
}

/** A good workbook as the product exports it. */
export async function aWorkbook(): Promise<Buffer> {
  const columns = ['id', 'name', 'wa'].map((name) => ({ name }));
  const rows = [
    ['1', 'A', '4915112345678'],
    ['2', '=1+1', '4915112345679'],
    ['3', '', 4915112345670],
  ];
  const file = xlsxFile(columns, Readable.from([rows]) as AsyncIterable<typeof rows>, () => undefined);
  const chunks: Buffer[] = [];
  for await (const chunk of file) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Whatever somebody may send as a file, good or bad. */
export async function anyFile(): Promise<fc.Arbitrary<Buffer>> {
  const csv = Buffer.from('id,name,wa\n1,"A ""B""",4915112345678\n2,Jürgen,+49 151 12345679\n');
  return fc.oneof(
    { weight: 5, arbitrary: table },
    { weight: 3, arbitrary: marks },
    { weight: 2, arbitrary: damaged(csv) },
    { weight: 2, arbitrary: damaged(await aWorkbook()) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  );
}
