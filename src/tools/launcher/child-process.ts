import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { writePrivateJson } from '../embedded/files.js';
import { identityOf, stopProcess, type StopStep } from '../embedded/process-identity.js';
import { stopLeftover, type Report } from '../embedded/service-process.js';
import { EXIT, StartError } from '../start-error.js';
import type { ChildLog } from './child-log.js';
import type { Running } from './supervisor.js';

export interface ChildSpec {
  name: string;
  /** Program file for Node.js. */
  script: string;
  env: NodeJS.ProcessEnv;
  log: ChildLog;
  /** Remembers the process, so that a later start finds it after a crash of ours. */
  recordFile: string;
  steps: StopStep[];
}

function saysReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if ((message as { type?: string } | null)?.type === 'ready') resolve();
    });
  });
}

function explainEnd(spec: ChildSpec, why: string): string {
  const tail = spec.log.tail();
  return `The ${spec.name} process ended (${why}) before it was ready.${tail ? ` Its last lines:\n${tail}` : ''}`;
}

/**
 * Starts a Node.js process of the product in a process group of its own and waits until it says `{ type: 'ready' }`.
 * @param signal aborted: the child is stopped and the promise rejects
 * @throws StartError with the child's last lines when it ends before
 */
export async function startChild(spec: ChildSpec, signal: AbortSignal): Promise<Running> {
  const child = spawn(process.execPath, [spec.script], {
    env: spec.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]!.setEncoding('utf8').on('data', (text: string) => spec.log.take(stream, text));
  }
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, by) => resolve(by ?? `exit code ${code}`));
  });
  const self = { pid: child.pid ?? 0, identity: identityOf(child.pid ?? 0) ?? '' };
  fs.mkdirSync(path.dirname(spec.recordFile), { recursive: true });
  writePrivateJson(spec.recordFile, self);
  const stop = async (hurry?: AbortSignal) => {
    await stopProcess(self, spec.steps, hurry);
    fs.rmSync(spec.recordFile, { force: true });
  };

  const over = new AbortController();
  const aborted = new Promise<'aborted'>((resolve) => {
    signal.addEventListener('abort', () => resolve('aborted'), { signal: over.signal });
  });
  const outcome = await Promise.race([
    saysReady(child),
    exited.then((why) => ({ why })),
    signal.aborted ? ('aborted' as const) : aborted,
  ]);
  over.abort();
  if (outcome === undefined) return { exited, stop };
  await stop();
  if (outcome === 'aborted') throw new StartError(`${spec.name} was stopped before it was ready`);
  throw new StartError(
    explainEnd(spec, outcome.why),
    child.exitCode === EXIT.badConfig ? EXIT.badConfig : EXIT.failed,
  );
}

/** Stops the processes of an earlier launcher that died without doing so. */
export async function stopLeftoverChildren(
  recordFolder: string,
  steps: StopStep[],
  report: Report,
): Promise<void> {
  if (!fs.existsSync(recordFolder)) return;
  const records = fs.readdirSync(recordFolder).filter((name) => name.endsWith('.json'));
  const stops = records.map((record) =>
    stopLeftover(path.join(recordFolder, record), steps, (pid) => {
      report(`Stopping the ${path.basename(record, '.json')} of an earlier start (process ${pid}) ...`);
    }),
  );
  await Promise.all(stops);
}
