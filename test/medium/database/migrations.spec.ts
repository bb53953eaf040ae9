import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../../src/database/data-source-options.js';
import { migrate } from '../../../src/database/migrate.js';
import { migrations } from '../../../src/database/migrations/index.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';

const ALL = migrations.map(({ name }) => name);

describe('migrations', () => {
  let database: TestDatabase;

  beforeEach(async () => {
    database = await createEmptyDatabase();
  });

  afterEach(() => database.drop());

  async function recorded(): Promise<string[]> {
    const db = await new DataSource(dataSourceOptions(database.url, 1)).initialize();
    try {
      const rows = await db.query<{ name: string }[]>(`SELECT name FROM schema_migrations ORDER BY id`);
      return rows.map(({ name }) => name);
    } finally {
      await db.destroy();
    }
  }

  it('run on an empty database in the order of their numbers', async () => {
    expect(await migrate(database.url)).toEqual(ALL);
    expect(await recorded()).toEqual(ALL);
  });

  it('have nothing to do the second time', async () => {
    await migrate(database.url);
    expect(await migrate(database.url)).toEqual([]);
  });

  it('run once when several processes start together, one after the other', async () => {
    let inside = 0;
    const overlaps: number[] = [];
    const afterwards = async (db: DataSource): Promise<void> => {
      overlaps.push((inside += 1));
      await db.query('SELECT pg_sleep(0.05)');
      inside -= 1;
    };
    const results = await Promise.all([1, 2, 3].map(() => migrate(database.url, afterwards)));
    expect(results.flat()).toEqual(ALL);
    expect(overlaps).toEqual([1, 1, 1]);
    expect(await recorded()).toEqual(ALL);
  });

  it('leave the lock free when what follows them fails', async () => {
    const failing = migrate(database.url, () => Promise.reject(new Error('no organisation')));
    await expect(failing).rejects.toThrow('no organisation');
    expect(await migrate(database.url)).toEqual([]);
  });
});
