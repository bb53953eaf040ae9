import fs from 'node:fs';
import path from 'node:path';
import type { Config } from '../platform/config/config.js';
import { ConfigError, loadConfig } from '../platform/config/load-config.js';
import { Launcher, type Started } from './launcher/launcher.js';
import { simulatorUrl } from './launcher/simulator-child.js';
import { EXIT, StartError } from './start-error.js';

/** One Ctrl-C can arrive several times: from the terminal, from npm and from the process that started us. */
const ECHO_MS = 1000;

// Standard output is for the one line that says where everything is; what goes on meanwhile is beside it.
const report = (line: string): void => void process.stderr.write(`${line}\n`);

function readyLine(config: Config, { publicUrl }: Started): string {
  if (config.processRole === 'worker') return 'Depesche worker is ready';
  const credentials = path.join(config.dataDir, 'admin-credentials.json');
  const hint = fs.existsSync(credentials) ? ` · first credentials: ${credentials}` : '';
  return `Depesche is ready: ${publicUrl} (console, API, /docs)${hint}`;
}

async function demo(config: Config, { baseUrl, simulator }: Started, signal: AbortSignal): Promise<void> {
  if (config.demo !== 'on' || !simulator) return;
  try {
    const { runDemo } = await import('./demo/run-demo.js');
    const access = {
      url: simulatorUrl(simulator),
      accessToken: simulator.accessToken,
      controlKey: simulator.controlKey,
    };
    await runDemo({ baseUrl, dataDir: config.dataDir, simulator: access, out: process.stdout, signal });
  } catch (error) {
    if (!signal.aborted) report(`The demo did not finish: ${(error as Error).message}`);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return EXIT.badConfig;
  return error instanceof StartError ? error.exitCode : EXIT.failed;
}

function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const launcher = new Launcher(config, process.env, report);
  const demoOver = new AbortController();
  let stopAskedAt: number | undefined;
  const end = async (exitCode: number): Promise<never> => {
    demoOver.abort();
    await launcher.stop();
    process.exit(exitCode);
  };
  const onSignal = (): void => {
    if (stopAskedAt !== undefined && Date.now() - stopAskedAt < ECHO_MS) return;
    report(stopAskedAt === undefined ? 'Stopping ...' : 'Stopping in a hurry ...');
    stopAskedAt = Date.now();
    void end(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  // The process that started us died without a word: nobody is left to stop us.
  process.on('disconnect', onSignal);
  process.on('uncaughtException', (error) => {
    report(explain(error));
    void end(EXIT.failed);
  });
  try {
    const started = await launcher.start();
    process.stdout.write(`${readyLine(config, started)}\n`);
    await demo(config, started, demoOver.signal);
  } catch (error) {
    if (stopAskedAt !== undefined) return;
    report(explain(error));
    await end(exitCodeOf(error));
  }
}

try {
  await main();
} catch (error) {
  report(explain(error));
  process.exitCode = exitCodeOf(error);
  process.disconnect?.();
}
