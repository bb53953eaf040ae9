import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startPostgres } from '../../../src/tools/embedded/postgres.js';
import { commandLineOf, identityOf } from '../../../src/tools/embedded/process-identity.js';
import { startRedis } from '../../../src/tools/embedded/redis.js';
import type { RunningService } from '../../../src/tools/embedded/service-process.js';
import { runNode, until } from '../../support/tool-process.js';

const FAST = { fsync: 'off', shared_buffers: '16MB' };

async function sql(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function redis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await work(client);
  } finally {
    client.disconnect();
  }
}

describe('embedded services', () => {
  let dataDir: string;
  const running: RunningService[] = [];
  const pgUp = async () => {
    const service = await startPostgres({ dataDir, settings: FAST });
    running.push(service);
    return service;
  };
  const redisUp = async (options: { searchPath?: string; cacheFolders?: string[] } = {}) => {
    const service = await startRedis({ dataDir, ...options });
    running.push(service);
    return service;
  };
  beforeEach(() => {
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'embedded-'));
    fs.chmodSync(dataDir, 0o755);
  });
  afterEach(async () => {
    for (const service of running.splice(0)) await service.stop();
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  it('PostgreSQL keeps its data, port and password from start to start and leaves no process', async () => {
    const first = await pgUp();
    expect(first.url).toMatch(/^postgresql:\/\/depesche:\w{48}@127\.0\.0\.1:\d+\/depesche$/);
    await sql(first.url, "CREATE TABLE t AS SELECT 'Grüße' AS word");
    await first.stop();
    expect(identityOf(first.pid)).toBeUndefined();
    expect(await first.exited).toBe('exit code 0');
    const second = await pgUp();
    expect(second.url).toBe(first.url);
    expect(await sql(second.url, 'SELECT upper(word) AS word FROM t')).toEqual([{ word: 'GRÜßE' }]);
    expect(commandLineOf(second.pid)).not.toContain(new URL(second.url).password);
  });

  it('PostgreSQL is durable unless told otherwise, listens only here and wants the password', async () => {
    const { url } = await startPostgres({ dataDir }).then((service) => {
      running.push(service);
      return service;
    });
    const settings = await sql(
      url,
      "SELECT name, setting FROM pg_settings WHERE name IN ('fsync','listen_addresses','jit')",
    );
    expect(settings).toEqual(
      expect.arrayContaining([
        { name: 'fsync', setting: 'on' },
        { name: 'listen_addresses', setting: '127.0.0.1' },
        { name: 'jit', setting: 'off' },
      ]),
    );
    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(sql(wrong.href, 'SELECT 1')).rejects.toThrow(/password authentication failed/);
    for (const file of ['postgres/state.json', 'logs/postgres.log']) {
      expect(fs.statSync(path.join(dataDir, file)).mode & 0o077).toBe(0);
    }
  });

  it('PostgreSQL says what is missing when the password of existing data is gone', async () => {
    await (await pgUp()).stop();
    fs.rmSync(path.join(dataDir, 'postgres/state.json'));
    await expect(pgUp()).rejects.toThrow(/state\.json is missing/);
  });

  it('PostgreSQL starts although its pid file names a process of someone else', async () => {
    await (await pgUp()).stop();
    const pidFile = path.join(dataDir, 'postgres/data/postmaster.pid');
    fs.writeFileSync(pidFile, `${process.pid}\n${path.dirname(pidFile)}\n1\n1\n\n127.0.0.1\n`);
    expect(await sql((await pgUp()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('PostgreSQL that cannot start says why', async () => {
    const start = startPostgres({ dataDir, settings: { shared_buffers: 'much' } });
    await expect(start).rejects.toThrow(/PostgreSQL ended \(exit code 1\)[^]*shared_buffers/);
  });

  it('Redis keeps its data, port and password from start to start and leaves no process', async () => {
    const first = await redisUp();
    expect(first.url).toMatch(/^redis:\/\/:\w{48}@127\.0\.0\.1:\d+\/0$/);
    await redis(first.url, (client) => client.set('key', 'value'));
    await first.stop();
    expect(identityOf(first.pid)).toBeUndefined();
    const second = await redisUp();
    expect(second.url).toBe(first.url);
    expect(await redis(second.url, (client) => client.get('key'))).toBe('value');
    expect(await redis(second.url, (client) => client.config('GET', 'maxmemory-policy'))).toContain(
      'noeviction',
    );
    expect(commandLineOf(second.pid)).not.toContain(new URL(second.url).password);
    for (const file of ['redis.conf', 'state.json']) {
      expect(fs.statSync(path.join(dataDir, 'redis', file)).mode & 0o077).toBe(0);
    }
  });

  it('a start after SIGKILL of the former one finds its servers, stops them and has all data', async () => {
    const tools = process.env.DEPESCHE_TEST_TOOLS!;
    const script = `
      import { startPostgres } from '${tools}/embedded/postgres.js';
      import { startRedis } from '${tools}/embedded/redis.js';
      const dataDir = ${JSON.stringify(dataDir)};
      const pg = await startPostgres({ dataDir, settings: ${JSON.stringify(FAST)} });
      const redis = await startRedis({ dataDir });
      console.log(JSON.stringify({ up: [pg, redis].map(({ url, pid }) => ({ url, pid })) }));
      setInterval(() => {}, 1000);`;
    const holder = runNode(['--input-type=module', '-e', script]);
    const [line] = await holder.prints(/\{"up".*\}/);
    const [oldPg, oldRedis] = (JSON.parse(line) as { up: RunningService[] }).up;
    await sql(oldPg!.url, 'CREATE TABLE survivor AS SELECT 1 AS one');
    await redis(oldRedis!.url, (client) => client.set('survivor', '1'));
    holder.child.kill('SIGKILL');
    expect(await holder.ended).toBe('SIGKILL');
    expect([oldPg, oldRedis].map((service) => identityOf(service!.pid) !== undefined)).toEqual([true, true]);
    // As if the crash had come before the process was written down.
    fs.rmSync(path.join(dataDir, 'redis/process.json'));
    fs.rmSync(path.join(dataDir, 'postgres/process.json'));
    const [newPg, newRedis] = [await pgUp(), await redisUp()];
    expect([oldPg, oldRedis].map((service) => identityOf(service!.pid))).toEqual([undefined, undefined]);
    expect(await sql(newPg.url, 'SELECT one FROM survivor')).toEqual([{ one: 1 }]);
    expect(await redis(newRedis.url, (client) => client.get('survivor'))).toBe('1');
  });

  it('a server that dies tells its holder', async () => {
    const service = await redisUp();
    process.kill(service.pid, 'SIGKILL');
    expect(await service.exited).toBe('SIGKILL');
    await until('process is gone', () => identityOf(service.pid) === undefined);
  });

  const hasApt = fs.existsSync('/usr/bin/apt-get') && fs.existsSync('/usr/bin/dpkg-deb');
  (hasApt ? it : it.skip)(
    'Redis is downloaded and unpacked where none is installed, once',
    async () => {
      const cache = path.join(dataDir, 'cache/redis/here');
      const first = await redisUp({ searchPath: '', cacheFolders: [cache] });
      expect(await redis(first.url, (client) => client.ping())).toBe('PONG');
      await first.stop();
      const program = path.join(cache, 'usr/bin/redis-server');
      const unpackedAt = fs.lstatSync(program).ctimeMs;
      expect(fs.readdirSync(path.dirname(cache))).toEqual(['here']);
      await redisUp({ searchPath: '', cacheFolders: [path.join(dataDir, 'none'), cache] });
      expect(fs.lstatSync(program).ctimeMs).toBe(unpackedAt);
    },
    120_000,
  );
});
