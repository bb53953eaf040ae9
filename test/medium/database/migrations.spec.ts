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

  it('keep the results of messages when these leave their contacts', async () => {
    const at = ALL.indexOf('ContactResultsApart1763769600099');
    const options = { ...dataSourceOptions(database.url, 1), migrations: migrations.slice(0, at) };
    const db = await new DataSource(options).initialize();
    await db.runMigrations();
    const results = (column: string, code: string): string =>
      JSON.stringify({
        [column]: {
          contactColumn: column,
          contactAddress: '4915112345678',
          messageType: 'WhatsApp',
          wrapupCodeId: code,
          timestamp: '2026-11-01T10:05:00.123Z',
        },
      });
    const before = [
      results('wa', 'OUTBOUND-MESSAGE-SENT'),
      '{}',
      results('Mobile 2', 'OUTBOUND-MESSAGE-FAILED'),
    ];
    // Without the list that they belong to.
    await db.query(`SET session_replication_role = replica`);
    await db.query(
      `INSERT INTO contacts (contact_list_id, contact_id, data, latest_whatsapp_evaluations)
       SELECT gen_random_uuid(), n, '{}', results::jsonb FROM unnest($1::text[]) WITH ORDINALITY AS r (results, n)`,
      [before],
    );
    await db.destroy();
    await migrate(database.url);
    const after = await new DataSource(dataSourceOptions(database.url, 1)).initialize();
    const rows = await after.query<{ results: object }[]>(
      `SELECT latest_whatsapp_evaluations AS results FROM contact_evaluations_v ORDER BY seq`,
    );
    await after.destroy();
    expect(rows.map(({ results: kept }) => kept)).toEqual(before.map((text) => JSON.parse(text) as object));
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
