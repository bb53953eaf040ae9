import type { DataSourceOptions } from 'typeorm';
import { SnakeNaming } from '../platform/database/snake-naming.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';

/** Opening a connection takes longer than most statements, so one that is needed now and then stays open. */
const IDLE_TIMEOUT_MS = 5 * 60_000;

/** How a process talks to PostgreSQL; `poolSize` is its greatest number of connections. */
export function dataSourceOptions(url: string, poolSize = 20): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities,
    migrations,
    migrationsTableName: 'schema_migrations',
    migrationsTransactionMode: 'each',
    namingStrategy: new SnakeNaming(),
    synchronize: false,
    installExtensions: false,
    poolSize,
    connectTimeoutMS: 5_000,
    extra: { idleTimeoutMillis: IDLE_TIMEOUT_MS },
    applicationName: 'depesche',
    uuidExtension: 'pgcrypto',
  };
}
