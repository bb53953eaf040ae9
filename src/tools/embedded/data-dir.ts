import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { EXIT, StartError } from '../start-error.js';
import { ensureFolder, readJson, writePrivateJson } from './files.js';
import { identityOf, isRunning, type ProcessId } from './process-identity.js';

const ATTEMPTS = 5;

/** Who holds a data folder. */
export interface Holder extends ProcessId {
  token: string;
  /** ISO time of its start. */
  since: string;
  /** Where it listens. */
  address: string;
}

/** The line that tells a second start who was first. */
export function explainHolder(dataDir: string, holder: Holder): string {
  const who = `process ${holder.pid}, started ${holder.since}, ${holder.address}`;
  return `${dataDir} is in use by another Depesche (${who}). Stop that one, or set another DATA_DIR and PORT.`;
}

/** Puts a folder that already names its holder in place: a lock without a holder never exists. */
function tryTake(lock: string, holder: Holder): boolean {
  const own = `${lock}.${holder.token}`;
  fs.mkdirSync(own);
  writePrivateJson(path.join(own, 'holder.json'), holder);
  try {
    fs.renameSync(own, lock);
    return true;
  } catch {
    fs.rmSync(own, { recursive: true, force: true });
    return false;
  }
}

/** Removes a dead holder's lock; its token in the name lets only one of several starts do it. */
function removeDead(lock: string, holder: Holder): void {
  const aside = `${lock}.dead.${holder.token}`;
  try {
    fs.renameSync(lock, aside);
  } catch {
    return; // Another start was faster.
  }
  for (const name of fs.readdirSync(path.dirname(lock))) {
    const dead = path.join(path.dirname(lock), name);
    if (dead.startsWith(`${lock}.dead.`) && dead !== aside) fs.rmSync(dead, { recursive: true, force: true });
  }
}

/**
 * Reserves a data folder for this process; a holder that no longer runs is replaced.
 * @param address told to whoever comes second
 * @returns gives the folder free again
 * @throws StartError (exit code 75) naming the holder
 */
export function lockDataDir(dataDir: string, address: string): () => void {
  const lock = path.join(ensureFolder(dataDir), 'lock');
  const self: Holder = {
    pid: process.pid,
    identity: identityOf(process.pid) ?? '',
    token: randomUUID(),
    since: new Date().toISOString(),
    address,
  };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (tryTake(lock, self)) return () => release(lock, self);
    const holder = readJson<Holder>(path.join(lock, 'holder.json'));
    if (holder === undefined) continue; // Released just now.
    if (isRunning(holder)) throw new StartError(explainHolder(dataDir, holder), EXIT.inUse);
    removeDead(lock, holder);
  }
  throw new StartError(`${lock} cannot be taken: others take and release it all the time.`, EXIT.inUse);
}

function release(lock: string, self: Holder): void {
  const holder = readJson<Holder>(path.join(lock, 'holder.json'));
  if (holder?.token === self.token) fs.rmSync(lock, { recursive: true, force: true });
}
