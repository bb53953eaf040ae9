import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { Redis } from 'ioredis';
import { ensureFolder, readJson, writePrivateFile, writePrivateJson } from './files.js';
import { freePort, whyNotFree } from './ports.js';
import { identityOf, stopProcess, type StopStep } from './process-identity.js';
import { findRedis, redisCacheFolders } from './redis-binary.js';
import { spawnService, stopLeftover, waitUntilReady } from './service-process.js';
import type { Report, RunningService, ServiceSpec } from './service-process.js';

const START_ATTEMPTS = 3;
const STOP_STEPS: StopStep[] = [
  ['SIGTERM', 2000],
  ['SIGKILL', 1000],
];

export interface RedisOptions {
  /** Everything lives in its subfolders `redis` and `logs`. */
  dataDir: string;
  report?: Report;
  /** Instead of PATH, to look for installed programs. */
  searchPath?: string;
  /** Instead of the usual cache folders for an unpacked program. */
  cacheFolders?: string[];
}

interface State {
  port?: number;
  password: string;
}

function pathsIn(dataDir: string) {
  const home = path.join(path.resolve(dataDir), 'redis');
  return {
    home,
    data: path.join(home, 'data'),
    config: path.join(home, 'redis.conf'),
    state: path.join(home, 'state.json'),
    record: path.join(home, 'process.json'),
    log: path.join(path.resolve(dataDir), 'logs', 'redis.log'),
  };
}

/** The server's config file; the password is in it and therefore on no command line. */
export function redisConfig({ port, password }: Required<State>, dataFolder: string): string {
  const settings = [
    ['bind', '127.0.0.1'],
    ['protected-mode', 'yes'],
    ['port', String(port)],
    ['requirepass', password],
    ['dir', JSON.stringify(dataFolder)],
    ['appendonly', 'yes'],
    ['appendfsync', 'everysec'],
    ['save', '""'],
    ['maxmemory-policy', 'noeviction'],
    ['daemonize', 'no'],
  ];
  return settings.map((setting) => `${setting.join(' ')}\n`).join('');
}

/** Runs commands on the server; undefined when it does not answer, is still loading or has another password. */
async function ask<T>(state: Required<State>, work: (client: Redis) => Promise<T>): Promise<T | undefined> {
  const client = new Redis({
    host: '127.0.0.1',
    ...state,
    lazyConnect: true,
    connectTimeout: 2000,
    disconnectTimeout: 100,
    retryStrategy: () => null,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => {}); // The command that waits fails as well.
  try {
    await client.connect();
    return await work(client);
  } catch {
    return undefined;
  } finally {
    client.disconnect();
  }
}

async function answers(state: Required<State>): Promise<boolean> {
  return (await ask(state, (client) => client.ping())) === 'PONG';
}

/** Stops a Redis that a crash left running on this data folder. Only for the holder of the folder's lock. */
export async function stopLeftoverRedis(dataDir: string, report: Report = () => {}): Promise<void> {
  const paths = pathsIn(dataDir);
  const found = (pid: number) => report(`Stopping Redis of an earlier start (process ${pid}) ...`);
  await stopLeftover(paths.record, STOP_STEPS, found);
  // The crash may have come before the record was written; a server that takes our password is ours.
  const state = readJson<State>(paths.state);
  if (state?.port === undefined || (await whyNotFree(state.port)) === undefined) return;
  const { port, password } = state;
  const info = await ask({ port, password }, (client) => client.info('server'));
  const pid = Number(/^process_id:(\d+)/m.exec(info ?? '')?.[1]);
  const identity = Number.isNaN(pid) ? undefined : identityOf(pid);
  if (identity === undefined) return;
  found(pid);
  await stopProcess({ pid, identity }, STOP_STEPS);
}

/**
 * Starts a real Redis that keeps its data (append-only file) below `dataDir`, on a free port of 127.0.0.1 (the
 * same as last time if possible), with a password. The caller holds the lock of `dataDir`.
 * @throws StartError with what to do
 */
export async function startRedis(options: RedisOptions): Promise<RunningService> {
  const { dataDir, report = () => {}, searchPath = process.env.PATH ?? '' } = options;
  const paths = pathsIn(dataDir);
  ensureFolder(paths.data, 0o700);
  const cacheFolders = options.cacheFolders ?? redisCacheFolders(path.resolve(dataDir));
  const binary = findRedis({ searchPath, cacheFolders, report });
  await stopLeftoverRedis(dataDir, report);
  const password = readJson<State>(paths.state)?.password ?? randomBytes(24).toString('hex');
  report(`Starting Redis ${binary.version} ...`);
  const spec: ServiceSpec = {
    name: 'Redis',
    command: binary.program,
    args: [paths.config],
    options: { cwd: paths.data, env: { ...process.env, ...binary.env, LC_ALL: 'C', TZ: 'UTC' } },
    logFile: paths.log,
    recordFile: paths.record,
    steps: STOP_STEPS,
  };
  for (let attempt = 1; ; attempt++) {
    const state = { port: await freePort(readJson<State>(paths.state)?.port), password };
    writePrivateJson(paths.state, state);
    writePrivateFile(paths.config, redisConfig(state, paths.data));
    const service = await spawnService(spec);
    try {
      await waitUntilReady(spec, service, () => answers(state));
      const url = `redis://:${password}@127.0.0.1:${state.port}/0`;
      return { url, version: binary.version, ...service };
    } catch (error) {
      // Someone may have taken the port between our look and Redis's.
      const isPortTaken = /Address already in use/.test((error as Error).message);
      if (!isPortTaken || attempt === START_ATTEMPTS) throw error;
    }
  }
}
