import type { DataSource } from 'typeorm';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventBus } from '../../../src/platform/events/event-bus.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { openTestDatabase } from '../../support/database.js';

class Happened {
  constructor(readonly what: string) {}
}

class SomethingElse {}

describe('the unit of work', () => {
  let db: DataSource;
  let close: () => Promise<void>;
  let uow: UnitOfWork;

  beforeAll(async () => {
    const database = await openTestDatabase();
    db = database.db;
    close = () => database.close();
    await db.query('CREATE TABLE notes (text text)');
  });

  beforeEach(async () => {
    await db.query('DELETE FROM notes');
    uow = new UnitOfWork(db, new Logger({ logLevel: 'silent', logFormat: 'json', processRole: 'api' }));
  });

  afterAll(() => close());

  const write = (text: string) => uow.manager.query('INSERT INTO notes VALUES ($1)', [text]);
  const notes = async () =>
    (await db.query<{ text: string }[]>('SELECT text FROM notes')).map(({ text }) => text);

  it('commits everything or nothing, over several services', async () => {
    await uow.run(async () => {
      await write('one');
      await uow.run(() => write('two'));
      expect(await notes()).toEqual([]);
    });
    expect(await notes()).toEqual(['one', 'two']);
    const failing = uow.run(async () => {
      await write('three');
      await uow.run(() => Promise.reject(new Error('no')));
    });
    await expect(failing).rejects.toThrow('no');
    expect(await notes()).toEqual(['one', 'two']);
  });

  it('does effects after the commit only, in order, and none after a rollback', async () => {
    const seen: string[] = [];
    await uow.run(async () => {
      await uow.afterCommit(async () => seen.push(`first: ${(await notes()).join()}`));
      await uow.afterCommit(() => seen.push('second'));
      await write('x');
      expect(seen).toEqual([]);
    });
    expect(seen).toEqual(['first: x', 'second']);
    await uow
      .run(async () => {
        await uow.afterCommit(() => seen.push('never'));
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    expect(seen).toHaveLength(2);
  });

  it('does not fail what is committed because an effect failed', async () => {
    const work = uow.run(async () => {
      await uow.afterCommit(() => Promise.reject(new Error('Redis is away')));
      await write('kept');
      return 'done';
    });
    await expect(work).resolves.toBe('done');
    expect(await notes()).toEqual(['kept']);
  });

  it('keeps transactions that run at once apart', async () => {
    const results = await Promise.allSettled([
      uow.run(() => write('a')),
      uow.run(async () => {
        await write('b');
        throw new Error('no');
      }),
      uow.run(() => write('c')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await notes()).sort()).toEqual(['a', 'c']);
  });

  it('delivers events of a class to its listeners after the commit', async () => {
    const bus = new EventBus(uow);
    const heard: string[] = [];
    bus.on(Happened, ({ what }) => heard.push(what));
    bus.on(SomethingElse, () => heard.push('wrong'));
    await uow.run(async () => {
      await bus.publish(new Happened('in a transaction'));
      expect(heard).toEqual([]);
    });
    await bus.publish(new Happened('outside'));
    expect(heard).toEqual(['in a transaction', 'outside']);
  });
});
