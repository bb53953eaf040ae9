import http from 'node:http';
import type { Permission } from '../../../src/modules/access/index.js';
import { eventually } from '../../support/eventually.js';
import { CONTACT_LISTS, contactsFile, DNC_LISTS, ImportWorld } from './import-fixtures.js';

const FORM = '/uploads/v2/contactlist';

let world: ImportWorld;
beforeAll(async () => {
  world = await ImportWorld.start('all');
});
afterAll(() => world.close());

interface Ticket {
  url: string;
  uploadKey: string;
  headers: Record<string, string>;
}

async function ticketFor(listId: string, options: object = {}): Promise<Ticket> {
  const body = { id: listId, contentType: 'text/csv', ...options };
  const answer = await world.app.admin.post(`${CONTACT_LISTS}/uploads`).send(body).expect(200);
  return answer.body as Ticket;
}

const put = (ticket: Ticket, type = 'text/csv') =>
  world.app.anonymous.put(new URL(ticket.url).pathname).set('content-type', type);

async function finished(path: string, listId: string): Promise<Record<string, unknown>> {
  return eventually('the import', async () => {
    const { body } = await world.app.admin.get(`${path}/${listId}/importstatus`).expect(200);
    const status = body as Record<string, unknown>;
    return status.state !== 'IN_PROGRESS' && (status.state === 'FAILED' || status.percentComplete === 100)
      ? status
      : undefined;
  });
}

const isEmpty = async (listId: string): Promise<boolean> => (await world.sizes(listId)).rows === 0;

describe('uploading to a URL', () => {
  it('starts the import; no token is needed', async () => {
    const list = await world.aContactList();
    const ticket = await ticketFor(list, { contactIdName: 'id' });
    expect(ticket.url).toBe(`${world.app.baseUrl}/uploads/v2/files/${ticket.uploadKey}`);
    expect(ticket.uploadKey.length).toBeGreaterThanOrEqual(43);
    expect(ticket.headers).toEqual({ 'Content-Type': 'text/csv' });
    await put(ticket, 'text/csv; charset=utf-8').send(contactsFile(3)).expect(200);
    expect(await finished(CONTACT_LISTS, list)).toMatchObject({ totalRecords: 3, completedRecords: 3 });
    const contact = await world.app.admin.get(`${CONTACT_LISTS}/${list}/contacts/1`).expect(200);
    expect(contact.body).toMatchObject({ id: '1', data: { name: 'N1' } });
  });

  it('works once', async () => {
    const list = await world.aContactList();
    const ticket = await ticketFor(list);
    await put(ticket).send(contactsFile(1)).expect(200);
    const again = await put(ticket).send(contactsFile(1)).expect(404);
    expect(again.body).toMatchObject({ code: 'upload.url.not.found' });
    await finished(CONTACT_LISTS, list);
    expect(await world.sizes(list)).toEqual({ counter: 1, rows: 1 });
  });

  it('works once when it is used several times at the same moment', async () => {
    const list = await world.aContactList();
    const ticket = await ticketFor(list);
    const answers = await Promise.all([1, 2, 3, 4].map(() => put(ticket).send(contactsFile(2))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404]);
    await finished(CONTACT_LISTS, list);
    expect(await world.sizes(list)).toEqual({ counter: 2, rows: 2 });
  });

  it('is refused with another content type, and still works afterwards', async () => {
    const list = await world.aContactList();
    const ticket = await ticketFor(list);
    const refused = await put(ticket, 'text/plain').send(contactsFile(1)).expect(400);
    expect(refused.body).toMatchObject({
      code: 'unsupported.media.type',
      messageParams: { given: 'text/plain' },
    });
    await put(ticket).send(contactsFile(1)).expect(200);
  });

  it('is refused after its time, and with a made-up key', async () => {
    const list = await world.aContactList();
    const ticket = await ticketFor(list);
    await world.app.db.query(`UPDATE import_uploads SET expires_at = now() WHERE target_id = $1`, [list]);
    await put(ticket).send(contactsFile(1)).expect(404);
    await put({ ...ticket, url: `${ticket.url.slice(0, -4)}AAAA` })
      .send(contactsFile(1))
      .expect(404);
    expect(await isEmpty(list)).toBe(true);
  });

  it('stores the key only as a hash', async () => {
    const { uploadKey } = await ticketFor(await world.aContactList());
    const [row] = await world.app.db.query<{ n: number }[]>(
      `SELECT count(*)::int AS n FROM import_uploads u WHERE u::text LIKE '%' || $1 || '%'`,
      [uploadKey],
    );
    expect(row).toEqual({ n: 0 });
  });

  it('is refused above 1 GiB with the limit, before the file is sent', async () => {
    const ticket = await ticketFor(await world.aContactList());
    const answer = await new Promise<{ status?: number; body: string }>((resolve, reject) => {
      const headers = { 'content-type': 'text/csv', 'content-length': String(1024 ** 3 + 1) };
      const request = http.request(ticket.url, { method: 'PUT', headers }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => {
          resolve({ status: response.statusCode, body });
          request.destroy();
        });
      });
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.body)).toMatchObject({ limit: { namespace: 'outbound', value: 1024 ** 3 } });
  });

  it('is refused while another import runs', async () => {
    const list = await world.aContactList();
    const ticket = await ticketFor(list);
    await world.app.db.query(
      `INSERT INTO import_runs (kind, target_id, state, file_name, lease_token, lease_until)
       VALUES ('contact-list', $1, 'running', gen_random_uuid()::text, gen_random_uuid(), now() + interval '1 hour')`,
      [list],
    );
    const refused = await put(ticket).send(contactsFile(1)).expect(409);
    expect(refused.body).toMatchObject({ code: 'contact.list.import.in.progress', entityId: list });
    const deletion = await world.app.admin.delete(`${CONTACT_LISTS}/${list}`).expect(409);
    expect(deletion.body).toMatchObject({ code: 'contact.list.import.in.progress' });
    const view = await world.app.admin.get(`${CONTACT_LISTS}/${list}?includeImportStatus=true`).expect(200);
    expect(view.body).toMatchObject({ importStatus: { state: 'IN_PROGRESS' } });
  });

  it('is only handed out for what is offered', async () => {
    const refused = await world.app.admin
      .post(`${CONTACT_LISTS}/uploads`)
      .send({ contentType: 'application/pdf', importTemplateId: 'x' })
      .expect(400);
    const { details } = refused.body as { details: { fieldName: string }[] };
    expect(details.map(({ fieldName }) => fieldName)).toEqual(['contentType', 'id', 'importTemplateId']);
  });
});

describe('uploading by form', () => {
  it('imports contacts, whatever the order of the fields', async () => {
    const list = await world.aContactList();
    await world.app.admin
      .post(FORM)
      .attach('file', Buffer.from(contactsFile(2)), 'contacts.csv')
      .field('contact-id-name', 'id')
      .field('fileType', 'contactlist')
      .field('id', list)
      .expect(200);
    await finished(CONTACT_LISTS, list);
    await world.app.admin.get(`${CONTACT_LISTS}/${list}/contacts/1`).expect(200);
  });

  it('imports DNC numbers of the columns that are named', async () => {
    const list = await world.aDncList();
    await world.app.admin
      .post(FORM)
      .field('fileType', 'dnclist')
      .field('id', list)
      .field('whatsAppColumns', 'a, c')
      .attach('file', Buffer.from('a,b,c\n4915112345678,4915112345679,4915112345670\n'), 'dnc.csv')
      .expect(200);
    await finished(DNC_LISTS, list);
    const { body } = await world.app.admin.get(`${DNC_LISTS}/${list}?includeSize=true`).expect(200);
    expect(body).toMatchObject({ size: 2 });
  });

  it('is refused with everything that is missing', async () => {
    const refused = await world.app.admin.post(FORM).field('fileType', 'x').expect(400);
    const { details } = refused.body as { details: { fieldName: string }[] };
    expect(details.map(({ fieldName }) => fieldName)).toEqual(['file', 'fileType', 'id']);
    await world.app.admin.post(FORM).send({}).expect(400);
  });

  it('needs the permission of the kind, in the division of the list', async () => {
    const south = await world.app.createDivision('Upload South');
    const list = await world.aContactList({ divisionId: south });
    const upload = async (permissions: Permission[], divisions?: string[]) =>
      (await world.app.as(permissions, divisions))
        .post(FORM)
        .field('fileType', 'contactlist')
        .field('id', list)
        .attach('file', Buffer.from(contactsFile(1)), 'contacts.csv');
    expect((await upload(['outbound:contactList:view'])).status).toBe(403);
    expect((await upload(['outbound:dncList:upload'])).status).toBe(403);
    const elsewhere = await upload(['outbound:contactList:upload'], [world.app.homeDivisionId]);
    expect(elsewhere.status).toBe(404);
    expect(elsewhere.body).toMatchObject({ code: 'contact.list.not.found' });
    expect(await isEmpty(list)).toBe(true);
    expect((await upload(['outbound:contactList:upload'], [south])).status).toBe(200);
    await finished(CONTACT_LISTS, list);
    await world.app.anonymous.post(FORM).expect(401);
  });
});

describe('an import nobody was told of', () => {
  it('is found by the sweeper', async () => {
    const list = await world.aContactList();
    await world.queue('contact-list', list, contactsFile(5));
    expect(await finished(CONTACT_LISTS, list)).toMatchObject({ completedRecords: 5 });
  });

  it('is found when its worker died', async () => {
    const list = await world.aContactList();
    const run = await world.queue('contact-list', list, contactsFile(5));
    await world.app.db.query(
      `UPDATE import_runs SET state = 'running', lease_token = gen_random_uuid(), lease_until = now()
        WHERE id = $1 AND state = 'queued'`,
      [run],
    );
    expect(await finished(CONTACT_LISTS, list)).toMatchObject({ completedRecords: 5 });
    expect(await world.sizes(list)).toEqual({ counter: 5, rows: 5 });
  });
});
