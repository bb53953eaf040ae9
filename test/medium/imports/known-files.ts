/** A file that broke systems of this kind, and what must become of it. */
export interface KnownFile {
  /** Number of the failure in the list of those that other systems had; a letter tells several files apart. */
  failure: string;
  what: string;
  kind: 'contact-list' | 'dnc-list';
  file: string | Buffer;
  /** Column with the contact id. */
  idName?: string;
  /** Import status at the end. */
  status: Record<string, unknown>;
  /** WhatsApp ids in the order of the file, or the match keys of a DNC list; without them nothing may be there. */
  numbers?: string[];
}

const HEAD = 'id,name,wa';
const scientific = expect.stringContaining('scientific notation') as string;

const utf16 = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le');
const refused = (failureReason: string, message: RegExp): KnownFile['status'] => ({
  state: 'FAILED',
  failureReason,
  failureMessage: expect.stringMatching(message) as string,
});
const whole = (records: number): KnownFile['status'] => ({
  totalRecords: records,
  completedRecords: records,
  percentComplete: 100,
  rejectedRecords: 0,
});

/**
 * Failures 48 to 60 of other systems: imports and files. 57, a file too large for the door, is in uploads.spec.ts; 58,
 * memory, in import.bench.mjs; 59, an import lost by a restart, in list-crash.spec.ts; the matrix of byte order mark,
 * encoding, delimiter and line end of 49 and 50 in csv-file.spec.ts.
 */
export const KNOWN_FILES: KnownFile[] = [
  {
    failure: '48a',
    what: 'a number that a spreadsheet turned into scientific notation is no number',
    kind: 'contact-list',
    file: `${HEAD}\n1,A,4.91511E+11\n2,B,4915112345678\n`,
    status: {
      totalRecords: 2,
      rejectedRecords: 1,
      rejectedByCode: { IMPORT_INVALID_PHONE_NUMBERS: 1 },
      rejections: [{ line: 2, column: 'wa', code: 'IMPORT_INVALID_PHONE_NUMBERS', message: scientific }],
    },
    numbers: ['4915112345678'],
  },
  {
    failure: '48b',
    what: 'nor is it an id',
    kind: 'contact-list',
    file: `${HEAD}\n4.91511E+11,A,4915112345678\n`,
    idName: 'id',
    status: {
      rejectedByCode: { IMPORT_INVALID_CUSTOM_ID: 1 },
      rejections: [{ line: 2, code: 'IMPORT_INVALID_CUSTOM_ID', message: scientific }],
    },
  },
  {
    failure: '48c',
    what: 'nor one that must not be messaged',
    kind: 'dnc-list',
    file: 'number\n4.91511E+11\n4915112345678\n',
    status: {
      rejectedByCode: { IMPORT_INVALID_PHONE_NUMBERS: 1 },
      rejections: [{ line: 2, column: 'number', code: 'IMPORT_INVALID_PHONE_NUMBERS', message: scientific }],
    },
    numbers: ['4915112345678'],
  },
  {
    failure: '49',
    what: 'a byte order mark and semicolons leave the first column its name',
    kind: 'contact-list',
    file: '\ufeffid;name;wa\r\n1;A;4915112345678\r\n',
    idName: 'id',
    status: whole(1),
    numbers: ['4915112345678'],
  },
  {
    failure: '50a',
    what: 'tabs in UTF-16',
    kind: 'contact-list',
    file: utf16('id\tname\twa\r\n1\tJürgen\t4915112345678\r\n'),
    status: whole(1),
    numbers: ['4915112345678'],
  },
  {
    failure: '50b',
    what: 'pipes and umlauts in Windows-1252',
    kind: 'dnc-list',
    file: Buffer.from('Straße|Telefon\n"Größe"|4915112345678\n', 'latin1'),
    status: whole(1),
    numbers: ['4915112345678'],
  },
  {
    failure: '51',
    what: 'spaces around the names of columns',
    kind: 'contact-list',
    file: ' id ,name      , wa\n1,A,4915112345678\n',
    status: whole(1),
    numbers: ['4915112345678'],
  },
  {
    failure: '52',
    what: 'empty lines count for nothing',
    kind: 'contact-list',
    file: `\n\n${HEAD}\n\n1,A,4915112345678\n,,\n   \n2,B,4915112345679\n\n\n`,
    status: whole(2),
    numbers: ['4915112345678', '4915112345679'],
  },
  {
    failure: '53',
    what: 'far too many columns',
    kind: 'contact-list',
    file: `${HEAD},${Array.from({ length: 60 }, (_, at) => `c${at}`).join(',')}\n1,A,4915112345678${',x'.repeat(60)}\n`,
    status: refused('CONTACT_COLUMNS_LIMIT_EXCEEDED', /63 columns; a contact list may have at most 50/u),
  },
  {
    failure: '54',
    what: 'a bad record does not cost the good ones around it',
    kind: 'contact-list',
    file: `${HEAD}\n1,A,4915112345678\n2,${'x'.repeat(513)},4915112345679\n3,C,4915112345670\n`,
    status: { rejectedRecords: 1, rejectedByCode: { IMPORT_DATUM_EXCEEDS_LENGTH_LIMIT: 1 } },
    numbers: ['4915112345678', '4915112345670'],
  },
  {
    failure: '55a',
    what: 'records with too few and too many cells, by their lines',
    kind: 'contact-list',
    file: `${HEAD}\n1,A\n2,B,4915112345679\n3,C,4915112345670,x,y\n`,
    status: {
      rejectedByCode: { IMPORT_ENTRY_DOES_NOT_ALIGN_WITH_HEADERS: 2 },
      rejections: [expect.objectContaining({ line: 2 }), expect.objectContaining({ line: 4 })],
    },
    numbers: ['4915112345679'],
  },
  {
    failure: '55b',
    what: 'a quote that nobody closed',
    kind: 'contact-list',
    file: `${HEAD}\n1,A,4915112345678\n2,"B,4915112345679\n`,
    status: refused('IMPORT_COULD_NOT_PARSE_AN_ENTRY', /line 3/u),
  },
  {
    failure: '55c',
    what: 'a quote that nobody closed in a large file, found before the first record is taken',
    kind: 'dnc-list',
    file: `number\n"4915112345678\n${'4915112345679\n'.repeat(100_000)}`,
    status: refused('IMPORT_COULD_NOT_PARSE_AN_ENTRY', /line 2/u),
  },
  {
    failure: '56',
    what: 'numbers as people and programs write them',
    kind: 'dnc-list',
    file: Buffer.from(
      [
        'number',
        '"=""+49 151 12345671"""',
        '004915112345672',
        '+4915112345673',
        '49\u00a0151\u00a012345674',
        '317-153-4777',
        '+49 (0) 151 12345675',
        'NULL',
        '4915112345676.0',
      ].join('\n'),
    ),
    status: whole(8),
    numbers: [
      '3171534777',
      '4915112345671',
      '4915112345672',
      '4915112345673',
      '4915112345674',
      '4915112345675',
      '4915112345676',
    ],
  },
];
