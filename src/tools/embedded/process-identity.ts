import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 20;
const HURRY_MS = 300;

/** A process that cannot be mistaken for a later one with the same id. */
export interface ProcessId {
  pid: number;
  /** Boot and start time; compared as a whole. */
  identity: string;
}

/** One signal and how long to wait for its effect. */
export type StopStep = [signal: NodeJS.Signals, waitMs: number];

function fromProc(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; state is the first field after it, start time the twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return `${fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

function fromPs(pid: number, column: string): string | undefined {
  const { stdout } = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
  return stdout?.trim() || undefined;
}

/** What tells this process from any other that ever had the id; undefined when no such process runs. */
export function identityOf(pid: number): string | undefined {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid, 'lstart');
}

/** True while exactly this process runs. */
export function isRunning({ pid, identity }: ProcessId): boolean {
  return identityOf(pid) === identity;
}

/** The command line of a process, arguments separated by spaces; empty when it is gone or hidden. */
export function commandLineOf(pid: number): string {
  if (process.platform !== 'linux') return fromPs(pid, 'command') ?? '';
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

function send({ pid }: ProcessId, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Sends signals one after the other until the process is gone.
 * @param hurry when aborted, each remaining step waits a third of a second at most
 * @returns false when it outlived all steps
 */
export async function stopProcess(
  target: ProcessId,
  steps: StopStep[],
  hurry?: AbortSignal,
): Promise<boolean> {
  for (const [signal, waitMs] of steps) {
    if (!isRunning(target)) return true;
    send(target, signal);
    const sentAt = Date.now();
    while (
      isRunning(target) &&
      Date.now() - sentAt < (hurry?.aborted ? Math.min(waitMs, HURRY_MS) : waitMs)
    ) {
      await delay(POLL_MS);
    }
  }
  return !isRunning(target);
}
