import { CONTACT_LISTS, ImportWorld } from '../imports/import-fixtures.js';

interface Result {
  column: string;
  wrapupCode: string;
  /** Minutes after ten. */
  minute: number;
}

describe('the results of messages on a contact', () => {
  let world: ImportWorld;

  beforeAll(async () => {
    world = await ImportWorld.start();
  });

  afterAll(() => world.close());

  async function aList(...ids: string[]): Promise<string> {
    const list = await world.aContactList();
    await add(list, ids);
    return list;
  }

  const add = (list: string, ids: readonly string[], query = '') =>
    world.app.admin
      .post(`${CONTACT_LISTS}/${list}/contacts${query}`)
      .send(ids.map((id) => ({ id, data: {} })))
      .expect(200);

  async function seqOf(list: string, id: string): Promise<string> {
    const [row] = await world.app.db.query<[{ seq: string }]>(
      `SELECT seq FROM contacts WHERE contact_list_id = $1 AND contact_id = $2`,
      [list, id],
    );
    return row.seq;
  }

  const record = (seq: string, ...results: Result[]) =>
    world.app.db.query(`SELECT record_contact_evaluations($1, $2, $3, $4, $5)`, [
      results.map(() => seq),
      results.map(({ column }) => column),
      results.map(() => '4915112345678'),
      results.map(({ wrapupCode }) => wrapupCode),
      results.map(({ minute }) => new Date(Date.UTC(2026, 10, 1, 10, minute))),
    ]);

  const recordSent = (seq: string) => record(seq, { column: 'wa', wrapupCode: 'SENT', minute: 5 });

  async function resultsOf(list: string, id: string): Promise<object> {
    const { body } = await world.app.admin.get(`${CONTACT_LISTS}/${list}/contacts/${id}`).expect(200);
    return (body as { latestWhatsAppEvaluations: object }).latestWhatsAppEvaluations;
  }

  async function keptOf(...seqs: string[]): Promise<string[]> {
    const rows = await world.app.db.query<{ seq: string }[]>(
      `SELECT contact_seq AS seq FROM contact_evaluations WHERE contact_seq = ANY ($1::bigint[]) ORDER BY 1`,
      [seqs],
    );
    return rows.map(({ seq }) => seq);
  }

  it('are the newest of each column', async () => {
    const list = await aList('c-1');
    const seq = await seqOf(list, 'c-1');
    expect(await resultsOf(list, 'c-1')).toEqual({});
    await record(seq);
    await record(
      seq,
      { column: 'wa', wrapupCode: 'SENT', minute: 5 },
      { column: 'wa', wrapupCode: 'EARLIER', minute: 4 },
      { column: 'other', wrapupCode: 'FAILED', minute: 1 },
    );
    await record(seq, { column: 'wa', wrapupCode: 'TOO-LATE', minute: 3 });
    expect(await resultsOf(list, 'c-1')).toEqual({
      wa: {
        contactColumn: 'wa',
        contactAddress: '4915112345678',
        messageType: 'WhatsApp',
        wrapupCodeId: 'SENT',
        timestamp: '2026-11-01T10:05:00.000Z',
      },
      other: expect.objectContaining({ wrapupCodeId: 'FAILED' }),
    });
    await record(seq, { column: 'wa', wrapupCode: 'AGAIN', minute: 6 });
    expect(await resultsOf(list, 'c-1')).toMatchObject({ wa: { wrapupCodeId: 'AGAIN' } });
  });

  it('stay when the contact is added again, unless it is told to forget them', async () => {
    const list = await aList('kept', 'cleared', 'imported');
    for (const id of ['kept', 'cleared', 'imported']) await recordSent(await seqOf(list, id));
    await add(list, ['kept', 'cleared']);
    expect(await resultsOf(list, 'cleared')).toMatchObject({ wa: { wrapupCodeId: 'SENT' } });
    await add(list, ['cleared', 'new'], '?clearSystemData=true');
    expect(await resultsOf(list, 'cleared')).toEqual({});
    const file = 'id,name,wa\nimported,A,\n';
    await world.import('contact-list', list, file, { contactIdName: 'id' });
    expect(await resultsOf(list, 'imported')).toMatchObject({ wa: { wrapupCodeId: 'SENT' } });
    await world.import('contact-list', list, file, { contactIdName: 'id', clearSystemData: true });
    expect(await resultsOf(list, 'imported')).toEqual({});
    expect(await resultsOf(list, 'kept')).toMatchObject({ wa: { wrapupCodeId: 'SENT' } });
  });

  it('go with the contact, however it goes, and none is noted afterwards', async () => {
    const [one, two, three] = [await aList('a', 'b'), await aList('c'), await aList('d')];
    const a = await seqOf(one, 'a');
    const b = await seqOf(one, 'b');
    const c = await seqOf(two, 'c');
    const d = await seqOf(three, 'd');
    for (const seq of [a, b, c, d]) await recordSent(seq);
    await world.app.admin.delete(`${CONTACT_LISTS}/${one}/contacts/a`).expect(200);
    expect(await keptOf(a, b, c, d)).toEqual([b, c, d]);
    await world.app.admin.post(`${CONTACT_LISTS}/${two}/clear`).expect(204);
    expect(await keptOf(a, b, c, d)).toEqual([b, d]);
    await world.app.admin.delete(`${CONTACT_LISTS}/${three}`).expect(200);
    expect(await keptOf(a, b, c, d)).toEqual([b]);
    await recordSent(a);
    expect(await keptOf(a)).toEqual([]);
  });

  it('wait for whoever is deleting the contact, and whoever deletes it waits for them', async () => {
    const list = await aList('first deleted', 'first noted');
    const [deleted, noted] = [await seqOf(list, 'first deleted'), await seqOf(list, 'first noted')];
    const other = world.app.db.createQueryRunner();
    try {
      await other.startTransaction();
      await other.query(`DELETE FROM contacts WHERE seq = $1`, [deleted]);
      const noting = recordSent(deleted);
      await other.query(`SELECT pg_sleep(0.1)`);
      await other.commitTransaction();
      await noting;
      await other.startTransaction();
      await other.query(
        `SELECT record_contact_evaluations(ARRAY[$1::bigint], '{wa}', '{49}', '{SENT}', ARRAY[now()])`,
        [noted],
      );
      const deleting = world.app.db.query(`DELETE FROM contacts WHERE seq = $1`, [noted]);
      await other.query(`SELECT pg_sleep(0.1)`);
      await other.commitTransaction();
      await deleting;
    } finally {
      await other.release();
    }
    expect(await keptOf(deleted, noted)).toEqual([]);
  });
});
