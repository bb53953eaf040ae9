import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module.js';
import type { Permission } from '../../src/modules/access/index.js';
import { tokenHash } from '../../src/modules/access/oauth/secret-hash.js';
import { loadConfig } from '../../src/platform/config/load-config.js';
import { createHttpApp } from '../../src/platform/http/http-app.js';
import { WorkerModule } from '../../src/worker.module.js';
import { createTestDatabase, testRedisUrl } from './database.js';

export interface TestAppOptions {
  /** `all` also works off the queues. */
  role?: 'api' | 'all';
  env?: Record<string, string>;
  /** Runs on the database of this one, as a second process does. */
  beside?: TestApp;
}

/** The product in this process, on a database and a Redis prefix of its own, with supertest clients. */
export interface TestApp {
  app: NestFastifyApplication;
  db: DataSource;
  baseUrl: string;
  databaseUrl: string;
  /** A client without token. */
  anonymous: Client;
  /** A client that may do everything everywhere. */
  admin: Client;
  /** A client that holds just these permissions; in these divisions, or in all when none are given. */
  as(permissions: Permission[], divisionIds?: string[]): Promise<Client>;
  /** The same as a bare token. */
  tokenFor(permissions: Permission[], divisionIds?: string[]): Promise<string>;
  /** A client with this token. */
  withToken(token: string): Client;
  createDivision(name: string): Promise<string>;
  homeDivisionId: string;
  close(): Promise<void>;
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete' | 'head';
export type Client = Record<Method, (path: string) => request.Test>;

export async function startTestApp({
  role = 'api',
  env = {},
  beside,
}: TestAppOptions = {}): Promise<TestApp> {
  const database = beside
    ? { url: beside.databaseUrl, drop: () => Promise.resolve() }
    : await createTestDatabase();
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'depesche-app-'));
  const config = loadConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    REDIS_URL: testRedisUrl(),
    REDIS_PREFIX: `t${randomBytes(4).toString('hex')}`,
    DATA_DIR: dataDir,
    PROCESS_ROLE: role,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    WHATSAPP_APP_SECRET: 'app-secret-of-tests',
    WHATSAPP_VERIFY_TOKEN: 'verify-token-of-tests',
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'silent',
    LOG_FORMAT: 'json',
    API_RATE_LIMIT_PER_MINUTE: '1000000',
    LOGIN_RATE_LIMIT_PER_MINUTE: '1000000',
    ...env,
  });
  const app = await createHttpApp((role === 'all' ? WorkerModule : AppModule).of(config), config);
  await app.listen(config.port, config.host);
  const baseUrl = await app.getUrl();
  // Uploads hand out absolute URLs, and the port is known only now.
  if (!env.PUBLIC_URL) Object.assign(config, { publicUrl: baseUrl });
  const db = app.get(DataSource);
  const [home] = await db.query<{ id: string }[]>(`SELECT id FROM divisions WHERE home`);
  const all = await grantToken(db, { domain: '*', divisionIds: [null] });
  return {
    app,
    db,
    baseUrl,
    databaseUrl: database.url,
    anonymous: client(baseUrl),
    admin: client(baseUrl, all),
    homeDivisionId: home!.id,
    as: async (permissions, divisionIds) =>
      client(baseUrl, await grantToken(db, { permissions, divisionIds: divisionIds ?? [null] })),
    tokenFor: (permissions, divisionIds) =>
      grantToken(db, { permissions, divisionIds: divisionIds ?? [null] }),
    withToken: (token) => client(baseUrl, token),
    createDivision: (name) => createDivision(db, name),
    close: async () => {
      await app.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function client(baseUrl: string, token?: string): Client {
  const agent = request(baseUrl);
  const call = (method: Method) => (url: string) => {
    const test = agent[method](url);
    return token ? test.set('authorization', `Bearer ${token}`) : test;
  };
  const methods: Method[] = ['get', 'post', 'put', 'patch', 'delete', 'head'];
  return Object.fromEntries(methods.map((method) => [method, call(method)])) as Client;
}

async function createDivision(db: DataSource, name: string): Promise<string> {
  const [row] = await db.query<{ id: string }[]>(`INSERT INTO divisions (name) VALUES ($1) RETURNING id`, [
    name,
  ]);
  return row!.id;
}

/** A token whose client holds a role made for it. Written straight to the tables: hashing secrets takes time. */
async function grantToken(
  db: DataSource,
  grant: { permissions?: Permission[]; domain?: '*'; divisionIds: (string | null)[] },
): Promise<string> {
  const id = randomUUID();
  const token = randomBytes(32).toString('base64url');
  await db.query(`INSERT INTO oauth_clients (id, name, secret_hash) VALUES ($1, $1, 'none')`, [id]);
  const roleId = grant.domain === '*' ? await adminRole(db) : await roleFor(db, id, grant.permissions ?? []);
  for (const divisionId of grant.divisionIds) {
    await db.query(
      `INSERT INTO grants (subject_id, subject_type, role_id, division_id) VALUES ($1, 'PC_OAUTH_CLIENT', $2, $3)`,
      [id, roleId, divisionId],
    );
  }
  await db.query(
    `INSERT INTO access_tokens (token_hash, client_id, subject_id, subject_type, expires_at)
     VALUES ($1, $2, $2, 'PC_OAUTH_CLIENT', now() + interval '1 hour')`,
    [tokenHash(token), id],
  );
  return token;
}

async function adminRole(db: DataSource): Promise<string> {
  const [role] = await db.query<{ id: string }[]>(`SELECT id FROM roles WHERE default_role_id = 'admin'`);
  return role!.id;
}

async function roleFor(db: DataSource, name: string, permissions: Permission[]): Promise<string> {
  const [role] = await db.query<{ id: string }[]>(`INSERT INTO roles (name) VALUES ($1) RETURNING id`, [
    name,
  ]);
  const actions = new Map<string, string[]>();
  for (const permission of permissions) {
    const [domain, entity, action] = permission.split(':') as [string, string, string];
    const key = `${domain}:${entity}`;
    actions.set(key, [...(actions.get(key) ?? []), action]);
  }
  for (const [key, list] of actions) {
    const [domain, entity] = key.split(':');
    await db.query(
      `INSERT INTO role_policies (role_id, domain, entity_name, actions) VALUES ($1, $2, $3, $4)`,
      [role!.id, domain, entity, list],
    );
  }
  return role!.id;
}
