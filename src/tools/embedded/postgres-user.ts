import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { StartError } from '../start-error.js';

/** `nobody` on Linux; exists in /etc/passwd everywhere, which PostgreSQL insists on. */
const NOBODY = 65534;

/**
 * As whom PostgreSQL runs, which refuses root: as we are, as another user, or as one that a user namespace
 * pretends (then files stay ours).
 */
export type RunAs = { kind: 'self' } | { kind: 'user'; uid: number; gid: number } | { kind: 'namespace' };

export interface UserFacts {
  uid: number;
  /** False when the user id has no name, as in containers started with any number. */
  hasName: boolean;
  /** Owner of the data folder, when it exists. */
  owner?: { uid: number; gid: number };
  /** True when every user may enter the folders that lead to the programs and the data. */
  reachable: boolean;
}

/** Decides as whom to run; data written in one way is always used in the same way. */
export function chooseRunAs({ uid, hasName, owner, reachable }: UserFacts): RunAs {
  if (uid !== 0) {
    if (owner !== undefined && owner.uid !== uid) {
      throw new StartError(
        `The PostgreSQL data belongs to user ${owner.uid}, this is user ${uid}: start as the user of before ` +
          '(root if it was root), or set another DATA_DIR.',
      );
    }
    return hasName ? { kind: 'self' } : { kind: 'namespace' };
  }
  if (owner === undefined)
    return reachable ? { kind: 'user', uid: NOBODY, gid: NOBODY } : { kind: 'namespace' };
  if (owner.uid === 0) return { kind: 'namespace' };
  if (reachable) return { kind: 'user', ...owner };
  throw new StartError(
    `The PostgreSQL data belongs to user ${owner.uid}, who may not enter all folders above it or above the programs: ` +
      'restore their x permission for others, or start as that user.',
  );
}

function isReachable(target: string): boolean {
  for (let folder = path.resolve(target); folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (fs.existsSync(folder) && (fs.statSync(folder).mode & 0o001) === 0) return false;
  }
  return true;
}

function hasName(): boolean {
  try {
    return os.userInfo().username !== '';
  } catch {
    return false;
  }
}

/** Looks at the machine and decides as whom PostgreSQL runs. */
export function runAsFor(home: string, dataFolder: string, bin: string): RunAs {
  const uid = process.getuid?.();
  if (uid === undefined) return { kind: 'self' };
  if (uid === 0 && process.platform !== 'linux') {
    throw new StartError(
      'The embedded PostgreSQL does not run as root here: start as a normal user or set DATABASE_URL.',
    );
  }
  const owner = fs.existsSync(dataFolder) ? fs.statSync(dataFolder) : undefined;
  return chooseRunAs({
    uid,
    hasName: hasName(),
    owner: owner && { uid: owner.uid, gid: owner.gid },
    reachable: isReachable(home) && isReachable(bin),
  });
}

/** Command line and options that run a program as decided. */
export function commandAs(runAs: RunAs, program: string, args: string[]) {
  const base = { cwd: '/', env: { PATH: process.env.PATH, LC_ALL: locale(), TZ: 'UTC' } };
  if (runAs.kind === 'user')
    return { command: program, args, options: { ...base, uid: runAs.uid, gid: runAs.gid } };
  if (runAs.kind === 'self') return { command: program, args, options: base };
  const mapping = ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`];
  return { command: 'unshare', args: [...mapping, program, ...args], options: base };
}

/** UTF-8 in code point order; macOS has no such system locale. */
export function locale(): string {
  return process.platform === 'darwin' ? 'C' : 'C.UTF-8';
}
