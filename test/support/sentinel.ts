import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { redisCacheFolders, findRedis } from '../../src/tools/embedded/redis-binary.js';
import { freePort } from '../../src/tools/embedded/ports.js';
import { eventually } from './eventually.js';

const MASTER_NAME = 'depesche-test';

/** A master, its replica, and a sentinel that makes the replica the master when the master is gone. */
export interface RedisPair {
  /** As REDIS_URL takes it. */
  url: string;
  killMaster(): Promise<void>;
  stop(): Promise<void>;
}

export async function startRedisPair(): Promise<RedisPair> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'depesche-sentinel-'));
  const binary = findRedis({
    searchPath: process.env.PATH ?? '',
    cacheFolders: redisCacheFolders(folder),
    report: () => undefined,
  });
  const start = async (name: string, settings: string[], ...args: string[]): Promise<ChildProcess> => {
    const config = path.join(folder, `${name}.conf`);
    await writeFile(config, `${['bind 127.0.0.1', `dir ${folder}`, ...settings].join('\n')}\n`);
    return spawn(binary.program, [config, ...args], {
      env: { ...process.env, ...binary.env },
      stdio: 'ignore',
    });
  };
  const [masterPort, replicaPort, sentinelPort] = [await freePort(), await freePort(), await freePort()];
  const server = (port: number) => [`port ${port}`, 'save ""', 'appendonly no', `dbfilename ${port}.rdb`];
  const master = await start('master', server(masterPort));
  await ready(masterPort);
  const replica = await start('replica', [...server(replicaPort), `replicaof 127.0.0.1 ${masterPort}`]);
  await ready(replicaPort);
  const sentinel = await start(
    'sentinel',
    [
      `port ${sentinelPort}`,
      `sentinel monitor ${MASTER_NAME} 127.0.0.1 ${masterPort} 1`,
      `sentinel down-after-milliseconds ${MASTER_NAME} 500`,
      `sentinel failover-timeout ${MASTER_NAME} 3000`,
    ],
    '--sentinel',
  );
  await ready(sentinelPort, (client) => knowsTheReplica(client));
  return {
    url: `redis+sentinel://127.0.0.1:${sentinelPort}/${MASTER_NAME}`,
    killMaster: () => kill(master),
    stop: async () => {
      await Promise.all([sentinel, master, replica].map(kill));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(
  port: number,
  isReady = async (client: Redis) => (await client.ping()) === 'PONG',
): Promise<void> {
  const client = new Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  try {
    await eventually(`the server on port ${port}`, () => isReady(client), 20_000);
  } finally {
    client.disconnect();
  }
}

async function knowsTheReplica(client: Redis): Promise<boolean> {
  const replicas = (await client.call('SENTINEL', 'replicas', MASTER_NAME)) as string[][];
  return replicas.some((replica) => replica.includes('slave') && !replica.includes('s_down,slave'));
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
