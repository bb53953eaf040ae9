import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { serveConsole } from './console/serve-console.js';
import { migrate } from './database/migrate.js';
import { bootstrapOrganization } from './modules/access/index.js';
import { serveApiDocs } from './openapi.js';
import type { Config } from './platform/config/config.js';
import { openWaitingRoom } from './platform/health/waiting-room.js';
import { waitForServers } from './platform/health/wait-for-servers.js';
import { createHttpApp } from './platform/http/http-app.js';
import { Logger } from './platform/logging/logger.js';
import { WorkerModule } from './worker.module.js';

/**
 * Starts a process of the role in `config`: waits for PostgreSQL and Redis, brings the schema up to date, then serves
 * HTTP (api), works off the queues (worker) or both (all). The caller closes what is returned.
 */
export async function startProcess(config: Config): Promise<INestApplicationContext> {
  const { databaseUrl, redisUrl } = config;
  if (!databaseUrl || !redisUrl)
    throw new Error('DATABASE_URL and REDIS_URL must be set for a process of its own');
  await becomeReady(config, { databaseUrl, redisUrl });
  if (config.processRole === 'worker') {
    const worker = await NestFactory.createApplicationContext(WorkerModule.of(config), {
      bufferLogs: true,
      abortOnError: false,
    });
    worker.useLogger(worker.get(Logger));
    return worker;
  }
  const root = config.processRole === 'all' ? WorkerModule : AppModule;
  const app = await createHttpApp(root.of(config), config);
  await serveConsole(app);
  serveApiDocs(app);
  await app.listen(config.port, config.host);
  return app;
}

async function becomeReady(config: Config, urls: { databaseUrl: string; redisUrl: string }): Promise<void> {
  const logger = new Logger(config);
  const parts: Record<string, string> = { database: 'waiting', redis: 'waiting', schema: 'waiting' };
  const waitingRoom =
    config.processRole === 'worker' ? undefined : await openWaitingRoom(config, () => parts);
  try {
    await waitForServers(urls, (part, state) => {
      parts[part] = state;
      if (state !== 'ok') logger.warn({ part, reason: state }, `waiting for the ${part}: can't reach it yet`);
    });
    const migrated = await migrate(urls.databaseUrl, (db) => bootstrapOrganization(db, config));
    if (migrated.length > 0) logger.info({ migrations: migrated.length }, 'schema brought up to date');
  } finally {
    await waitingRoom?.close();
  }
}
