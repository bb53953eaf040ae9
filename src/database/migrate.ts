import { DataSource } from 'typeorm';
import { dataSourceOptions } from './data-source-options.js';

// Any number; all processes of an installation use the same.
const MIGRATION_LOCK = 4_715_112;

/**
 * Brings the schema up to date, one process at a time however many start at once, then runs `afterwards` under the
 * same lock. Returns the names of the migrations that ran.
 */
export async function migrate(
  url: string,
  afterwards?: (db: DataSource) => Promise<void>,
): Promise<string[]> {
  const db = await new DataSource(dataSourceOptions(url, 3)).initialize();
  const lock = db.createQueryRunner();
  try {
    // Held by a transaction, not by the session: a pooler gives each transaction any session.
    await lock.startTransaction();
    await lock.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const done = await db.runMigrations();
    await afterwards?.(db);
    return done.map((migration) => migration.name);
  } finally {
    if (lock.isTransactionActive) await lock.rollbackTransaction().catch(() => undefined);
    await lock.release();
    await db.destroy();
  }
}
