import { spawn, type SpawnOptions } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from '../start-error.js';
import { readJson, tailOf, writePrivateJson } from './files.js';
import { identityOf, stopProcess, type ProcessId, type StopStep } from './process-identity.js';

const PROBE_MS = 20;

/** Told what is going on, one short line at a time. */
export type Report = (line: string) => void;

/** A server of ours that runs. */
export interface RunningService {
  url: string;
  version: string;
  pid: number;
  /** Settles with the reason when the server ends, wanted or not. */
  exited: Promise<string>;
  stop(hurry?: AbortSignal): Promise<void>;
}

export interface ServiceSpec {
  name: string;
  command: string;
  args: string[];
  options: SpawnOptions;
  /** Gets both outputs; the former one is kept as `.1`. */
  logFile: string;
  /** Remembers the process, so that a later start finds it after a crash of ours. */
  recordFile: string;
  steps: StopStep[];
}

/** A started server process, not known to answer yet. */
export interface ServiceProcess {
  pid: number;
  exited: Promise<string>;
  stop(hurry?: AbortSignal): Promise<void>;
}

/** Starts a server in a process group of its own: Ctrl-C must reach the launcher, not the server. */
export function spawnService(spec: ServiceSpec): Promise<ServiceProcess> {
  fs.mkdirSync(path.dirname(spec.logFile), { recursive: true });
  if (fs.existsSync(spec.logFile)) fs.renameSync(spec.logFile, `${spec.logFile}.1`);
  const log = fs.openSync(spec.logFile, 'a', 0o600);
  const child = spawn(spec.command, spec.args, {
    ...spec.options,
    detached: true,
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  return new Promise((resolve, reject) => {
    const unusable = (error: Error) => reject(new StartError(`${spec.name} cannot run: ${error.message}`));
    child.once('error', unusable);
    child.once('spawn', () => {
      const pid = child.pid!;
      const self: ProcessId = { pid, identity: identityOf(pid) ?? '' };
      writePrivateJson(spec.recordFile, self);
      const exited = new Promise<string>((settle) => {
        child.once('exit', (code, signal) => settle(signal ?? `exit code ${code}`));
      });
      const stop = async (hurry?: AbortSignal) => {
        await stopProcess(self, spec.steps, hurry);
        fs.rmSync(spec.recordFile, { force: true });
      };
      resolve({ pid, exited, stop });
    });
  });
}

/**
 * Probes until the server answers.
 * @throws StartError with the end of the log when the server ends first, or after `limitMs`
 */
export async function waitUntilReady(
  spec: ServiceSpec,
  service: ServiceProcess,
  probe: () => Promise<boolean>,
  limitMs = 120_000,
): Promise<void> {
  let ended: string | undefined;
  void service.exited.then((why) => (ended = why));
  const deadline = Date.now() + limitMs;
  while (!(await probe())) {
    if (ended === undefined && Date.now() < deadline) {
      await delay(PROBE_MS);
      continue;
    }
    await service.stop();
    const why = ended === undefined ? `gave no answer within ${limitMs / 1000} s` : `ended (${ended})`;
    throw new StartError(`${spec.name} ${why}. The end of ${spec.logFile}:\n${tailOf(spec.logFile)}`);
  }
}

/** Stops the process of a record file that a crash left running; tells whether there was one. */
export async function stopLeftover(
  recordFile: string,
  steps: StopStep[],
  onFound: (pid: number) => void,
): Promise<void> {
  const record = readJson<ProcessId>(recordFile);
  if (record === undefined) return;
  if (identityOf(record.pid) === record.identity) {
    onFound(record.pid);
    if (!(await stopProcess(record, steps))) {
      throw new StartError(
        `Process ${record.pid} of an earlier start does not end; stop it by hand (${recordFile}).`,
      );
    }
  }
  fs.rmSync(recordFile, { force: true });
}
