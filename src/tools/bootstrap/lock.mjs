import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 200;

/** True when a process with this id exists, whoever owns it. */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function readOwner(lock) {
  try {
    return JSON.parse(fs.readFileSync(path.join(lock, 'owner.json'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Renames a folder that already holds its owner, so that a lock without an owner never exists. */
function tryTake(lock) {
  const token = randomUUID();
  const own = `${lock}.${token}`;
  fs.mkdirSync(own, { recursive: true });
  fs.writeFileSync(path.join(own, 'owner.json'), JSON.stringify({ pid: process.pid, token }));
  try {
    fs.renameSync(own, lock);
    return true;
  } catch {
    fs.rmSync(own, { recursive: true, force: true });
    return false;
  }
}

/** Sets a dead owner's lock aside. The token in the name lets only one of several waiters do it. */
function setAside(lock, owner) {
  try {
    fs.renameSync(lock, `${lock}.dead.${owner.token}`);
  } catch {
    // Another waiter was faster.
  }
}

function removeDead(lock) {
  const folder = path.dirname(lock);
  const prefix = `${path.basename(lock)}.dead.`;
  for (const name of fs.readdirSync(folder)) {
    if (name.startsWith(prefix)) fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

/**
 * Runs `work` while no other process holds the same lock; waits for a living holder, takes over from a dead one.
 * @param {string} lock folder that stands for the lock
 * @param {() => Promise<T>} work
 * @param {(pid: number) => void} onWait called once when another process holds the lock
 * @returns {Promise<T>}
 * @template T
 */
export async function withLock(lock, work, onWait = () => {}) {
  let told = false;
  while (!tryTake(lock)) {
    const owner = readOwner(lock);
    if (owner && !isAlive(owner.pid)) {
      setAside(lock, owner);
      continue;
    }
    if (owner && !told) onWait(owner.pid);
    told ||= owner !== undefined;
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(lock, { recursive: true, force: true });
    removeDead(lock);
  }
}
