import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import request from 'supertest';
import { createEmptyDatabase, type TestDatabase, testRedisUrl } from '../support/database.js';
import { eventually } from '../support/eventually.js';

/** A door to a server that is closed until somebody opens it. */
class Door {
  private constructor(
    private readonly server: net.Server,
    readonly port: number,
  ) {}

  /** Reserves a port; until `open` nothing listens on it. */
  static async closed(target: URL): Promise<Door> {
    const server = net.createServer((incoming) => {
      const outgoing = net.connect(Number(target.port), target.hostname);
      incoming.pipe(outgoing).pipe(incoming);
      for (const socket of [incoming, outgoing])
        socket.on('error', () => [incoming, outgoing].map((s) => s.destroy()));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as net.AddressInfo;
    server.close();
    await once(server, 'close');
    return new Door(server, port);
  }

  async open(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  close(): void {
    this.server.close();
  }
}

function through(url: string, door: Door): string {
  const changed = new URL(url);
  changed.port = String(door.port);
  return changed.toString();
}

describe('a start while PostgreSQL and Redis are away', () => {
  let database: TestDatabase;
  let dataDir: string;
  let doors: { postgres: Door; redis: Door };
  let child: ChildProcess;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'depesche-waiting-'));
    doors = {
      postgres: await Door.closed(new URL(database.url)),
      redis: await Door.closed(new URL(testRedisUrl())),
    };
  });

  afterAll(async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    doors.postgres.close();
    doors.redis.close();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is live but not ready, says which is missing, and goes on when they come', async () => {
    const own = await Door.closed(new URL('tcp://127.0.0.1:1'));
    const port = own.port;
    child = fork(path.resolve('dist/main.js'), [], {
      env: {
        ...process.env,
        PORT: String(port),
        DATABASE_URL: through(database.url, doors.postgres),
        REDIS_URL: through(testRedisUrl(), doors.redis),
        REDIS_PREFIX: `waiting-${process.pid}`,
        DATA_DIR: dataDir,
        PROCESS_ROLE: 'all',
        ENCRYPTION_KEY: randomBytes(32).toString('base64'),
        LOG_LEVEL: 'silent',
        LOG_FORMAT: 'json',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const product = request(`http://127.0.0.1:${port}`);
    await eventually('the waiting room', async () => (await product.get('/health/live')).status === 200);
    const waiting = await eventually('a reason for both', async () => {
      const { body } = await product.get('/health/ready').expect(503);
      const { database: db, redis } = body.parts as Record<string, string>;
      return db !== 'waiting' && redis !== 'waiting' && body;
    });
    expect(waiting.parts.database).toMatch(/ECONNREFUSED/u);
    expect(waiting.parts.redis).toMatch(/ECONNREFUSED/u);
    await doors.postgres.open();
    await eventually('the database being found', async () => {
      const { body } = await product.get('/health/ready');
      return body.parts.database === 'ok' && /ECONNREFUSED/u.test(body.parts.redis as string);
    });
    await doors.redis.open();
    await eventually('readiness', async () => (await product.get('/health/ready')).status === 200);
  });
});
