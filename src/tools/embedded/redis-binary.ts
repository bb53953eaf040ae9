import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.js';
import { projectRoot } from './files.js';
import { unpackRedis } from './redis-apt.js';
import type { Report } from './service-process.js';

const PROGRAMS = ['redis-server', 'valkey-server'];
const OLDEST = [6, 2] as const;

/** A Redis (or Valkey) program that was seen to run. */
export interface RedisBinary {
  program: string;
  /** What it needs in its environment, over ours. */
  env: Record<string, string>;
  version: string;
}

export interface RedisSearch {
  /** Where to look for installed programs, as in PATH. */
  searchPath: string;
  /** Folders for an unpacked program, best first; the first writable one is filled when none has it. */
  cacheFolders: string[];
  report: Report;
}

/** Version in the output of `redis-server --version`, or undefined. */
export function parseRedisVersion(output: string): string | undefined {
  return /\bv=(\d+\.\d+(?:\.\d+)*)/.exec(output)?.[1];
}

/** Valkey and everything from Redis 6.2 on will do. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function find(searchPath: string, name: string): string | undefined {
  const files = searchPath.split(path.delimiter).map((folder) => path.join(folder, name));
  return files.find((file) => fs.existsSync(file));
}

/** Runs the program once: missing libraries and old versions show now, not in the middle of the start. */
function inspect(program: string, env: Record<string, string>): RedisBinary | string {
  const result = spawnSync(program, ['--version'], { env: { ...process.env, ...env }, encoding: 'utf8' });
  const version = parseRedisVersion(result.stdout ?? '');
  if (version === undefined) {
    return `${program} does not run: ${(result.error?.message ?? result.stderr ?? '').trim()}`;
  }
  if (!isNewEnough(version)) return `${program} is ${version}, older than ${OLDEST.join('.')}`;
  return { program, env, version };
}

function libraryPath(unpacked: string): string {
  const roots = ['usr/lib', 'lib']
    .map((folder) => path.join(unpacked, folder))
    .filter((root) => fs.existsSync(root));
  const folders = roots.flatMap((root) => fs.readdirSync(root).map((name) => path.join(root, name)));
  return folders.filter((folder) => /-linux-gnu\w*$/.test(folder)).join(':');
}

function unpackedIn(unpacked: string): RedisBinary | string | undefined {
  const program =
    find(path.join(unpacked, 'usr/bin'), PROGRAMS[0]!) ?? find(path.join(unpacked, 'usr/bin'), PROGRAMS[1]!);
  return program === undefined ? undefined : inspect(program, { LD_LIBRARY_PATH: libraryPath(unpacked) });
}

function isWritable(folder: string): boolean {
  try {
    fs.mkdirSync(folder, { recursive: true });
    fs.accessSync(folder, fs.constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function howToInstall(complaints: string[]): string {
  const how =
    process.platform === 'darwin' ? 'run `brew install redis`' : 'install redis-server 6.2 or newer';
  return [`No usable Redis: ${how}, or set REDIS_URL.`, ...complaints].join(' ');
}

/** Where an unpacked Redis may be kept: with the project, else with the data. */
export function redisCacheFolders(dataDir: string): string[] {
  const name = `${process.platform}-${process.arch}`;
  return [path.join(projectRoot(), '.cache/redis', name), path.join(dataDir, 'cache/redis', name)];
}

/**
 * Finds Redis: installed, else unpacked earlier, else (Debian, Ubuntu) downloaded and unpacked now.
 * @throws StartError with what to do
 */
export function findRedis({ searchPath, cacheFolders, report }: RedisSearch): RedisBinary {
  const complaints: string[] = [];
  const installed = PROGRAMS.map((name) => find(searchPath, name)).filter((program) => program !== undefined);
  for (const candidate of [
    ...installed.map((program) => inspect(program, {})),
    ...cacheFolders.map(unpackedIn),
  ]) {
    if (typeof candidate === 'object') return candidate;
    if (candidate !== undefined) complaints.push(candidate);
  }
  const target = cacheFolders.find((folder) => isWritable(path.dirname(folder)));
  const hasApt = ['apt-get', 'apt-cache', 'dpkg-deb'].every((tool) => find(process.env.PATH ?? '', tool));
  if (target === undefined || !hasApt) throw new StartError(howToInstall(complaints));
  report('Downloading Redis (Debian package, unpacked into a cache folder, nothing is installed) ...');
  unpackRedis(target);
  const unpacked = unpackedIn(target);
  if (typeof unpacked === 'object') return unpacked;
  throw new StartError(howToInstall(unpacked === undefined ? complaints : [...complaints, unpacked]));
}
