import type { ImportTarget } from '../../../src/modules/imports/import-target.js';
import { contactsFile, ImportWorld } from './import-fixtures.js';

let world: ImportWorld;
beforeAll(async () => {
  world = await ImportWorld.start();
});
afterAll(() => world.close());

const never = new AbortController().signal;

/** Does `before` ahead of each batch; it gets the number of the batch, from 1. */
function beforeBatch(before: (batch: number) => unknown): (target: ImportTarget) => ImportTarget {
  let batches = 0;
  return (target) => ({
    ...target,
    kind: target.kind,
    getName: (scope, id) => target.getName(scope, id),
    readForm: (fields) => target.readForm(fields),
    check: (scope, id, options) => target.check(scope, id, options),
    begin: async (id, options, head) => {
      const session = await target.begin(id, options, head);
      if (Array.isArray(session)) return session;
      return {
        newBatch: () => {
          const batch = session.newBatch();
          return {
            add: (rows) => batch.add(rows),
            write: async () => {
              await before(++batches);
              return batch.write();
            },
          };
        },
      };
    },
  });
}

const expireLease = (runId: string): Promise<unknown> =>
  world.app.db.query(`UPDATE import_runs SET lease_until = now() - interval '1 second' WHERE id = $1`, [
    runId,
  ]);

describe('an import that is interrupted', () => {
  const RECORDS = 9_000;
  const finished = { state: 'complete', completed: RECORDS, added: RECORDS, rejected: 0 };

  async function expectComplete(list: string): Promise<void> {
    const ids = (await world.contacts(list)).map(({ id }) => Number(id));
    expect(ids).toEqual(Array.from({ length: RECORDS }, (_, at) => at));
    expect(await world.sizes(list)).toEqual({ counter: RECORDS, rows: RECORDS });
  }

  it('by a shutdown finishes its batch, gives the run back and goes on from there', async () => {
    const list = await world.aContactList();
    const run = await world.queue('contact-list', list, contactsFile(RECORDS));
    const stop = new AbortController();
    await world.worker(beforeBatch((batch) => batch === 2 && stop.abort())).run(run, stop.signal);
    expect(await world.state(run)).toMatchObject({ state: 'queued', completed: 4_000 });
    expect(await world.runs.findDue()).toContain(run);
    await world.worker().run(run, never);
    expect(await world.state(run)).toMatchObject(finished);
    await expectComplete(list);
  });

  it('by a crash in the middle of a batch loses and doubles nothing', async () => {
    const list = await world.aContactList();
    const run = await world.queue('contact-list', list, contactsFile(RECORDS));
    const crash = beforeBatch((batch) => {
      if (batch === 3) throw new Error('power cut');
    });
    await world.worker(crash).run(run, never);
    expect(await world.state(run)).toMatchObject({ state: 'running', completed: 4_000 });
    await world.worker().run(run, never);
    expect(await world.state(run)).toMatchObject({ state: 'running', completed: 4_000 });
    expect(await world.runs.findDue()).not.toContain(run);
    await expireLease(run);
    expect(await world.runs.findDue()).toContain(run);
    await world.worker().run(run, never);
    expect(await world.state(run)).toMatchObject(finished);
    await expectComplete(list);
  });

  it('by the loss of its connection in the middle of a COPY shows nothing of the batch and goes on', async () => {
    const list = await world.aContactList();
    const run = await world.queue('contact-list', list, contactsFile(RECORDS));
    await world.cutConnectionAt('5500');
    await world.worker().run(run, never);
    expect(await world.state(run)).toMatchObject({ state: 'running', completed: 4_000 });
    expect(await world.imports.status('contact-list', list)).toMatchObject({
      state: 'IN_PROGRESS',
      totalRecords: RECORDS,
      completedRecords: 4_000,
      percentComplete: 44,
    });
    expect(await world.sizes(list)).toEqual({ counter: 4_000, rows: 4_000 });
    await expireLease(run);
    await world.worker().run(run, never);
    expect(await world.state(run)).toMatchObject(finished);
    await expectComplete(list);
  });

  it('by somebody who takes a contact away and adds one that is still to come updates that one', async () => {
    const list = await world.aContactList();
    const run = await world.queue('contact-list', list, contactsFile(RECORDS), { contactIdName: 'id' });
    const swap = beforeBatch(async (batch) => {
      if (batch !== 2) return;
      await world.app.db.query(`DELETE FROM contacts WHERE contact_list_id = $1 AND contact_id = '5'`, [
        list,
      ]);
      await world.app.db.query(
        `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids) VALUES ($1, '5500', '{}', '{}')`,
        [list],
      );
    });
    await world.worker(swap).run(run, never);
    expect(await world.state(run)).toMatchObject({ state: 'running', completed: 4_000 });
    await expireLease(run);
    await world.worker().run(run, never);
    expect(await world.state(run)).toMatchObject({ ...finished, added: RECORDS - 1, updated: 1 });
    const ids = (await world.contacts(list)).map(({ id }) => Number(id)).sort((a, b) => a - b);
    expect(ids).toEqual(Array.from({ length: RECORDS }, (_, at) => at).filter((id) => id !== 5));
    expect(await world.sizes(list)).toEqual({ counter: RECORDS - 1, rows: RECORDS - 1 });
  });

  it('by losing its lease writes nothing more', async () => {
    const list = await world.aContactList();
    const run = await world.queue('contact-list', list, contactsFile(RECORDS));
    const takeAway = beforeBatch(async (batch) => {
      if (batch !== 2) return;
      const taken = `UPDATE import_runs SET lease_token = gen_random_uuid() WHERE id = $1`;
      await world.uow.manager.query(taken, [run]);
    });
    await world.worker(takeAway).run(run, never);
    expect(await world.state(run)).toMatchObject({ state: 'running', completed: 4_000 });
    expect(await world.sizes(list)).toEqual({ counter: 4_000, rows: 4_000 });
    await expireLease(run);
    await world.worker().run(run, never);
    await expectComplete(list);
  });

  it('runs once when two workers are told of it', async () => {
    const list = await world.aContactList();
    const run = await world.queue('contact-list', list, contactsFile(RECORDS));
    await Promise.all([world.worker().run(run, never), world.worker().run(run, never)]);
    expect(await world.state(run)).toMatchObject(finished);
    await expectComplete(list);
  });

  it('gives up after five more attempts at the same batch and says where', async () => {
    const list = await world.aContactList();
    const run = await world.queue('contact-list', list, contactsFile(RECORDS));
    const broken = world.worker(
      beforeBatch((batch) => {
        if (batch > 1) throw new Error('always');
      }),
    );
    for (let attempt = 1; attempt <= 7; attempt++) {
      if (attempt > 1) await expireLease(run);
      await broken.run(run, never);
    }
    expect(await world.state(run)).toMatchObject({
      state: 'failed',
      completed: 2_000,
      code: 'IMPORT_INTERNAL_ERROR',
      message: expect.stringContaining('behind record 2000'),
    });
    expect(await world.sizes(list)).toEqual({ counter: 2_000, rows: 2_000 });
  });

  it('by the loss of its file fails and says so', async () => {
    const list = await world.aContactList();
    const run = await world.queue('contact-list', list, contactsFile(1));
    for (const name of await world.spool.namesOlderThan(-1_000)) await world.spool.remove(name);
    await world.worker().run(run, never);
    expect(await world.state(run)).toMatchObject({ state: 'failed', code: 'IMPORT_FILE_NOT_FOUND' });
  });

  it('by the deletion of its list fails', async () => {
    const list = await world.aContactList();
    const run = await world.queue('contact-list', list, contactsFile(1));
    await world.app.db.query(`DELETE FROM contact_lists WHERE id = $1`, [list]);
    await world.worker().run(run, never);
    expect(await world.state(run)).toMatchObject({ state: 'failed', code: 'IMPORT_LIST_NO_LONGER_EXISTS' });
  });
});
