import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { StartError } from '../start-error.js';
import { ensureFolder } from './files.js';

/** Pairs of server and tools package, best first; in Debian the program itself is in the tools package. */
const FLAVOURS = [
  ['redis-server', 'redis-tools'],
  ['valkey-server', 'valkey-tools'],
] as const;

/** apt options that keep all state in a folder of ours: needs no root and touches nothing of the system. */
export function aptOptions(stateFolder: string): string[] {
  const settings = [
    `Dir::State::lists=${stateFolder}/lists`,
    `Dir::Cache=${stateFolder}/cache`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
  ];
  return ['-qq', ...settings.flatMap((setting) => ['-o', setting])];
}

/**
 * Library packages named in the output of `apt-cache depends`. Not libc: a second one beside the system's
 * cannot work.
 */
export function librariesIn(aptCacheOutput: string): string[] {
  const names = [...aptCacheOutput.matchAll(/^[ |]*(?:Pre)?Depends: ((?:lib|lua-)[a-z0-9.+-]+)$/gm)];
  const unique = new Set(names.map(([, name]) => name!));
  return [...unique].filter((name) => !/^(libc6|libgcc-s1)$/.test(name));
}

/** The line of apt's output that says what is wrong. */
export function reasonIn(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => line.startsWith('E:')) ?? lines.filter(Boolean).at(-1) ?? 'no reason given';
}

class Apt {
  private readonly state: string;
  readonly debs: string;

  constructor(folder: string) {
    this.state = path.join(folder, 'apt');
    this.debs = path.join(this.state, 'debs');
    for (const part of ['lists/partial', 'cache/archives/partial', 'debs']) {
      fs.mkdirSync(path.join(this.state, part), { recursive: true });
    }
  }

  run(program: 'apt-get' | 'apt-cache', args: string[]): string {
    const options = { cwd: this.debs, encoding: 'utf8', stdio: 'pipe', timeout: 120_000 } as const;
    return execFileSync(program, [...aptOptions(this.state), ...args], {
      ...options,
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
  }

  tryRun(program: 'apt-get' | 'apt-cache', args: string[]): { output: string; isDone: boolean } {
    try {
      return { output: this.run(program, args), isDone: true };
    } catch (error) {
      const { stderr, message } = error as Error & { stderr?: string };
      return { output: reasonIn(stderr || message), isDone: false };
    }
  }

  remove(): void {
    fs.rmSync(this.state, { recursive: true, force: true });
  }
}

function download(apt: Apt): void {
  const update = apt.tryRun('apt-get', ['update']);
  const reasons = update.isDone ? [] : [update.output];
  for (const packages of FLAVOURS) {
    const { output, isDone } = apt.tryRun('apt-get', ['download', ...packages]);
    if (!isDone) {
      reasons.push(output);
      continue;
    }
    const libraries = librariesIn(apt.tryRun('apt-cache', ['depends', ...packages]).output);
    if (apt.tryRun('apt-get', ['download', ...libraries]).isDone) return;
    // One of them is an alternative without a package here. Whether any is really missing shows at the start.
    for (const library of libraries) apt.tryRun('apt-get', ['download', library]);
    return;
  }
  throw new StartError(
    `Redis could not be downloaded with apt (${reasons.join('; ')}). Install redis-server 6.2 or newer, or set REDIS_URL.`,
  );
}

/**
 * Downloads Redis as a package of this Debian or Ubuntu and unpacks it into `target`, without root and without
 * installing anything.
 */
export function unpackRedis(target: string): void {
  const draft = `${target}.${process.pid}.tmp`;
  fs.rmSync(draft, { recursive: true, force: true });
  const apt = new Apt(ensureFolder(draft));
  try {
    download(apt);
    for (const deb of fs.readdirSync(apt.debs).filter((name) => name.endsWith('.deb'))) {
      execFileSync('dpkg-deb', ['-x', path.join(apt.debs, deb), draft], { stdio: 'pipe' });
    }
    apt.remove();
    fs.rmSync(target, { recursive: true, force: true });
    fs.renameSync(draft, target);
  } finally {
    fs.rmSync(draft, { recursive: true, force: true });
  }
}
