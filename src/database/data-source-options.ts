import type { DataSourceOptions } from 'typeorm';
import { SnakeNaming } from '../platform/database/snake-naming.js';
import { entities } from './entities.js';
import { migrations } from './migrations/index.js';

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
    applicationName: 'depesche',
    uuidExtension: 'pgcrypto',
  };
}
