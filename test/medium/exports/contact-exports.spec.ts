import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Response } from 'supertest';
import type request from 'supertest';
import { ExportsService } from '../../../src/modules/exports/index.js';
import { ExportRunner } from '../../../src/modules/exports/runs/export-runner.service.js';
import { ExportsProcessor } from '../../../src/modules/exports/exports.processor.js';
import { ExportsSweeper } from '../../../src/modules/exports/exports.sweeper.js';
import { Config } from '../../../src/platform/config/config.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

const LISTS = '/api/v2/outbound/contactlists';
const COLUMNS = ['wa', 'name', '=note'];
// What breaks a CSV, what a spreadsheet would run, and what must stay as it is.
const CELLS = [
  '=1+1',
  "'=1",
  '+49 151 1',
  '-2+A1',
  '@x',
  'a,b;"c"',
  'two\nlines',
  ' padded ',
  "it's",
  'Zoë',
  '',
];

describe('exports of contact lists', () => {
  let app: TestApp;
  let listId: string;

  beforeAll(async () => {
    app = await startTestApp({ role: 'all' });
    listId = await aList('Customers');
    const contacts = CELLS.map((cell, at) => ({
      id: `c${at}`,
      data: { wa: `49151123456${10 + at}`, name: cell, '=note': cell.toUpperCase() },
      contactableStatus:
        at === 1 ? { WhatsApp: { contactable: true, columnStatus: { wa: { contactable: false } } } } : {},
    }));
    await app.admin.post(`${LISTS}/${listId}/contacts`).send(contacts).expect(200);
  });

  afterAll(() => app?.close());

  async function aList(name: string): Promise<string> {
    const whatsAppColumns = [{ columnName: 'wa', type: 'cell' }];
    const body = { name, columnNames: COLUMNS, whatsAppColumns, trimWhitespace: false };
    const { body: list } = await app.admin.post(LISTS).send(body).expect(200);
    return list.id;
  }

  const file = (response: Response): string => (response.body as Buffer).toString();
  const asBuffer = (test: request.Test): request.Test =>
    test.buffer(true).parse((stream, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => done(null, Buffer.concat(chunks)));
    });

  async function exported(id: string, body: object = {}): Promise<string> {
    await app.admin.post(`${LISTS}/${id}/export`).send(body).expect(200);
    return writtenOf(id);
  }

  function writtenOf(id: string): Promise<string> {
    return eventually('the export', async () => {
      const { body: found } = await app.admin.get(`${LISTS}/${id}/export`).expect(200);
      return new URL(found.uri).pathname;
    });
  }

  async function download(uri: string): Promise<Response> {
    const { headers } = await app.admin.get(uri).expect(302);
    const { pathname, search } = new URL(headers.location!);
    return asBuffer(app.anonymous.get(pathname + search)).expect(200);
  }

  const data = async (id: string) => {
    const { body } = await app.admin.post(`${LISTS}/${id}/contacts/search`).send({}).expect(200);
    return body.entities.map((contact: { id: string; data: object }) => [contact.id, contact.data]);
  };

  it('come back as they were by an import, with what campaigns noted beside them', async () => {
    const response = await download(await exported(listId));
    expect(response.headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(response.headers['content-disposition']).toMatch(/^attachment; filename="Customers.csv"/u);
    const csv = file(response);
    const [header] = csv.split('\n');
    expect(header).toBe(
      "inin-outbound-id,wa,name,'=note,ContactCallable,ContactableByWhatsApp,ContactableByWhatsApp-wa," +
        'WhatsAppLastAttempt-wa,WhatsAppLastResult-wa',
    );
    expect(csv).toContain("c0,4915112345610,'=1+1,'=1+1,true,true,true,,\n");
    expect(csv).toContain("c1,4915112345611,''=1,''=1,true,true,false,,\n");
    expect(csv).toContain('c2,4915112345612,+49 151 1,+49 151 1,');

    const copy = await aList('Copy');
    await app.admin
      .post('/uploads/v2/contactlist')
      .field({ fileType: 'contactlist', id: copy, 'contact-id-name': 'inin-outbound-id' })
      .attach('file', Buffer.from(csv), 'file.csv')
      .expect(200);
    await eventually('the import', async () => (await data(copy)).length === CELLS.length);
    expect(await data(copy)).toEqual(await data(listId));
  });

  it('are written again, whole, when their connection was lost meanwhile', async () => {
    const id = await aList('Cut off');
    const contacts = [1, 2].map((at) => ({
      id: `c${at}`,
      data: { wa: `491511234561${at}`, name: '', '=note': '' },
    }));
    await app.admin.post(`${LISTS}/${id}/contacts`).send(contacts).expect(200);
    await app.db.transaction(async (lock) => {
      await lock.query('LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE');
      await app.admin.post(`${LISTS}/${id}/export`).send({}).expect(200);
      await eventually('the end of the session that copies', async () => {
        const [{ ended }] = await app.db.query<[{ ended: number }]>(
          `SELECT count(pg_terminate_backend(pid))::int AS ended FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'COPY (%' AND wait_event_type = 'Lock'`,
        );
        return ended > 0;
      });
    });
    expect(file(await download(await writtenOf(id))).split('\n')).toHaveLength(4);
  });

  it('hold the contacts that were asked for, laid out as asked', async () => {
    const ids = await download(
      await exported(listId, { contactIds: ['c9', 'c4', 'nobody'], delimiter: ';', bom: true }),
    );
    const lines = file(ids).split('\n');
    expect(lines[0]).toMatch(/^\uFEFFinin-outbound-id;wa;/u);
    expect(lines.slice(1).map((line) => line.split(';')[0])).toEqual(['c4', 'c9', '']);
    const predicates = [{ column: 'name', columnType: 'alphabetic', operator: 'CONTAINS', value: 'zoë' }];
    const criteria = { clauses: [{ predicates }] };
    const found = await download(await exported(listId, { criteria }));
    expect(file(found).trim().split('\n')).toHaveLength(2);
    const xlsx = await download(await exported(listId, { format: 'xlsx' }));
    expect(xlsx.headers['content-type']).toContain('spreadsheetml');
    expect((xlsx.body as Buffer).subarray(0, 2).toString()).toBe('PK');
  });

  it.each(['form', 'upload URL'])('come back from a workbook as well, by the %s', async (door) => {
    const workbook = (await download(await exported(listId, { format: 'xlsx' }))).body as Buffer;
    const contentType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    const copy = await aList(`Copy by the ${door}`);
    if (door === 'form') {
      await app.admin
        .post('/uploads/v2/contactlist')
        .field({ fileType: 'contactlist', id: copy, 'contact-id-name': 'inin-outbound-id' })
        .attach('file', workbook, { filename: 'file.xlsx', contentType })
        .expect(200);
    } else {
      const wish = { id: copy, contentType, contactIdName: 'inin-outbound-id' };
      const { body } = await app.admin.post(`${LISTS}/uploads`).send(wish).expect(200);
      const { pathname, search } = new URL(body.url);
      await app.anonymous
        .put(pathname + search)
        .set('content-type', contentType)
        .send(workbook)
        .expect(200);
    }
    await eventually('the import', async () => (await data(copy)).length === CELLS.length);
    expect(await data(copy)).toEqual(await data(listId));
  });

  it('are refused with everything that is wrong with the request', async () => {
    const body = { contactIds: [], format: 'pdf' };
    await app.admin.post(`${LISTS}/${listId}/export`).send(body).expect(400);
    const none = await app.admin.post(`${LISTS}/${listId}/export`).send({ contactIds: [] }).expect(400);
    expect(none.body.code).toBe('no.contacts.specified');
    const two = { contactIds: ['c1'], criteria: { clauses: [] } };
    expect((await app.admin.post(`${LISTS}/${listId}/export`).send(two).expect(400)).body.code).toBe(
      'bad.request',
    );
  });

  it('open to those who may see the contacts, and to links that nobody changed', async () => {
    const uri = await exported(listId);
    const { body } = await app.admin.get(`${uri}?issueRedirect=false`).expect(200);
    const link = new URL(body.url);
    await app.anonymous.get(link.pathname + link.search).expect(200);
    for (const [name, value] of [
      ['expires', '9999999999'],
      ['inline', 'true'],
      ['signature', 'x'],
    ] as const) {
      const forged = new URL(body.url);
      forged.searchParams.set(name, value);
      await app.anonymous.get(forged.pathname + forged.search).expect(404);
    }
    const half = await app.as(['outbound:contactList:view']);
    await half.get(uri).expect(404);
    const elsewhere = await app.as(
      ['outbound:contactList:view', 'outbound:contact:view'],
      [await app.createDivision('Elsewhere')],
    );
    await elsewhere.get(uri).expect(404);
    await app.admin.get(`${LISTS}/${listId}/export?download=true`).expect(302);
  });

  it('are written once, and again from the beginning after a crash', async () => {
    const id = await app.app.get(ExportsService, { strict: false }).start({
      kind: 'contact-list',
      subjectId: listId,
      ownerId: listId,
      options: { purpose: 'test', at: new Date().toISOString() },
      name: 'crash',
    });
    const state = async () => (await app.app.get(ExportsService, { strict: false }).find([id]))[0];
    await eventually('the export', async () => (await state())?.state === 'complete');
    const first = await state();
    // As a worker leaves it that was killed.
    await app.db.query(
      `UPDATE export_files SET state = 'running', file_name = NULL, finished_at = NULL,
              lease_token = gen_random_uuid(), lease_until = now() - interval '1 second' WHERE id = $1`,
      [id],
    );
    const runner = app.app.get(ExportRunner, { strict: false });
    await Promise.all([1, 2, 3].map(() => runner.run(id, new AbortController().signal)));
    await eventually('the export', async () => (await state())?.state === 'complete');
    const second = await state();
    expect(second?.fileName).not.toBe(first?.fileName);
    expect(second).toMatchObject({ rowCount: CELLS.length, sizeBytes: first?.sizeBytes });
  });

  it('are deleted when they expire and with their list, files included', async () => {
    const folder = path.join(app.app.get(Config, { strict: false }).dataDir, 'exports');
    const other = await aList('Short-lived');
    await exported(other);
    const [kept] = await app.db.query(`SELECT file_name AS name FROM export_files WHERE subject_id = $1`, [
      other,
    ]);
    expect((await stat(path.join(folder, kept.name))).mode & 0o777).toBe(0o600);
    await app.admin.delete(`${LISTS}/${other}`).expect(200);
    await eventually('the removal', async () => !(await readdir(folder)).includes(kept.name));
    await app.db.query(`UPDATE export_files SET expires_at = now() - interval '1 second'`);
    await app.app.get(ExportsSweeper, { strict: false }).clean();
    const own = (await readdir(folder)).filter((name) => !name.endsWith('.part'));
    const [{ count }] = await app.db.query(`SELECT count(*)::int AS count FROM export_files`);
    expect({ count, own: own.length }).toEqual({ count: 0, own: 1 });
  });

  it('are given back by a worker that stops in their middle', async () => {
    await app.db.transaction(async (lock) => {
      await lock.query('LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE');
      await app.admin.post(`${LISTS}/${listId}/export`).send({}).expect(200);
      await eventually('the session that copies', async () => {
        const copying = await app.db.query(
          `SELECT FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'COPY (%' AND wait_event_type = 'Lock'`,
        );
        return copying.length > 0;
      });
      await app.app.get(ExportsProcessor, { strict: false }).onModuleDestroy();
      const [newest] = await app.db.query(
        `SELECT state FROM export_files WHERE subject_id = $1 ORDER BY created_at DESC LIMIT 1`,
        [listId],
      );
      expect(newest).toEqual({ state: 'queued' });
    });
  });
});
