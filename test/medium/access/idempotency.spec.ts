import { randomUUID } from 'node:crypto';
import { IdempotencyStore } from '../../../src/modules/access/idempotency/idempotency.store.js';
import { type Client, startTestApp, type TestApp } from '../../support/app.js';

const LISTS = '/api/v2/outbound/contactlists';

describe('Idempotency-Key', () => {
  let app: TestApp;
  let store: IdempotencyStore;

  beforeAll(async () => {
    app = await startTestApp();
    store = app.app.get(IdempotencyStore, { strict: false });
  });

  afterAll(() => app?.close());

  const aList = (name = `List ${randomUUID()}`) => ({
    name,
    columnNames: ['wa'],
    whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
  });
  const create = (key: string, body: object, client: Client = app.admin) =>
    client.post(LISTS).set('idempotency-key', key).send(body);
  const count = async (name: string): Promise<number> => {
    const [row] = await app.db.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM contact_lists WHERE name = $1`,
      [name],
    );
    return row.count;
  };

  it('answers a repetition with the first answer and does nothing again', async () => {
    const [key, body] = [randomUUID(), aList()];
    const first = await create(key, body).expect(200);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    const second = await create(key, body).expect(200);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(second.headers['content-type']).toBe(first.headers['content-type']);
    expect(second.text).toBe(first.text);
    expect(second.headers['inin-ratelimit-count']).toBeDefined();
    expect(await count(body.name)).toBe(1);
  });

  it('repeats refusals as well, and answers without a body', async () => {
    const key = randomUUID();
    const refused = await create(key, { name: '' }).expect(400);
    const again = await create(key, { name: '' }).expect(400);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(refused.body);
    const list = await app.admin.post(LISTS).send(aList()).expect(200);
    const clear = () =>
      app.admin.post(`${LISTS}/${list.body.id}/clear`).set('idempotency-key', randomKey).expect(204);
    const randomKey = randomUUID();
    await clear();
    expect((await clear()).headers['idempotent-replayed']).toBe('true');
  });

  it('refuses the key for another body or another path', async () => {
    const key = randomUUID();
    await create(key, aList()).expect(200);
    const other = aList();
    const { body } = await create(key, other).expect(422);
    expect(body.code).toBe('idempotency.key.reused');
    expect(await count(other.name)).toBe(0);
    const elsewhere = await app.admin
      .post('/api/v2/outbound/dnclists')
      .set('idempotency-key', key)
      .send(aList());
    expect(elsewhere.status).toBe(422);
  });

  it('is a matter of each caller', async () => {
    const key = randomUUID();
    const [mine, theirs] = [aList(), aList()];
    await create(key, mine).expect(200);
    await create(key, theirs, await app.as(['outbound:contactList:add'])).expect(200);
    expect(await count(theirs.name)).toBe(1);
  });

  it('needs the same rights for a repetition', async () => {
    const [key, body] = [randomUUID(), aList()];
    const token = await app.tokenFor(['outbound:contactList:add']);
    await create(key, body, app.withToken(token)).expect(200);
    await app.db.query(
      `UPDATE role_policies SET actions = '{view}' WHERE role_id IN (
      SELECT role_id FROM grants WHERE subject_id = (SELECT max(scope) FROM
        (SELECT split_part(scope, ':', 1) AS scope FROM idempotency_keys WHERE key = $1) k))`,
      [key],
    );
    await create(key, body, app.withToken(token)).expect(403);
  });

  it('lets one of many at once through', async () => {
    const [key, body] = [randomUUID(), aList()];
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(key, body)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses).toContain(200);
    for (const { status, body: answer, headers } of answers) {
      if (status === 409) expect(answer.code).toBe('idempotency.key.in.progress');
      else expect(status).toBe(200);
      if (status === 409) expect(headers['idempotent-replayed']).toBeUndefined();
    }
    expect(
      answers.filter(({ status, headers }) => status === 200 && !headers['idempotent-replayed']),
    ).toHaveLength(1);
    expect(await count(body.name)).toBe(1);
  });

  it('frees the key of a process that died', async () => {
    const [key, body] = [randomUUID(), aList()];
    const token = await app.tokenFor(['outbound:contactList:add']);
    const client = app.withToken(token);
    await create(key, body, client).expect(200);
    await app.db.query(`DELETE FROM contact_lists WHERE name = $1`, [body.name]);
    await app.db.query(
      `UPDATE idempotency_keys SET status = NULL, answer = NULL, lease_until = now() + interval '30 seconds' WHERE key = $1`,
      [key],
    );
    const running = await create(key, body, client).expect(409);
    expect(running.body.code).toBe('idempotency.key.in.progress');
    await app.db.query(
      `UPDATE idempotency_keys SET lease_until = now() - interval '1 second' WHERE key = $1`,
      [key],
    );
    await create(key, aList(), client).expect(422);
    await create(key, body, client).expect(200);
    expect(await count(body.name)).toBe(1);
  });

  it('keeps no key of a request that failed on the server', async () => {
    const [key, body] = [randomUUID(), aList()];
    await app.db.query(`ALTER TABLE contact_lists RENAME TO contact_lists_gone`);
    try {
      await create(key, body).expect(500);
    } finally {
      await app.db.query(`ALTER TABLE contact_lists_gone RENAME TO contact_lists`);
    }
    await create(key, body).expect(200);
  });

  it('keeps answers for 24 hours, encrypted', async () => {
    const [key, body] = [randomUUID(), aList('A name to look for')];
    await create(key, body).expect(200);
    const [row] = await app.db.query<[{ answer: Buffer }]>(
      `SELECT answer FROM idempotency_keys WHERE key = $1`,
      [key],
    );
    expect(row.answer.toString('latin1')).not.toContain('A name to look for');
    await app.db.query(
      `UPDATE idempotency_keys SET created_at = now() - interval '23 hours' WHERE key = $1`,
      [key],
    );
    await store.deleteOld();
    expect((await create(key, body).expect(200)).headers['idempotent-replayed']).toBe('true');
    await app.db.query(
      `UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = $1`,
      [key],
    );
    // Too old, but not cleared away yet: it counts no more, and the list exists.
    await create(key, body).expect(400);
    await app.db.query(
      `UPDATE idempotency_keys SET created_at = now() - interval '25 hours' WHERE key = $1`,
      [key],
    );
    await store.deleteOld();
    const left = await app.db.query<unknown[]>(`SELECT 1 FROM idempotency_keys WHERE key = $1`, [key]);
    expect(left).toEqual([]);
  });

  it('says so when the answer was too large to keep, and does nothing again', async () => {
    const list = await app.admin
      .post(LISTS)
      .send({ ...aList(), columnNames: ['wa', 'text'] })
      .expect(200);
    const contacts = Array.from({ length: 800 }, (_, at) => ({
      id: `c${at}`,
      contactListId: list.body.id,
      data: { wa: String(4915100000000 + at), text: 'x'.repeat(400) },
    }));
    const key = randomUUID();
    const add = () =>
      app.admin.post(`${LISTS}/${list.body.id}/contacts`).set('idempotency-key', key).send(contacts);
    await add().expect(200);
    const again = await add().expect(409);
    expect(again.body).toMatchObject({
      code: 'idempotency.answer.not.kept',
      messageParams: { status: '200' },
    });
  });

  it.each(['', 'with space', 'ümlaut', 'x'.repeat(256)])('refuses the key "%s"', async (key) => {
    const { body } = await app.admin
      .post(LISTS)
      .set('idempotency-key', Buffer.from(key).toString('latin1'))
      .send(aList())
      .expect(400);
    expect(body.code).toBe('idempotency.key.invalid');
  });

  it('is passed over where nothing is created', async () => {
    const read = () => app.admin.get(LISTS).set('idempotency-key', 'any').expect(200);
    await read();
    expect((await read()).headers['idempotent-replayed']).toBeUndefined();
  });
});
