import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createTestDatabase, TEST_ADMIN, testRedisUrl } from './database.js';
import { eventually } from './eventually.js';

const DIST = path.resolve('dist');

export interface ProductOptions {
  /** `all`: one process does everything. A number: one API process and that many workers. */
  workers: 'all' | number;
  redisUrl?: string;
  /** Stands between the processes and PostgreSQL; is given the address of the server, answers with its own. */
  pooler?: (databaseUrl: string) => Promise<string>;
  env?: Record<string, string>;
  /** What only the workers get. */
  workerEnv?: Record<string, string>;
  /** Settings of the simulator's emitter and outcomes, see its control endpoint /__sim/config. */
  simulator?: Record<string, unknown>;
}

export interface SimulatorHandle {
  url: string;
  accessToken: string;
  control(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Record<string, never> & Record<string, unknown>>;
}

/** The built product as an operator runs it: real processes, real HTTP, the simulator beside it. */
export interface Product {
  baseUrl: string;
  databaseUrl: string;
  clientId: string;
  clientSecret: string;
  simulator: SimulatorHandle;
  /** The process that answers; with `workers: 'all'` it does everything. */
  api: ChildProcess;
  startApi(): Promise<void>;
  workers: ChildProcess[];
  startWorker(): Promise<ChildProcess>;
  stop(): Promise<void>;
}

export async function startProduct(options: ProductOptions): Promise<Product> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'depesche-e2e-'));
  const port = await freePort();
  const baseUrl = `http://127.0.0.1:${port}`;
  const secrets = { app: secret(), verify: secret(), access: secret(), control: secret() };
  const simulator = await startSimulatorProcess(baseUrl, secrets, options.simulator);
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL: (await options.pooler?.(database.url)) ?? database.url,
    REDIS_URL: options.redisUrl ?? testRedisUrl(),
    REDIS_PREFIX: `e2e-${randomBytes(4).toString('hex')}`,
    DATA_DIR: dataDir,
    ADMIN_CLIENT_ID: TEST_ADMIN.clientId,
    ADMIN_CLIENT_SECRET: TEST_ADMIN.clientSecret,
    ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    WHATSAPP_GRAPH_URL: simulator.handle.url,
    WHATSAPP_APP_SECRET: secrets.app,
    WHATSAPP_VERIFY_TOKEN: secrets.verify,
    LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'error',
    LOG_FORMAT: 'json',
    API_RATE_LIMIT_PER_MINUTE: '1000000',
    ...options.env,
  };
  const startRole = (role: string, more = {}) =>
    startChild('main.js', { ...env, ...more, PROCESS_ROLE: role });
  const startApi = () => startRole(options.workers === 'all' ? 'all' : 'api');
  const startWorker = () => startRole('worker', options.workerEnv);
  const count = options.workers === 'all' ? 0 : options.workers;
  const [api, ...workers] = await startAll([
    startApi,
    ...Array.from({ length: count }, () => startWorker),
  ]).catch(async (error: unknown) => {
    await stopChild(simulator.process);
    throw error;
  });
  const product: Product = {
    baseUrl,
    databaseUrl: database.url,
    ...TEST_ADMIN,
    simulator: simulator.handle,
    api: api!,
    startApi: async () => {
      product.api = await startApi();
    },
    workers,
    startWorker: async () => {
      const worker = await startWorker();
      product.workers.push(worker);
      return worker;
    },
    stop: async () => {
      await Promise.all([...product.workers, product.api].map(stopChild));
      await stopChild(simulator.process);
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  await eventually('the product being ready', async () => (await fetch(`${baseUrl}/health/ready`)).ok);
  return product;
}

/** Ends a process as an operator does. */
export const stop = stopChild;

/** Ends a process as a crash does. */
export async function crash(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

async function startSimulatorProcess(
  baseUrl: string,
  secrets: { app: string; verify: string; access: string; control: string },
  settings: Record<string, unknown> = {},
): Promise<{ process: ChildProcess; handle: SimulatorHandle }> {
  const port = await freePort();
  const child = await startChild('simulator/main.js', {
    ...process.env,
    SIM_PORT: String(port),
    SIM_CALLBACK_URL: `${baseUrl}/webhooks/whatsapp`,
    SIM_APP_SECRET: secrets.app,
    SIM_VERIFY_TOKEN: secrets.verify,
    SIM_ACCESS_TOKEN: secrets.access,
    SIM_CONTROL_KEY: secrets.control,
  });
  const url = `http://127.0.0.1:${port}`;
  const handle: SimulatorHandle = {
    url,
    accessToken: secrets.access,
    control: async (method, route, body) => {
      const response = await fetch(`${url}/__sim${route}`, {
        method,
        headers: {
          'x-sim-key': secrets.control,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      if (!response.ok)
        throw new Error(`simulator ${method} ${route}: ${response.status} ${await response.text()}`);
      return (await response.json()) as Record<string, never>;
    },
  };
  await handle.control('POST', '/config', { timeScale: 0.01, ...settings });
  return { process: child, handle };
}

/** Starts processes at the same time; when one does not come up, the others are stopped. */
async function startAll(starts: (() => Promise<ChildProcess>)[]): Promise<ChildProcess[]> {
  const results = await Promise.allSettled(starts.map((start) => start()));
  const failed = results.find((result) => result.status === 'rejected');
  const children = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (!failed) return children;
  await Promise.all(children.map(stopChild));
  throw failed.reason;
}

async function startChild(file: string, env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = fork(path.join(DIST, file), [], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (bytes: Buffer) => {
      output = (output + bytes.toString()).slice(-8_000);
      if (process.env.TEST_LOG_LEVEL) process.stderr.write(bytes);
    });
  }
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) =>
      reject(new Error(`${file} ended with code ${code} before it was ready:\n${output}`)),
    );
  });
  return child;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

function secret(): string {
  return randomBytes(16).toString('hex');
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
