import fc from 'fast-check';
import type { Response } from 'supertest';
import { eventually } from '../../support/eventually.js';
import { anyFile, aWorkbook } from './file-bytes.js';
import { CONTACT_LISTS, contactsFile, DNC_LISTS, ImportWorld } from './import-fixtures.js';
import { KNOWN_FILES } from './known-files.js';

const RUNS = Number(process.env.TEST_FUZZ_RUNS ?? 16);
const BYSTANDER_ROWS = 3;

type Kind = 'contact-list' | 'dnc-list';
/** The presigned URL, and the form of the API and of the console. */
type Door = 'url' | 'form';

interface Status {
  state?: string;
  totalRecords: number;
  completedRecords: number;
  percentComplete: number;
  rejectedRecords?: number;
  failureReason?: string;
  failureMessage?: string;
}

let world: ImportWorld;
beforeAll(async () => {
  world = await ImportWorld.start('all');
});
afterAll(() => world.close());

const pathOf = (kind: Kind): string => (kind === 'contact-list' ? CONTACT_LISTS : DNC_LISTS);
const aList = (kind: Kind): Promise<string> =>
  kind === 'contact-list' ? world.aContactList() : world.aDncList();

async function send(door: Door, kind: Kind, id: string, file: Buffer, idName?: string): Promise<Response> {
  if (door === 'url') {
    const body = { id, contentType: 'text/csv', ...(idName && { contactIdName: idName }) };
    const ticket = await world.app.admin
      .post(`${pathOf(kind)}/uploads`)
      .send(body)
      .expect(200);
    const { pathname } = new URL((ticket.body as { url: string }).url);
    return world.app.anonymous.put(pathname).set('content-type', 'text/csv').send(file);
  }
  return world.app.admin
    .post('/uploads/v2/contactlist')
    .field({
      fileType: kind === 'contact-list' ? 'contactlist' : 'dnclist',
      id,
      'contact-id-name': idName ?? '',
    })
    .attach('file', file, 'file.csv');
}

function finished(kind: Kind, id: string): Promise<Status> {
  return eventually('the end of the import', async () => {
    const { body } = await world.app.admin.get(`${pathOf(kind)}/${id}/importstatus`).expect(200);
    const status = body as Status;
    return status.state === 'FAILED' || status.percentComplete === 100 ? status : undefined;
  });
}

/** WhatsApp ids of a contact list in the order of the file, match keys of a DNC list in their own. */
async function numbersIn(kind: Kind, id: string): Promise<string[]> {
  const rows = await world.app.db.query<{ number: string }[]>(
    kind === 'contact-list'
      ? `SELECT whatsapp_ids #>> '{wa,id}' AS number FROM contacts WHERE contact_list_id = $1 ORDER BY seq`
      : `SELECT match_key AS number FROM dnc_entries WHERE dnc_list_id = $1 ORDER BY match_key`,
    [id],
  );
  return rows.map(({ number }) => number);
}

async function sizes(kind: Kind, id: string): Promise<{ counter: number; rows: number }> {
  if (kind === 'contact-list') return world.sizes(id);
  const [row] = await world.app.db.query<[{ counter: number; rows: number }]>(
    `SELECT size AS counter, (SELECT count(*)::int FROM dnc_entries WHERE dnc_list_id = l.id) AS rows
       FROM dnc_lists l WHERE id = $1`,
    [id],
  );
  return row;
}

describe('files that broke other systems', () => {
  it.each(KNOWN_FILES.map((known) => [known.failure, known.what, known] as const))(
    '%s: %s',
    async (_failure, _what, { kind, file, idName, status, numbers }) => {
      const bytes = Buffer.from(file as string);
      for (const door of ['url', 'form'] as const) {
        const id = await aList(kind);
        expect((await send(door, kind, id, bytes, idName)).status).toBe(200);
        expect(await finished(kind, id)).toMatchObject(status);
        expect(await numbersIn(kind, id)).toEqual(numbers ?? []);
        const count = numbers?.length ?? 0;
        expect(await sizes(kind, id)).toEqual({ counter: count, rows: count });
      }
    },
  );

  it('54: a file can be sent again, and again its bad record costs nothing else', async () => {
    const id = await aList('contact-list');
    const file = Buffer.from('id,name,wa\n1,A,4915112345678\n,B,4915112345679\n3,C,\n');
    for (const round of [1, 2]) {
      expect((await send('url', 'contact-list', id, file, 'id')).status).toBe(200);
      expect(await finished('contact-list', id)).toMatchObject({ totalRecords: 3, rejectedRecords: 1 });
      expect({ round, ...(await world.sizes(id)) }).toEqual({ round, counter: 2, rows: 2 });
    }
  });

  it('a workbook is taken through each door', async () => {
    for (const door of ['url', 'form'] as const) {
      const id = await aList('contact-list');
      expect((await send(door, 'contact-list', id, await aWorkbook())).status).toBe(200);
      expect(await finished('contact-list', id)).toMatchObject({ totalRecords: 3, rejectedRecords: 0 });
      expect(await numbersIn('contact-list', id)).toEqual([
        '4915112345678',
        '4915112345679',
        '4915112345670',
      ]);
    }
  });
});

describe('a file that goes beyond a limit', () => {
  const sizeOf = (table: 'contact_lists' | 'dnc_lists', id: string, size: number) =>
    world.app.db.query(`UPDATE ${table} SET size = $2 WHERE id = $1`, [id, size]);
  const full = { state: 'FAILED', failureReason: 'EXCEEDED_CONTACT_LIMIT' };

  it.each([undefined, 'id'])(
    'of contacts in a list fills the list and says so (column of ids: %s)',
    async (idName) => {
      const id = await aList('contact-list');
      await sizeOf('contact_lists', id, 999_998);
      await send('url', 'contact-list', id, Buffer.from(contactsFile(5)), idName);
      expect(await finished('contact-list', id)).toMatchObject({
        ...full,
        failureMessage: expect.stringMatching(/at most 1000000 contacts/u),
      });
      expect(await world.sizes(id)).toEqual({ counter: 1_000_000, rows: 2 });
      expect((await world.contacts(id)).map((data) => data.id)).toEqual(['0', '1']);
      await sizeOf('contact_lists', id, 2);
    },
  );

  it('of contacts in all lists together fills up what is left', async () => {
    const [id, others] = [await aList('contact-list'), await aList('contact-list')];
    const [all] = await world.app.db.query<[{ size: number }]>(
      `SELECT sum(size)::int AS size FROM contact_lists`,
    );
    await sizeOf('contact_lists', others, 5_000_000 - all.size - 1);
    await send('form', 'contact-list', id, Buffer.from(contactsFile(3)));
    expect(await finished('contact-list', id)).toMatchObject(full);
    expect(await world.sizes(id)).toEqual({ counter: 1, rows: 1 });
    await sizeOf('contact_lists', others, 0);
  });

  it('of entries in a DNC list fills the list and says so', async () => {
    const id = await aList('dnc-list');
    await sizeOf('dnc_lists', id, 999_999);
    await send('form', 'dnc-list', id, Buffer.from('number\n4915112345671\n4915112345672\n4915112345673\n'));
    expect(await finished('dnc-list', id)).toMatchObject({
      state: 'FAILED',
      failureReason: 'EXCEEDED_DNC_RECORD_LIMIT',
    });
    expect(await sizes('dnc-list', id)).toEqual({ counter: 1_000_000, rows: 1 });
    await sizeOf('dnc_lists', id, 1);
  });

  it('of columns, of characters in a name and in a cell is told apart from one that just fits', async () => {
    const columnNames = ['wa', 'x'.repeat(128), ...Array.from({ length: 48 }, (_, at) => `c${at}`)];
    const sent = async (header: string[], cells: string[]): Promise<Status> => {
      const id = await world.aContactList({ columnNames });
      const file = Buffer.from(`${header.join(',')}\n${cells.join(',')}\n`);
      expect((await send('url', 'contact-list', id, file, 'key')).status).toBe(200);
      return finished('contact-list', id);
    };
    const header = ['key', ...columnNames];
    const cells = ['1', ...columnNames.map(() => 'y'.repeat(512))];
    expect(await sent(header, cells)).toMatchObject({ totalRecords: 1, rejectedRecords: 0 });
    expect(await sent([...header, 'more'], [...cells, ''])).toMatchObject({
      state: 'FAILED',
      failureReason: 'CONTACT_COLUMNS_LIMIT_EXCEEDED',
    });
    expect(await sent([...header.slice(0, -1), 'z'.repeat(129)], cells)).toMatchObject({
      state: 'FAILED',
      failureReason: 'IMPORT_COLUMN_EXCEEDS_LENGTH_LIMIT',
    });
    expect(await sent(header, [...cells.slice(0, -1), 'y'.repeat(513)])).toMatchObject({
      totalRecords: 1,
      rejectedByCode: { IMPORT_DATUM_EXCEEDS_LENGTH_LIMIT: 1 },
    });
  });
});

describe('whatever file is sent', () => {
  /** Ends in success, in success of a part with reasons, or in a clear failure that left nothing in the list. */
  async function expectCleanEnd(door: Door, kind: Kind, file: Buffer): Promise<void> {
    const id = await aList(kind);
    const answer = await send(door, kind, id, file);
    if (answer.status !== 200) {
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ code: expect.any(String), message: expect.any(String) });
      expect(await sizes(kind, id)).toEqual({ counter: 0, rows: 0 });
      return;
    }
    const status = await finished(kind, id);
    const { counter, rows } = await sizes(kind, id);
    expect(counter).toBe(rows);
    if (status.state === 'FAILED') {
      expect(status.failureReason).not.toBe('IMPORT_INTERNAL_ERROR');
      expect(status.failureMessage).toMatch(/\w/u);
      expect(rows).toBe(0);
      return;
    }
    const { totalRecords, completedRecords, rejectedRecords = 0 } = status;
    expect(completedRecords).toBe(totalRecords);
    if (kind === 'contact-list') expect(rows).toBe(totalRecords - rejectedRecords);
    else expect(rejectedRecords).toBeLessThanOrEqual(totalRecords);
  }

  it('is taken, taken in part with reasons, or refused clearly, and touches no other list', async () => {
    const bystander = await world.aContactList();
    await send('url', 'contact-list', bystander, Buffer.from(contactsFile(BYSTANDER_ROWS)));
    await finished('contact-list', bystander);
    const before = await world.contacts(bystander);
    const files = await anyFile();
    await fc.assert(
      fc.asyncProperty(files, files, files, files, async (first, second, third, fourth) => {
        await Promise.all([
          expectCleanEnd('url', 'contact-list', first),
          expectCleanEnd('form', 'contact-list', second),
          expectCleanEnd('url', 'dnc-list', third),
          expectCleanEnd('form', 'dnc-list', fourth),
        ]);
      }),
      { numRuns: RUNS },
    );
    expect(await world.contacts(bystander)).toEqual(before);
    await world.app.anonymous.get('/health/live').expect(200);
    // Nothing is left of what was refused or taken.
    await eventually('an empty spool', async () => (await world.spool.namesOlderThan(-1_000)).length === 0);
  });

  it('in a form of whatever bytes is refused clearly', async () => {
    const id = await world.aContactList();
    const good =
      `--b\r\ncontent-disposition: form-data; name="id"\r\n\r\n${id}\r\n` +
      '--b\r\ncontent-disposition: form-data; name="fileType"\r\n\r\ncontactlist\r\n' +
      '--b\r\ncontent-disposition: form-data; name="file"; filename="f"\r\n\r\nid,name\r\n--b--\r\n';
    const cut = fc.nat(good.length - 12).map((end) => Buffer.from(good.slice(0, end)));
    const text = fc.string({
      unit: fc.constantFrom('--b', '--', '\r\n', 'a', ':', ';', '"', 'name='),
      maxLength: 30,
    });
    const bytes = fc.oneof(
      cut,
      text.map((body) => Buffer.from(body)),
      fc.uint8Array({ maxLength: 60 }).map((body) => Buffer.from(body)),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (body) => {
        const answer = await world.app.admin
          .post('/uploads/v2/contactlist')
          .set('content-type', 'multipart/form-data; boundary=b')
          .send(Buffer.from(body));
        expect(answer.status).toBe(400);
        expect(answer.body).toMatchObject({ code: expect.any(String) });
      }),
      { numRuns: RUNS },
    );
    expect(await world.sizes(id)).toEqual({ counter: 0, rows: 0 });
  });
});
