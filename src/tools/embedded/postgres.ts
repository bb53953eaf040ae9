import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { StartError } from '../start-error.js';
import { ensureFolder, readJson, writePrivateFile, writePrivateJson } from './files.js';
import { freePort } from './ports.js';
import { findPostgres, type PostgresBinaries } from './postgres-binaries.js';
import { commandAs, locale, runAsFor, type RunAs } from './postgres-user.js';
import { commandLineOf, identityOf, stopProcess, type StopStep } from './process-identity.js';
import { spawnService, stopLeftover, waitUntilReady } from './service-process.js';
import type { Report, RunningService, ServiceSpec } from './service-process.js';

const DATABASE = 'depesche';
const USER = 'depesche';
const START_ATTEMPTS = 3;
/** Fast shutdown, immediate shutdown, the end. */
const STOP_STEPS: StopStep[] = [
  ['SIGINT', 3000],
  ['SIGQUIT', 1000],
  ['SIGKILL', 1000],
];
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '2GB',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements and key values of failed statements hold personal data, and the product logs its own errors.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

export interface PostgresOptions {
  /** Everything lives in its subfolders `postgres` and `logs`. */
  dataDir: string;
  report?: Report;
  /** Server settings over the usual ones, for example fsync off for tests. */
  settings?: Record<string, string>;
}

interface State {
  port?: number;
  password: string;
}

function pathsIn(dataDir: string) {
  const home = path.join(path.resolve(dataDir), 'postgres');
  return {
    home,
    data: path.join(home, 'data'),
    state: path.join(home, 'state.json'),
    record: path.join(home, 'process.json'),
    log: path.join(path.resolve(dataDir), 'logs', 'postgres.log'),
  };
}
type Paths = ReturnType<typeof pathsIn>;

interface Cluster {
  binaries: PostgresBinaries;
  runAs: RunAs;
  password: string;
  isDurable: boolean;
}

function initialise(paths: Paths, { binaries: { bin, major }, runAs, password, isDurable }: Cluster): void {
  // In a folder of its own until complete: a crash half-way leaves no half cluster behind.
  const draft = path.join(paths.home, 'data.new');
  const passwordFile = path.join(paths.home, 'password.tmp');
  fs.rmSync(draft, { recursive: true, force: true });
  fs.mkdirSync(draft, { mode: 0o700 });
  writePrivateFile(passwordFile, password);
  if (runAs.kind === 'user')
    for (const item of [draft, passwordFile]) fs.chownSync(item, runAs.uid, runAs.gid);
  const collation = major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  const { command, args, options } = commandAs(runAs, path.join(bin, 'initdb'), [
    ...['-D', draft, '-U', USER, '-E', 'UTF8', `--locale=${locale()}`, ...collation],
    ...['--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ...(isDurable ? [] : ['--no-sync']),
  ]);
  const result = spawnSync(command, args, { ...options, encoding: 'utf8' });
  fs.rmSync(passwordFile, { force: true });
  if (result.status !== 0) throw new StartError(explainInitFailure(runAs, result));
  fs.renameSync(draft, paths.data);
}

function explainInitFailure(runAs: RunAs, result: { error?: Error; stderr?: string }): string {
  const why = (result.error?.message ?? result.stderr ?? '').trim();
  if (runAs.kind !== 'namespace') return `PostgreSQL could not create its data folder: ${why}`;
  return (
    `PostgreSQL does not run as root, and running it as another user failed (${why}). Start as a normal user, ` +
    'put DATA_DIR and the project where every user may enter the folders, or set DATABASE_URL.'
  );
}

/** A password and the port of last time; the password of an existing cluster cannot be made up again. */
function loadState(paths: Paths): State {
  const state = readJson<State>(paths.state);
  if (state) return state;
  if (fs.existsSync(paths.data)) {
    throw new StartError(
      `${paths.state} is missing; it holds the password of the data beside it. Restore it.`,
    );
  }
  const fresh: State = { password: randomBytes(24).toString('hex') };
  writePrivateJson(paths.state, fresh);
  return fresh;
}

/**
 * Stops a PostgreSQL that a crash left running on this data folder, and removes a pid file whose id now belongs
 * to some other program. Only for the holder of the data folder's lock.
 */
export async function stopLeftoverPostgres(dataDir: string, report: Report = () => {}): Promise<void> {
  const paths = pathsIn(dataDir);
  const found = (pid: number) => report(`Stopping PostgreSQL of an earlier start (process ${pid}) ...`);
  await stopLeftover(paths.record, STOP_STEPS, found);
  const pidFile = path.join(paths.data, 'postmaster.pid');
  if (!fs.existsSync(pidFile)) return;
  const pid = Number.parseInt(fs.readFileSync(pidFile, 'utf8'), 10);
  const identity = identityOf(pid);
  if (identity === undefined) return; // PostgreSQL itself replaces such a file.
  if (!commandLineOf(pid).includes(`-D ${paths.data}`)) return fs.rmSync(pidFile, { force: true });
  found(pid);
  await stopProcess({ pid, identity }, STOP_STEPS);
}

function urlOf(state: State, database: string): string {
  return `postgresql://${USER}:${state.password}@127.0.0.1:${state.port}/${database}`;
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {}); // A lost connection also fails the query that waits.
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) => client.query('SELECT 1'));
    return true;
  } catch {
    return false;
  }
}

async function ensureDatabase(state: State): Promise<void> {
  await withClient(urlOf(state, 'postgres'), async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  });
}

async function launch(spec: ServiceSpec, state: State): Promise<Omit<RunningService, 'version'>> {
  const service = await spawnService(spec);
  await waitUntilReady(spec, service, () => answers(urlOf(state, 'postgres')));
  try {
    await ensureDatabase(state);
  } catch (error) {
    await service.stop();
    throw error;
  }
  return { url: urlOf(state, DATABASE), ...service };
}

/**
 * Starts a real, durable PostgreSQL with its data below `dataDir`, on a free port of 127.0.0.1 (the same as last
 * time if possible), with a password and the database `depesche`. The caller holds the lock of `dataDir`.
 * @throws StartError with what to do
 */
export async function startPostgres({
  dataDir,
  report = () => {},
  settings,
}: PostgresOptions): Promise<RunningService> {
  const paths = pathsIn(dataDir);
  ensureFolder(paths.home);
  const versionFile = path.join(paths.data, 'PG_VERSION');
  const isFresh = !fs.existsSync(versionFile);
  const binaries = findPostgres(
    isFresh ? undefined : Number.parseInt(fs.readFileSync(versionFile, 'utf8'), 10),
  );
  const runAs = runAsFor(paths.home, paths.data, binaries.bin);
  const state = loadState(paths);
  await stopLeftoverPostgres(dataDir, report);
  report(`${isFresh ? 'Creating' : 'Starting'} PostgreSQL ${binaries.version} ...`);
  const isDurable = settings?.fsync !== 'off';
  if (isFresh) initialise(paths, { binaries, runAs, password: state.password, isDurable });
  for (let attempt = 1; ; attempt++) {
    state.port = await freePort(state.port);
    writePrivateJson(paths.state, state);
    const all = Object.entries({ ...SETTINGS, ...settings, port: String(state.port) });
    const args = ['-D', paths.data, ...all.flatMap(([key, value]) => ['-c', `${key}=${value}`])];
    const run = commandAs(runAs, path.join(binaries.bin, 'postgres'), args);
    const spec = {
      name: 'PostgreSQL',
      ...run,
      logFile: paths.log,
      recordFile: paths.record,
      steps: STOP_STEPS,
    };
    try {
      return { version: binaries.version, ...(await launch(spec, state)) };
    } catch (error) {
      // Someone may have taken the port between our look and PostgreSQL's.
      const isPortTaken = /Address already in use/.test((error as Error).message);
      if (!isPortTaken || attempt === START_ATTEMPTS) throw error;
    }
  }
}
