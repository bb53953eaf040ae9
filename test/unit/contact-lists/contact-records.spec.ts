import fc from 'fast-check';
import { readContact } from '../../../src/modules/contact-lists/contacts/contact-body.js';
import { mapHeader } from '../../../src/modules/contact-lists/importing/contact-header.js';
import { ContactRecordReader } from '../../../src/modules/contact-lists/importing/contact-records.js';
import { explainCell } from '../../../src/modules/contact-lists/lists/column-data-types.js';
import type { ColumnDataTypeSpecification } from '../../../src/modules/contact-lists/lists/contact-list-definition.js';
import type { Reason } from '../../../src/kernel/reason.js';

const COLUMNS = ['custId', 'name', 'wa'];

type Spec = Omit<ColumnDataTypeSpecification, 'columnName'>;
const AMOUNT: Spec = { columnDataType: 'NUMERIC', min: -1, max: 10 };
const BROKEN_PROMISES: [Spec, string, keyof typeof API_CODES][] = [
  [AMOUNT, 'ten', 'type'],
  [AMOUNT, '1e1', 'type'],
  [AMOUNT, '-1.01', 'range'],
  [AMOUNT, '10.5', 'range'],
  [{ columnDataType: 'TIMESTAMP' }, '31.12.2026', 'type'],
  [{ columnDataType: 'TIMESTAMP' }, '2026-02-30', 'type'],
  [{ columnDataType: 'TEXT', maxLength: 3 }, 'four', 'length'],
];
const API_CODES = {
  type: 'invalid.data.type',
  range: 'not.within.range',
  length: 'length.limit.exceeded',
};
const IMPORT_CODES = {
  type: 'INVALID_DATATYPE',
  range: 'NOT_WITHIN_MIN_MAX_RANGE',
  length: 'GREATER_THAN_MAX_LENGTH',
};

// The JSON that goes to PostgreSQL as what it stands for.
function parsed(read: ReturnType<ContactRecordReader['read']>): unknown {
  if (Array.isArray(read)) return read;
  const { contactId, data, whatsappIds } = read;
  return { contactId, data: JSON.parse(data) as unknown, whatsappIds: JSON.parse(whatsappIds) as unknown };
}

describe('the header of a file of contacts', () => {
  it('maps to the columns of the list in any order, system columns ignored', () => {
    const header = ['inin-outbound-id', 'wa', 'custId', 'WhatsAppLastResult-wa', 'name', 'ContactCallable'];
    expect(mapHeader(header, COLUMNS, 'custId')).toEqual({
      cells: [
        { column: 'custId', at: 2 },
        { column: 'name', at: 4 },
        { column: 'wa', at: 1 },
      ],
      idAt: 2,
    });
  });

  it('may have the contact id in a column of its own', () => {
    expect(mapHeader([...COLUMNS, 'inin-outbound-id'], COLUMNS, 'inin-outbound-id')).toMatchObject({
      idAt: 3,
    });
    expect(mapHeader([...COLUMNS, 'key'], COLUMNS, 'key')).toMatchObject({ idAt: 3 });
  });

  it.each<[string, string[], string | undefined, string[]]>([
    ['an unknown column', [...COLUMNS, 'x'], undefined, ['IMPORT_COLUMNS_DO_NOT_EXIST_ON_LIST']],
    ['a missing column', ['custId', 'wa'], undefined, ['IMPORT_CONTACT_DOES_NOT_MATCH_LIST_FORMAT']],
    ['no column with the id', COLUMNS, 'key', ['IMPORT_MISSING_CUSTOM_ID']],
    [
      'too many columns',
      [...COLUMNS, ...Array.from({ length: 49 }, (_, n) => `x${n}`)],
      undefined,
      ['CONTACT_COLUMNS_LIMIT_EXCEEDED', 'IMPORT_COLUMNS_DO_NOT_EXIST_ON_LIST'],
    ],
    [
      'a long name',
      [...COLUMNS, 'x'.repeat(129)],
      undefined,
      ['IMPORT_COLUMN_EXCEEDS_LENGTH_LIMIT', 'IMPORT_COLUMNS_DO_NOT_EXIST_ON_LIST'],
    ],
  ])('is refused with %s', (_what, header, idName, codes) => {
    const reasons = mapHeader(header, COLUMNS, idName);
    expect(Array.isArray(reasons) && reasons.map(({ code }) => code)).toEqual(codes);
  });

  it('names the missing id column and the columns found', () => {
    const reasons = mapHeader(COLUMNS, COLUMNS, 'key');
    expect(reasons).toMatchObject([{ message: expect.stringMatching(/"key".*custId, name, wa/u) }]);
  });
});

it.each<[Spec, string]>([
  [AMOUNT, '-1'],
  [AMOUNT, ' +10.0 '],
  [{ columnDataType: 'NUMERIC' }, '123456789012'],
  [{ columnDataType: 'TIMESTAMP' }, '2026-12-31T08:30:00+02:00'],
  [{ columnDataType: 'TEXT', maxLength: 3 }, 'abc'],
  [{ columnDataType: 'TEXT', maxLength: 0 }, 'abc'],
])('a column that is %j takes %j', (spec, cell) => {
  expect(explainCell({ columnName: 'name', ...spec }, cell)).toBeUndefined();
});

describe('a record of a file of contacts', () => {
  const header = { cells: COLUMNS.map((column, at) => ({ column, at })), idAt: 0 };
  const read = (cells: string[], trimWhitespace = true) => {
    const rules = { header, whatsAppColumns: ['wa'], trimWhitespace };
    return parsed(new ContactRecordReader(rules).read({ line: 7, cells }));
  };

  it('becomes a contact with its id, values and WhatsApp id', () => {
    expect(read(['c-1', ' Ada ', '+49 (151) 123-456'])).toEqual({
      contactId: 'c-1',
      data: { custId: 'c-1', name: 'Ada', wa: '+49 (151) 123-456' },
      whatsappIds: { wa: { id: '49151123456', key: '49151123456' } },
    });
  });

  it('keeps white space when the list says so', () => {
    expect(read(['c-1', ' Ada ', ''], false)).toMatchObject({ data: { name: ' Ada ' } });
  });

  it('is taken although its number can not be read', () => {
    expect(read(['c-1', 'Ada', 'ask her'])).toMatchObject({ whatsappIds: {}, data: { wa: 'ask her' } });
  });

  it('keeps whatever a cell holds', () => {
    const cell = fc.string({ unit: 'binary', maxLength: 40 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(cell, cell, (name, wa) => {
        expect(read(['c-1', name, wa], false)).toMatchObject({ data: { custId: 'c-1', name, wa } });
      }),
    );
  });

  it.each<[string, string[], string, string | undefined]>([
    ['a destroyed number', ['c-1', 'Ada', '4.91511E+11'], 'IMPORT_INVALID_PHONE_NUMBERS', 'wa'],
    ['a long cell', ['c-1', 'x'.repeat(513), ''], 'IMPORT_DATUM_EXCEEDS_LENGTH_LIMIT', 'name'],
    ['a NUL', ['c-1', 'a\0b', ''], 'IMPORT_INVALID_DATA', 'name'],
    ['no id', [' ', 'Ada', ''], 'IMPORT_MISSING_CUSTOM_ID', undefined],
    ['a bad id', ['a/b', 'Ada', ''], 'IMPORT_INVALID_CUSTOM_ID', undefined],
    ['an id that a spreadsheet has destroyed', ['1.2E+15', 'Ada', ''], 'IMPORT_INVALID_CUSTOM_ID', undefined],
    ['a long id', ['x'.repeat(101), 'Ada', ''], 'IMPORT_INVALID_CUSTOM_ID', undefined],
  ])('is rejected with %s, naming line and column', (_what, cells, code, column) => {
    expect(read(cells)).toMatchObject([{ line: 7, code, column }]);
  });

  it.each(BROKEN_PROMISES)('is rejected when its column is %j and the cell %j', (spec, cell, kind) => {
    const columnDataTypes = [{ columnName: 'name', ...spec }];
    const rules = { header, whatsAppColumns: ['wa'], trimWhitespace: true, columnDataTypes };
    const reader = new ContactRecordReader(rules);
    const code = `IMPORT_FAILED_CONTACT_DATA_${IMPORT_CODES[kind]}`;
    expect(reader.read({ line: 7, cells: ['c-1', cell, ''] })).toMatchObject([
      { line: 7, code, column: 'name' },
    ]);
    expect(reader.read({ line: 7, cells: ['c-1', '', ''] })).toMatchObject({ contactId: 'c-1' });
  });

  it('gets an id when the file has none', () => {
    const rules = { header: { cells: header.cells }, whatsAppColumns: [], trimWhitespace: true };
    const read = new ContactRecordReader(rules).read({ line: 2, cells: ['1', '2', '3'] });
    expect(read).toMatchObject({ contactId: expect.stringMatching(/^[0-9a-f-]{36}$/u) as string });
  });
});

describe('a contact in a request', () => {
  it.each(BROKEN_PROMISES)('is refused when its column is %j and the cell %j', (spec, cell, kind) => {
    const columnDataTypeSpecifications = [{ columnName: 'name', ...spec }];
    const typed = { columnNames: COLUMNS, whatsAppColumns: [], columnDataTypeSpecifications };
    const reasons: Reason[] = [];
    expect(readContact({ data: { name: cell } }, typed, '4', reasons)).toBeUndefined();
    expect(reasons).toMatchObject([{ code: `contact.datum.${API_CODES[kind]}`, field: '4.data.name' }]);
    expect(readContact({ data: { custId: '1' } }, typed, '4', [])).toBeDefined();
  });

  const list = { columnNames: COLUMNS, whatsAppColumns: [{ columnName: 'wa' }] };
  const read = (raw: unknown) => {
    const reasons: Reason[] = [];
    return { contact: readContact(raw, list, '4', reasons), reasons };
  };

  it('may leave out columns and send numbers', () => {
    const { contact, reasons } = read({ id: 'x', data: { custId: 12, name: null }, callable: false });
    expect(reasons).toEqual([]);
    expect(contact).toMatchObject({ data: { custId: '12', name: '', wa: '' }, callable: false });
  });

  it('tells which columns may be used', () => {
    const contactableStatus = {
      WhatsApp: { contactable: true, columnStatus: { wa: { contactable: false } } },
    };
    expect(read({ data: {}, contactableStatus }).contact).toMatchObject({
      contactable: true,
      uncontactableColumns: ['wa'],
    });
  });

  it('is refused with everything that is wrong, and where', () => {
    const { contact, reasons } = read({
      id: 'a b?',
      data: { wa: '4.9E+11', nope: '1', name: 'x'.repeat(513), custId: {} },
    });
    expect(contact).toBeUndefined();
    expect(reasons.map(({ code, field }) => [code, field])).toEqual([
      ['invalid.contact.id', '4.id'],
      ['invalid.contact.columns', '4.data.nope'],
      ['contact.datum.length.limit.exceeded', '4.data.name'],
      ['invalid.value', '4.data.custId'],
      ['invalid.phone.number', '4.data.wa'],
    ]);
  });

  it.each([[null], ['text'], [[]], [{}], [{ data: 'x' }]])('is refused when it is %j', (raw) => {
    expect(read(raw).reasons).toHaveLength(1);
  });

  it('is refused with characters that can not be stored', () => {
    expect(read({ data: { name: 'a\u0000' } }).reasons).toHaveLength(1);
    expect(read({ data: { name: '\ud800' } }).reasons).toHaveLength(1);
    expect(read({ data: { name: '😀' } }).reasons).toHaveLength(0);
  });
});
