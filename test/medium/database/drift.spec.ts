import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../../../src/database/data-source-options.js';
import { migrate } from '../../../src/database/migrate.js';
import { createEmptyDatabase, type TestDatabase } from '../../support/database.js';

// What an entity cannot say lives in the migration only: CHECKs, and indexes on expressions, with a
// condition or with a rule of their own for NULL.
// TypeORM would drop them; anything else that it would do is drift.
const KNOWN_TO_MIGRATIONS_ONLY = `
  SELECT conname AS name FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace
  UNION ALL
  SELECT indexrelid::regclass::text FROM pg_index
   WHERE indexprs IS NOT NULL OR indpred IS NOT NULL OR indnullsnotdistinct`;

const DROP = /^(?:DROP INDEX "public"\."|ALTER TABLE "\w+" DROP CONSTRAINT ")(\w+)"$/u;

describe('the entities', () => {
  let database: TestDatabase;
  let db: DataSource;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    await migrate(database.url);
    db = await new DataSource(dataSourceOptions(database.url, 2)).initialize();
  });

  afterAll(async () => {
    await db?.destroy();
    await database?.drop();
  });

  async function drift(): Promise<string[]> {
    const rows = await db.query<{ name: string }[]>(KNOWN_TO_MIGRATIONS_ONLY);
    const kept = new Set(rows.map(({ name }) => name));
    const { upQueries } = await db.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query).filter((query) => !kept.has(DROP.exec(query)?.[1] ?? ''));
  }

  it('describe the tables as the migrations made them', async () => {
    expect(await drift()).toEqual([]);
  });

  it('are compared for real: a column, a default, a key and an index too many are each noticed', async () => {
    await db.query(`ALTER TABLE users ADD COLUMN nickname text`);
    await db.query(`ALTER TABLE divisions ALTER COLUMN description SET DEFAULT 'none'`);
    await db.query(`ALTER TABLE grants DROP CONSTRAINT grants_role_fk`);
    await db.query(`CREATE INDEX users_name_idx ON users (name)`);
    const found = (await drift()).join('\n');
    expect(found).toContain('"users" DROP COLUMN "nickname"');
    expect(found).toContain('"divisions" ALTER COLUMN "description" SET DEFAULT');
    expect(found).toContain('"grants_role_fk"');
    expect(found).toContain('"users_name_idx"');
  });
});
