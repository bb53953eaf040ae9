import { ContactListsService, ContactUse } from '../../../src/modules/contact-lists/index.js';
import { ContactBulkRunner } from '../../../src/modules/contact-lists/bulk/contact-bulk-runner.js';
import { ContactExpiry } from '../../../src/modules/contact-lists/retention/contact-expiry.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

const LISTS = '/api/v2/outbound/contactlists';

describe('contact lists as a whole', () => {
  let app: TestApp;
  let names = 0;

  beforeAll(async () => {
    app = await startTestApp({ role: 'all' });
  });

  afterAll(() => app?.close());

  const get = <T>(type: new (...args: never[]) => T): T => app.app.get<T>(type, { strict: false });

  async function aList(count = 0, extra: object = {}): Promise<string> {
    const body = {
      name: `List ${++names}`,
      columnNames: ['wa', 'city', 'zone'],
      whatsAppColumns: [{ columnName: 'wa', type: 'cell', contactableTimeColumnName: 'zone' }],
      ...extra,
    };
    const { body: list } = await app.admin.post(LISTS).send(body).expect(200);
    const contacts = Array.from({ length: count }, (_, at) => ({
      id: `c${at}`,
      data: {
        wa: `491511234${1000 + at}`,
        city: at % 2 ? 'Bonn' : 'Köln',
        zone: at < 2 ? 'Europe/Berlin' : 'nowhere',
      },
    }));
    if (count > 0) await app.admin.post(`${LISTS}/${list.id}/contacts`).send(contacts).expect(200);
    return list.id;
  }

  const where = (value: string) => ({
    clauses: [{ predicates: [{ column: 'city', columnType: 'alphabetic', operator: 'EQUALS', value }] }],
  });

  const ended = (listId: string, jobId: string) =>
    eventually('the end of the job', async () => {
      const { body } = await app.admin.get(`${LISTS}/${listId}/contacts/bulk/jobs/${jobId}`).expect(200);
      return body.state !== 'InProgress' && body;
    });

  const found = async (listId: string) => {
    const { body } = await app.admin
      .post(`${LISTS}/${listId}/contacts/search`)
      .send({ pageSize: 100 })
      .expect(200);
    return body as {
      entities: { id: string; data: Record<string, string> }[];
      total: number;
      contactsCount: number;
    };
  };

  it('lose the contacts that a bulk job selects, but for those in use, and keep them as a file', async () => {
    const listId = await aList(10);
    const inUse = `c.contact_id = 'c1' AND c.contact_list_id = '${listId}'`;
    get(ContactUse).register({ contact: (alias) => `(${inUse.replaceAll('c.', `${alias}.`)})` });
    const { body: job } = await app.admin
      .post(`${LISTS}/${listId}/contacts/bulk/remove`)
      .send({ criteria: where('bonn') })
      .expect(200);
    expect(job).toMatchObject({ type: 'BulkDelete', state: 'InProgress' });
    const end = await ended(listId, job.id);
    expect(end).toMatchObject({
      state: 'Complete',
      totalRecords: 5,
      completedRecords: 5,
      percentComplete: 100,
    });
    const left = await found(listId);
    expect(left.entities.map(({ id }) => id)).toEqual(['c0', 'c1', 'c2', 'c4', 'c6', 'c8']);
    expect([left.total, left.contactsCount]).toEqual([6, 6]);
    const { headers } = await app.admin.get(new URL(end.downloadURI).pathname).expect(302);
    const link = new URL(headers.location!);
    const { text } = await app.anonymous.get(link.pathname + link.search).expect(200);
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => line.split(',')[0]),
    ).toEqual(['inin-outbound-id', ...['c1', 'c3', 'c5', 'c7', 'c9']]);
    expect((await app.admin.delete(`${LISTS}/${listId}/contacts/c1`).expect(400)).body.code).toBe(
      'contact.in.use',
    );
  });

  it('have contacts changed by a bulk job, once each, also when a worker dies', async () => {
    const listId = await aList(6);
    const contact = { data: { city: 'Köln', wa: '+49 160 1' }, callable: false };
    const { body: job } = await app.admin
      .post(`${LISTS}/${listId}/contacts/bulk/update`)
      .send({ contactIds: ['c1', 'c2', 'nobody'], contact, generateDownloadURI: false })
      .expect(200);
    const end = await ended(listId, job.id);
    expect(end).toMatchObject({ type: 'BulkEdit', state: 'Complete', totalRecords: 2, completedRecords: 2 });
    expect(end.downloadURI).toBeUndefined();
    const { body: changed } = await app.admin.get(`${LISTS}/${listId}/contacts/c1`).expect(200);
    expect(changed).toMatchObject({
      callable: false,
      data: { city: 'Köln', wa: '+49 160 1', zone: 'Europe/Berlin' },
    });
    await app.db.query(
      `UPDATE contact_bulk_jobs SET state = 'running', finished_at = NULL, done_seq = 0, completed_records = 0,
              lease_token = gen_random_uuid(), lease_until = now() - interval '1 second' WHERE id = $1`,
      [job.id],
    );
    await Promise.all([1, 2].map(() => get(ContactBulkRunner).run(job.id, new AbortController().signal)));
    expect(await ended(listId, job.id)).toMatchObject({ completedRecords: 2 });
    const { body: jobs } = await app.admin.get(`${LISTS}/${listId}/contacts/bulk/jobs`).expect(200);
    expect(jobs.entities).toHaveLength(1);
  });

  it('refuse bulk jobs that say too little or the wrong thing', async () => {
    const listId = await aList(1);
    const remove = await app.admin.post(`${LISTS}/${listId}/contacts/bulk/remove`).send({}).expect(400);
    expect(remove.body.code).toBe('no.contacts.specified');
    const edit = { contactIds: ['c0'], contact: { data: { town: 'x' } } };
    const refused = await app.admin.post(`${LISTS}/${listId}/contacts/bulk/update`).send(edit).expect(400);
    expect(refused.body.code).toBe('invalid.contact.columns');
    const nothing = await app.admin
      .post(`${LISTS}/${listId}/contacts/bulk/update`)
      .send({ contactIds: ['c0'], contact: {} })
      .expect(400);
    expect(nothing.body.code).toBe('bad.request');
  });

  it('mark columns by which nobody can be reached, one by one and by address over all lists', async () => {
    const lists = get(ContactListsService);
    const [one, two] = [await aList(2), await aList(2)];
    const [row] = await app.db.query(
      `SELECT seq, whatsapp_ids -> 'wa' ->> 'key' AS key FROM contacts WHERE contact_list_id = $1 AND contact_id = 'c0'`,
      [one],
    );
    await lists.markUncontactable([1, 2].map(() => ({ contactSeq: row.seq, column: 'wa' })));
    const status = async (list: string, id: string) => {
      const { body } = await app.admin.get(`${LISTS}/${list}/contacts/${id}`).expect(200);
      return body.contactableStatus.WhatsApp.columnStatus.wa.contactable;
    };
    expect([await status(one, 'c0'), await status(two, 'c0')]).toEqual([false, true]);
    await lists.markAddressesUncontactable([row.key]);
    expect([await status(one, 'c0'), await status(two, 'c0'), await status(two, 'c1')]).toEqual([
      false,
      false,
      true,
    ]);
    const again = [{ id: 'c0', data: { wa: '4915112341000' } }];
    await app.admin.post(`${LISTS}/${two}/contacts?clearSystemData=true`).send(again).expect(200);
    expect(await status(two, 'c0')).toBe(true);
  });

  it('are deleted together or not at all', async () => {
    const [one, two] = [await aList(1), await aList(1)];
    get(ContactUse).register({ list: (alias) => `(${alias}.id = '${two}')` });
    const refused = await app.admin.delete(`${LISTS}?id=${one},${two}`).expect(409);
    expect(refused.body).toMatchObject({ code: 'bulk.delete.conflict', entityId: two });
    await app.admin.get(`${LISTS}/${one}`).expect(200);
    await app.admin.delete(`${LISTS}?id=${one}`).expect(204);
    await app.admin.get(`${LISTS}/${one}`).expect(404);
    const many = Array.from({ length: 101 }, () => one).join(',');
    expect((await app.admin.delete(`${LISTS}?id=${many}`).expect(400)).body.code).toBe('too.many.deletes');
  });

  it('are changed together, each for itself', async () => {
    const [one, two] = [await aList(), await aList()];
    const contactList = { retentionType: 'days', retentionDays: 30, trimWhitespace: false };
    const contactListIds = [one, '00000000-0000-4000-8000-000000000000', two];
    const { body } = await app.admin
      .post(`${LISTS}/bulk/update`)
      .send({ contactListIds, contactList })
      .expect(200);
    expect(body).toMatchObject({ errorCount: 1, errorIndexes: [1] });
    expect(body.results[0]).toMatchObject({
      success: true,
      entity: { retentionType: 'DAYS', retentionDays: 30 },
    });
    expect(body.results[1].error).toMatchObject({
      code: 'contact.list.not.found',
      status: 404,
      retryable: false,
    });
  });

  it('count their contacts by time zone', async () => {
    const listId = await aList(5);
    const { body } = await app.admin.get(`${LISTS}/${listId}/timezonemappingpreview`).expect(200);
    expect(body).toMatchObject({
      contactsPerTimeZone: { 'Europe/Berlin': 2 },
      contactsMappedToASingleZone: 2,
      contactsInDefaultWindow: 3,
      contactListSize: 5,
    });
  });

  it('are paged to the far end, also while contacts come and go', async () => {
    const listId = await aList();
    await app.db.query(
      `INSERT INTO contacts (contact_list_id, contact_id, data)
       SELECT $1, 'n' || n, jsonb_build_object('wa', n, 'city', CASE WHEN n % 10 = 0 THEN 'Bonn' ELSE 'Köln' END)
         FROM generate_series(1, 12345) AS n`,
      [listId],
    );
    await app.db.query(`UPDATE contact_lists SET size = 12345 WHERE id = $1`, [listId]);
    const page = async (pageNumber: number, narrow: object = {}) => {
      const search = { pageNumber, pageSize: 100, ...narrow };
      const { body } = await app.admin.post(`${LISTS}/${listId}/contacts/search`).send(search).expect(200);
      const ids = body.entities.map(({ id }: { id: string }) => id) as string[];
      return [ids[0], ids.at(-1), ids.length, body.total];
    };
    expect(await page(101)).toEqual(['n10001', 'n10100', 100, 12_345]);
    expect(await page(124)).toEqual(['n12301', 'n12345', 45, 12_345]);
    await app.admin.delete(`${LISTS}/${listId}/contacts/n7`).expect(200);
    expect(await page(101)).toEqual(['n10002', 'n10101', 100, 12_344]);
    await app.admin
      .post(`${LISTS}/${listId}/contacts`)
      .send([{ id: 'last', data: {} }])
      .expect(200);
    await app.admin.delete(`${LISTS}/${listId}/contacts?contactIds=n8,n9`).expect(204);
    expect(await page(124)).toEqual(['n12304', 'last', 43, 12_343]);
    expect(await page(125)).toEqual([undefined, undefined, 0, 12_343]);
    const inCologne = Array.from({ length: 12_345 }, (_, at) => at + 1).filter(
      (n) => n % 10 && ![7, 8, 9].includes(n),
    );
    const criteria = where('köln');
    for (const number of [1, 101, 105, 112]) {
      const expected = inCologne.slice(100 * (number - 1), 100 * number).map((n) => `n${n}`);
      const found = [expected[0], expected.at(-1), expected.length, inCologne.length];
      expect(await page(number, { criteria })).toEqual(found);
    }
    expect(await page(113, { criteria })).toEqual([undefined, undefined, 0, inCologne.length]);
    const contactSorts = [{ fieldName: 'wa', direction: 'DESC', numeric: true }];
    expect(await page(1, { criteria, contactSorts })).toEqual(['n12345', 'n12235', 100, inCologne.length]);
    expect(await page(111, { criteria, contactSorts })).toEqual(['n123', 'n13', 100, inCologne.length]);
  });

  it('expire with their contacts as set, unless in use', async () => {
    const dated = await aList(2, {
      retentionType: 'DATE',
      dateExpiration: '2020-03-01',
      timeZone: 'Europe/Berlin',
    });
    const { body: list } = await app.admin.get(`${LISTS}/${dated}`).expect(200);
    expect(list.dateExpiration).toBe('2020-02-29T23:00:00.000Z');
    const used = await aList(1, { retentionType: 'DATE', dateExpiration: '2020-03-01' });
    get(ContactUse).register({ list: (alias) => `(${alias}.id = '${used}')` });
    const kept = await aList(1);
    const gone = [{ id: 'gone', data: { wa: '4915112349999' }, dateExpiration: '2020-01-01T00:00:00Z' }];
    const { body: added } = await app.admin.post(`${LISTS}/${kept}/contacts`).send(gone).expect(200);
    expect(added[0]).toMatchObject({ retentionType: 'DATE', dateExpiration: '2020-01-01T00:00:00.000Z' });
    while (await get(ContactExpiry).work());
    await app.admin.get(`${LISTS}/${dated}`).expect(404);
    expect(await app.db.query(`SELECT FROM contacts WHERE contact_list_id = $1`, [dated])).toHaveLength(0);
    await app.admin.get(`${LISTS}/${used}/contacts/c0`).expect(200);
    expect(await found(kept)).toMatchObject({ total: 1, contactsCount: 1, entities: [{ id: 'c0' }] });
    const wrong = {
      name: 'Wrong',
      columnNames: ['a'],
      retentionType: 'DAYS',
      retentionDays: 0,
      timeZone: 'Mars/Base',
    };
    const refused = await app.admin.post(LISTS).send(wrong).expect(400);
    expect(refused.body.details.map(({ fieldName }: { fieldName: string }) => fieldName)).toEqual([
      'retentionDays',
      'timeZone',
    ]);
  });

  it('expire whole, in whatever size, and not while a file comes in', async () => {
    const listId = await aList(0, { retentionType: 'DATE', dateExpiration: '2020-03-01' });
    await app.db.query(
      `INSERT INTO contacts (contact_list_id, contact_id, data) SELECT $1, 'c' || n, '{}' FROM generate_series(1, 5001) AS n`,
      [listId],
    );
    await app.db.query(`UPDATE contact_lists SET size = 5001 WHERE id = $1`, [listId]);
    await app.db.query(
      `INSERT INTO import_runs (kind, target_id, file_name, options) VALUES ('contact-list', $1, 'x', '{}')`,
      [listId],
    );
    expect(await get(ContactExpiry).work()).toBe(false);
    expect(await found(listId)).toMatchObject({ total: 5_001 });
    await app.db.query(
      `UPDATE import_runs SET state = 'complete', finished_at = now() WHERE target_id = $1`,
      [listId],
    );
    expect(await get(ContactExpiry).work()).toBe(true);
    await app.admin.get(`${LISTS}/${listId}`).expect(404);
    expect(await app.db.query(`SELECT FROM contacts WHERE contact_list_id = $1`, [listId])).toHaveLength(0);
  });

  it('are kept by default as the settings of the organisation say', async () => {
    const { body: settings } = await app.admin.get('/api/v2/outbound/settings').expect(200);
    await app.admin
      .patch('/api/v2/outbound/settings')
      .send({
        version: settings.version,
        contactListDefaultRetentionType: 'DAYS',
        contactListDefaultRetentionDays: 9,
      })
      .expect(204);
    const { body: list } = await app.admin.get(`${LISTS}/${await aList()}`).expect(200);
    expect(list).toMatchObject({ retentionType: 'DAYS', retentionDays: 9 });
    const own = await app.admin.get(`${LISTS}/${await aList(0, { retentionType: 'NEVER' })}`).expect(200);
    expect(own.body).toMatchObject({ retentionType: 'NEVER' });
  });
});
