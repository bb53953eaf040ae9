import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPostgres, stopLeftoverPostgres } from '../../src/tools/embedded/postgres.js';
import { startRedis, stopLeftoverRedis } from '../../src/tools/embedded/redis.js';

// A process of its own that holds PostgreSQL and Redis for a whole Jest run. Jest is its parent: when the channel
// to it breaks, be it by the end of the tests or by SIGKILL, everything is stopped and removed.
const PREFIX = 'depesche-test-';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes what runs left behind whose holder was killed as well. */
async function removeLeftovers(): Promise<void> {
  const names = fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith(PREFIX));
  for (const name of names) {
    if (isAlive(Number(name.slice(PREFIX.length)))) continue;
    const folder = path.join(os.tmpdir(), name);
    await stopLeftoverPostgres(folder);
    await stopLeftoverRedis(folder);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const dataDir = path.join(os.tmpdir(), `${PREFIX}${process.pid}`);
  await removeLeftovers().catch((error: Error) => process.stderr.write(`${error.message}\n`));
  fs.mkdirSync(dataDir);
  const settings = {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '200',
  };
  const starts = [startPostgres({ dataDir, settings }), startRedis({ dataDir })] as const;
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    for (const result of await Promise.allSettled(starts)) {
      if (result.status === 'fulfilled') await result.value.stop();
    }
    fs.rmSync(dataDir, { recursive: true, force: true });
  };
  process.on('disconnect', () => void (stopping ??= stop()));
  // Ctrl-C is for Jest; it ends, and then the channel breaks.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  try {
    const [postgres, redis] = await Promise.all(starts);
    process.send?.({ postgres: postgres.url, redis: redis.url });
  } catch (error) {
    process.send?.({ error: (error as Error).message });
  }
}

void main();
