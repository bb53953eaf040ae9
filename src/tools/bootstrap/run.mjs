import { spawn } from 'node:child_process';
import os from 'node:os';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Thrown to end the bootstrap with a message and an exit code. */
export class BootstrapError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Runs a program, hands signals on to it and waits for its end.
 * @returns {Promise<number>} its exit code, or 128 + signal number when a signal ended it
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const forward = (signal) => child.kill(signal);
    for (const signal of FORWARDED) process.on(signal, forward);
    const done = (settle, value) => {
      for (const signal of FORWARDED) process.off(signal, forward);
      settle(value);
    };
    child.once('error', (error) => done(reject, error));
    child.once('exit', (code, signal) => done(resolve, code ?? 128 + os.constants.signals[signal]));
  });
}

/**
 * Runs a program and collects what it prints.
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function runCaptured(command, args, options = {}) {
  const chunks = [];
  const code = await new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? 128 + os.constants.signals[signal]));
  });
  return { code, output: Buffer.concat(chunks).toString('utf8') };
}

/**
 * Command line of npm: the very npm that started us when there is one, else the one in PATH.
 * @returns {[string, string[]]} program and its arguments
 */
export function npmCommand(args, env = process.env) {
  const cli = env.npm_execpath ?? '';
  if (/npm-cli\.c?js$/.test(cli)) return [process.execPath, [cli, ...args]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', args];
}

/** Seconds since `startedAt` (ms), for people. */
export const seconds = (startedAt) => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
