import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { migrate } from '../../src/database/migrate.js';
import { bootstrapOrganization } from '../../src/modules/access/index.js';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { DataSource } from 'typeorm';
import os from 'node:os';
import path from 'node:path';

const TEMPLATE = 'depesche_template';
const TEMPLATE_LOCK = 77_001;

/** Whoever may do everything in a database for tests. */
export const TEST_ADMIN = { clientId: 'admin', clientSecret: 'admin-secret-of-tests' };

/** Address of the test server's maintenance database. */
export function testServerUrl(): string {
  const url = process.env.DEPESCHE_TEST_PG;
  if (!url) throw new Error('DEPESCHE_TEST_PG is not set: run the tests by npm test');
  return url;
}

export function testRedisUrl(): string {
  const url = process.env.DEPESCHE_TEST_REDIS;
  if (!url) throw new Error('DEPESCHE_TEST_REDIS is not set: run the tests by npm test');
  return url;
}

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** A database of its own, already migrated and with the first organisation in it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  return createDatabase(async (server) => {
    await ensureTemplate(server);
    return `TEMPLATE ${TEMPLATE}`;
  });
}

async function createDatabase(origin: (server: pg.Client) => Promise<string>): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withServer(
    async (server) => void (await server.query(`CREATE DATABASE ${name} ${await origin(server)}`)),
  );
  return {
    url: urlOf(name),
    drop: () =>
      withServer(async (server) => void (await server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}

/** A database of its own with nothing in it, as a new installation finds it. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase(() => Promise.resolve(''));
}

/** An open connection pool to a database of its own. */
export async function openTestDatabase(): Promise<{ db: DataSource; url: string; close(): Promise<void> }> {
  const database = await createTestDatabase();
  const db = await new DataSource(dataSourceOptions(database.url, 5)).initialize();
  return {
    db,
    url: database.url,
    close: async () => {
      await db.destroy();
      await database.drop();
    },
  };
}

async function ensureTemplate(server: pg.Client): Promise<void> {
  await server.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await server.query('SELECT FROM pg_database WHERE datname = $1', [`${TEMPLATE}`]);
    if (rowCount) return;
    await server.query(`CREATE DATABASE ${TEMPLATE}_building`);
    const config = loadConfig({
      ADMIN_CLIENT_ID: TEST_ADMIN.clientId,
      ADMIN_CLIENT_SECRET: TEST_ADMIN.clientSecret,
      ADMIN_PASSWORD: 'admin-password-of-tests',
      DATA_DIR: path.join(os.tmpdir(), 'depesche-test-data'),
    });
    await migrate(urlOf(`${TEMPLATE}_building`), (db) => bootstrapOrganization(db, config));
    await server.query(`ALTER DATABASE ${TEMPLATE}_building RENAME TO ${TEMPLATE}`);
  } finally {
    await server.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

async function withServer<T>(work: (server: pg.Client) => Promise<T>): Promise<T> {
  const server = new pg.Client({ connectionString: testServerUrl() });
  await server.connect();
  try {
    return await work(server);
  } finally {
    await server.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(testServerUrl());
  url.pathname = `/${database}`;
  return url.toString();
}
