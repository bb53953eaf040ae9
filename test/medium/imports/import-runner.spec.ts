import { ContactsAdded } from '../../../src/modules/contact-lists/index.js';
import { ImportFinished, ImportProgressed } from '../../../src/modules/imports/index.js';
import { CONTACT_LISTS, contactsFile, ImportWorld } from './import-fixtures.js';

let world: ImportWorld;
beforeAll(async () => {
  world = await ImportWorld.start();
});
afterAll(() => world.close());

describe('importing contacts', () => {
  it.each<[string, (text: string) => Buffer]>([
    ['UTF-8 with BOM', (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16LE', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16BE', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['Windows-1252', (text) => Buffer.from(text, 'latin1')],
  ])('reads %s with semicolons', async (_encoding, encode) => {
    const list = await world.aContactList();
    const file = encode('id;name;wa\r\n1;Jürgen;+49 151 1234567\r\n\r\n2;"Åsa; B";\r\n');
    expect(await world.import('contact-list', list, file)).toMatchObject({ state: 'complete', added: 2 });
    expect(await world.contacts(list)).toEqual([
      { id: '1', name: 'Jürgen', wa: '+49 151 1234567' },
      { id: '2', name: 'Åsa; B', wa: '' },
    ]);
    expect(await world.sizes(list)).toEqual({ counter: 2, rows: 2 });
  });

  it('shows contacts with their WhatsApp ids in the view for campaigns, in the order of the file', async () => {
    const list = await world.aContactList();
    await world.import('contact-list', list, 'id,name,wa\n1,A,0055 11 91234-5678\n2,B,unknown\n', {
      contactIdName: 'id',
    });
    const rows = await world.app.db.query(
      `SELECT contact_id, whatsapp_ids, callable, contactable, uncontactable_columns, priority
         FROM contact_list_contacts_v WHERE contact_list_id = $1 ORDER BY seq`,
      [list],
    );
    const rest = { callable: true, contactable: true, uncontactable_columns: [], priority: false };
    expect(rows).toEqual([
      { contact_id: '1', whatsapp_ids: { wa: { id: '5511912345678', key: '551112345678' } }, ...rest },
      { contact_id: '2', whatsapp_ids: {}, ...rest },
    ]);
  });

  it('takes the good records and keeps why others are bad', async () => {
    const list = await world.aContactList();
    const file = `id,name,wa\n1,A,491511234567\n2,B\n3,C,4.9E+11\n4,${'x'.repeat(513)},\n"5"x,E,\n6,F,x\n`;
    expect(await world.import('contact-list', list, file)).toMatchObject({
      state: 'complete',
      completed: 6,
      added: 2,
      rejected: 4,
    });
    const status = await world.imports.status('contact-list', list);
    expect(status).toMatchObject({ totalRecords: 6, completedRecords: 6, percentComplete: 100 });
    expect(status.state).toBeUndefined();
    expect(status.rejections?.map(({ line, column, code }) => [line, column, code])).toEqual([
      [3, undefined, 'IMPORT_ENTRY_DOES_NOT_ALIGN_WITH_HEADERS'],
      [4, 'wa', 'IMPORT_INVALID_PHONE_NUMBERS'],
      [5, 'name', 'IMPORT_DATUM_EXCEEDS_LENGTH_LIMIT'],
      [6, undefined, 'IMPORT_COULD_NOT_PARSE_AN_ENTRY'],
    ]);
  });

  it('tells the event log what was left out, and gives it as CSV to those who may see the list', async () => {
    const south = await world.app.createDivision('Rejections South');
    const list = await world.aContactList({ columnNames: ['=id', 'wa'], divisionId: south });
    await world.import('contact-list', list, `=id,wa\n1,4.9E+11\n2\n${'x'.repeat(513)},\n`);
    const path = `${CONTACT_LISTS}/${list}/importstatus/rejections`;
    const { text, headers } = await world.app.admin.get(path).expect(200);
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    const lines = text.split('\r\n').map((line) => line.split(',').slice(0, 3));
    expect(lines).toEqual([
      ['\ufeffline', 'column', 'code'],
      ['2', 'wa', 'IMPORT_INVALID_PHONE_NUMBERS'],
      ['3', '', 'IMPORT_ENTRY_DOES_NOT_ALIGN_WITH_HEADERS'],
      ['4', `'=id`, 'IMPORT_DATUM_EXCEEDS_LENGTH_LIMIT'],
      [''],
    ]);
    const elsewhere = await world.app.as(['outbound:contactList:view'], [world.app.homeDivisionId]);
    await elsewhere.get(path).expect(404);
    const events = await world.app.db.query(
      `SELECT level, code, message_params FROM outbound_events WHERE error_entity ->> 'id' = $1 ORDER BY code`,
      [list],
    );
    const event = (code: string) => ({ level: 'WARNING', code, message_params: { count: '1' } });
    expect(events).toEqual([
      event('IMPORT_DATUM_EXCEEDS_LENGTH_LIMIT'),
      event('IMPORT_ENTRY_DOES_NOT_ALIGN_WITH_HEADERS'),
      event('IMPORT_INVALID_PHONE_NUMBERS'),
    ]);
  });

  it('keeps the first 1,000 rejections and counts all', async () => {
    const list = await world.aContactList();
    const lines = Array.from({ length: 2_500 }, (_, at) => `${at},A`);
    const state = await world.import('contact-list', list, ['id,name,wa', ...lines].join('\n'));
    expect(state).toMatchObject({ state: 'complete', rejected: 2_500 });
    const [kept] = await world.app.db.query<{ n: number; last: number }[]>(
      `SELECT count(*)::int AS n, max(line) AS last FROM import_rejections j
         JOIN import_runs r ON r.id = j.run_id WHERE r.target_id = $1`,
      [list],
    );
    expect(kept).toEqual({ n: 1_000, last: 1_001 });
    expect((await world.imports.status('contact-list', list)).rejectedByCode).toEqual({
      IMPORT_ENTRY_DOES_NOT_ALIGN_WITH_HEADERS: 2_500,
    });
  });

  it('updates contacts by their id; the last record of an id counts', async () => {
    const list = await world.aContactList();
    const options = { contactIdName: 'id' };
    await world.import('contact-list', list, 'id,name,wa\n1,A,\n2,B,\n', options);
    const again = await world.import('contact-list', list, 'id,name,wa\n2,B2,\n3,C,\n3,C2,\n', options);
    expect(again).toMatchObject({ state: 'complete', added: 1, updated: 2 });
    expect((await world.contacts(list)).map(({ name }) => name)).toEqual(['A', 'B2', 'C2']);
    expect(await world.sizes(list)).toEqual({ counter: 3, rows: 3 });
  });

  it('takes the last record of an id, however far apart they are', async () => {
    const list = await world.aContactList();
    const file = `${contactsFile(5_000)}\n7,again,\n5000,N5000,\n3000,again,\n`;
    const state = await world.import('contact-list', list, file, { contactIdName: 'id' });
    expect(state).toMatchObject({ state: 'complete', added: 5_001, updated: 2, rejected: 0 });
    const contacts = await world.contacts(list);
    expect(contacts.map(({ id }) => Number(id))).toEqual(Array.from({ length: 5_001 }, (_, at) => at));
    expect(contacts.filter(({ name }) => name === 'again').map(({ id }) => id)).toEqual(['7', '3000']);
    expect(await world.sizes(list)).toEqual({ counter: 5_001, rows: 5_001 });
  });

  it('forgets what campaigns noted only when told to', async () => {
    const list = await world.aContactList();
    const file = 'id,name,wa\n1,A,\n';
    const noted = async (): Promise<boolean> => {
      const [row] = await world.app.db.query<{ callable: boolean }[]>(
        `SELECT callable FROM contacts WHERE contact_list_id = $1`,
        [list],
      );
      return !row!.callable;
    };
    await world.import('contact-list', list, file, { contactIdName: 'id' });
    await world.app.db.query(`UPDATE contacts SET callable = false WHERE contact_list_id = $1`, [list]);
    await world.import('contact-list', list, file, { contactIdName: 'id' });
    expect(await noted()).toBe(true);
    await world.import('contact-list', list, file, { contactIdName: 'id', clearSystemData: true });
    expect(await noted()).toBe(false);
  });

  it('tells others when it has finished, and that contacts were added', async () => {
    const list = await world.aContactList();
    const heard: unknown[] = [];
    world.events.on(ImportFinished, (event) => event.targetId === list && heard.push(event.state));
    world.events.on(ImportProgressed, (event) => event.targetId === list && heard.push('progressed'));
    world.events.on(ContactsAdded, (event) => event.contactListId === list && heard.push('added'));
    await world.import('contact-list', list, contactsFile(1), { contactIdName: 'id' });
    await world.import('contact-list', list, contactsFile(1), { contactIdName: 'id' });
    await world.import('contact-list', list, 'nonsense');
    expect(heard).toEqual(['progressed', 'added', 'complete', 'progressed', 'complete', 'failed']);
  });
});

describe('a file that does not fit', () => {
  it.each<{ what: string; file: string | Buffer; idName?: string; code: string; message: RegExp }>([
    {
      what: 'a picture',
      file: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0]),
      code: 'IMPORT_FAILED_TO_READ_HEADERS',
      message: /PNG/u,
    },
    { what: 'JSON', file: '{"a": 1}', code: 'IMPORT_FAILED_TO_READ_HEADERS', message: /JSON/u },
    { what: 'a web page', file: '<html>', code: 'IMPORT_FAILED_TO_READ_HEADERS', message: /HTML/u },
    {
      what: 'an open quote',
      file: 'id,name,wa\n9,Z,1\n8,"Y,1\n',
      code: 'IMPORT_COULD_NOT_PARSE_AN_ENTRY',
      message: /line 3/u,
    },
    {
      what: 'no id column',
      file: 'id,name,wa\n9,Z,1\n',
      idName: 'key',
      code: 'IMPORT_MISSING_CUSTOM_ID',
      message: /"key".*id, name, wa/u,
    },
    {
      what: 'other columns',
      file: 'id,name,wa,x\n9,Z,1,2\n',
      code: 'IMPORT_COLUMNS_DO_NOT_EXIST_ON_LIST',
      message: /: x\./u,
    },
    {
      what: 'fewer columns',
      file: 'id,wa\n9,1\n',
      code: 'IMPORT_CONTACT_DOES_NOT_MATCH_LIST_FORMAT',
      message: /: name\./u,
    },
  ])('$what fails clearly and changes nothing', async ({ file, idName, code, message }) => {
    const list = await world.aContactList();
    await world.import('contact-list', list, contactsFile(2));
    const before = await world.contacts(list);
    const failed = await world.import('contact-list', list, file, { contactIdName: idName });
    expect(failed).toMatchObject({ state: 'failed', code, message: expect.stringMatching(message) });
    expect(await world.contacts(list)).toEqual(before);
    expect(await world.sizes(list)).toEqual({ counter: 2, rows: 2 });
    const status = await world.imports.status('contact-list', list);
    expect(status).toMatchObject({ state: 'FAILED', failureReason: code });
    const events = await world.app.db.query(
      `SELECT level, code FROM outbound_events WHERE error_entity ->> 'id' = $1`,
      [list],
    );
    expect(events).toEqual([{ level: 'ERROR', code }]);
    const reasons = (await world.contactLists.explainUnusable([list])).get(list);
    expect(reasons?.map((reason) => reason.code)).toEqual(['contact.list.import.failed']);
  });

  it('makes the list usable again by a good import', async () => {
    const list = await world.aContactList();
    await world.import('contact-list', list, 'nonsense');
    await world.import('contact-list', list, contactsFile(1));
    expect((await world.contactLists.explainUnusable([list])).get(list)).toEqual([]);
  });

  it('is not left in the spool', async () => {
    const list = await world.aContactList();
    await world.import('contact-list', list, 'nonsense');
    await world.import('contact-list', list, contactsFile(1));
    expect(await world.spool.namesOlderThan(-1_000)).toEqual([]);
  });
});
