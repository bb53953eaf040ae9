// What the guard costs: GET of a campaign as it is, against the same route without any guard, in paired runs.
// Run: npm run build && node test/bench/access.bench.mjs [pairs]
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import 'reflect-metadata';
import { APP_GUARD } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { Pool } from 'undici';
import { AppModule } from '../../dist/app.module.js';
import { migrate } from '../../dist/database/migrate.js';
import { AccessModule, bootstrapOrganization, Caller } from '../../dist/modules/access/index.js';
import { buildAbility } from '../../dist/modules/access/permissions/ability.js';
import { loadConfig } from '../../dist/platform/config/load-config.js';
import { createHttpApp } from '../../dist/platform/http/http-app.js';
import { startPostgres } from '../../dist/tools/embedded/postgres.js';
import { startRedis } from '../../dist/tools/embedded/redis.js';

const PAIRS = Number(process.argv[2] ?? 3_000);
const WARM_UP = 500;
const BAR = 1.5;
const EVERYTHING = ['outbound', 'messaging', 'responses'].map((domain) => {
  return { divisionId: null, domain, entityName: '*', actions: ['*'] };
});

const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'depesche-bench-'));
const [postgres, redis] = await Promise.all([startPostgres({ dataDir }), startRedis({ dataDir })]);
const closers = [];
try {
  const config = loadConfig({
    PORT: '0',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    DATA_DIR: dataDir,
    LOG_LEVEL: 'silent',
    API_RATE_LIMIT_PER_MINUTE: '1000000',
    ADMIN_CLIENT_ID: 'bench',
    ADMIN_CLIENT_SECRET: 'bench-secret-0123456789',
  });
  await migrate(postgres.url, (db) => bootstrapOrganization(db, config));
  const guarded = await start(config);
  const open = await start(config, withoutGuard());
  const { campaignId, token } = await fill(guarded.app.get(DataSource));
  const url = `/api/v2/outbound/messagingcampaigns/${campaignId}`;
  const get = async ({ pool }) => {
    const startedAt = performance.now();
    const answer = await pool.request({
      path: url,
      method: 'GET',
      headers: { authorization: `Bearer ${token}` },
    });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
    return performance.now() - startedAt;
  };
  for (let at = 0; at < WARM_UP; at += 1) await pair(get, guarded, open, at);
  const pairs = [];
  for (let at = 0; at < PAIRS; at += 1) pairs.push(await pair(get, guarded, open, at));
  const [withGuard, without] = [0, 1].map((side) => median(pairs.map((times) => times[side])));
  const ratio = withGuard / without;
  process.stdout.write(
    `authorised GET of a campaign, ${PAIRS} pairs: with guard ${withGuard.toFixed(3)} ms, ` +
      `without ${without.toFixed(3)} ms, ratio of medians ${ratio.toFixed(2)} (bar ${BAR})\n`,
  );
  process.exitCode = ratio <= BAR ? 0 : 1;
} finally {
  for (const close of closers.reverse()) await close();
  await redis.stop();
  await postgres.stop();
  await fs.rm(dataDir, { recursive: true, force: true });
}

async function start(config, prepare) {
  const restore = prepare?.();
  const app = await createHttpApp(AppModule.of(config), config);
  if (prepare) {
    const identity = { subjectId: 'bench', subjectType: 'PC_OAUTH_CLIENT', clientId: 'bench' };
    const caller = new Caller(identity, buildAbility(EVERYTHING));
    app
      .getHttpAdapter()
      .getInstance()
      .addHook('onRequest', (request, _reply, done) => {
        request.caller = caller;
        done();
      });
  }
  await app.listen(0, '127.0.0.1');
  restore?.();
  const pool = new Pool(await app.getUrl(), { connections: 1 });
  closers.push(
    () => app.close(),
    () => pool.close(),
  );
  return { app, pool };
}

/** Takes the guard out of the module while an application is built of it. */
function withoutGuard() {
  return () => {
    const providers = Reflect.getMetadata('providers', AccessModule);
    const rest = providers.filter(({ provide }) => provide !== APP_GUARD);
    if (rest.length === providers.length) throw new Error('there is no guard to take out');
    Reflect.defineMetadata('providers', rest, AccessModule);
    return () => Reflect.defineMetadata('providers', providers, AccessModule);
  };
}

/** One request to each, in turns first. */
async function pair(get, one, other, at) {
  if (at % 2 === 0) return [await get(one), await get(other)];
  const second = await get(other);
  return [await get(one), second];
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

async function fill(db) {
  const [{ id: campaignId }] = await db.query(
    `WITH home AS (SELECT id FROM divisions WHERE home),
     list AS (INSERT INTO contact_lists (name, division_id, column_names) SELECT 'L', id, '{wa}' FROM home RETURNING id),
     integration AS (INSERT INTO whatsapp_integrations (name, access_token) VALUES ('I', '') RETURNING id),
     response AS (INSERT INTO responses (name) VALUES ('R') RETURNING id)
     INSERT INTO messaging_campaigns (name, division_id, contact_list_id, integration_id, content_template_id,
       messages_per_minute, whats_app_columns, contact_sorts, errors)
     SELECT 'C', home.id, list.id, integration.id, response.id, 60, '{wa}', '[]', '[]'
       FROM home, list, integration, response RETURNING id`,
  );
  const token = randomBytes(32).toString('base64url');
  await db.query(
    `INSERT INTO access_tokens (token_hash, client_id, subject_id, subject_type, expires_at)
     VALUES ($1, 'bench', 'bench', 'PC_OAUTH_CLIENT', now() + interval '1 hour')`,
    [createHash('sha256').update(token).digest()],
  );
  return { campaignId, token };
}
