import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { BootstrapError, npmCommand, run, seconds } from './run.mjs';
import { readStamp, stampOf } from './stamp.mjs';

const STAMP = 'node_modules/.depesche-install';

/** Fingerprint of what should be installed; binaries differ by platform, so it counts too. */
export function installStamp(root) {
  return stampOf(root, ['package.json', 'package-lock.json'], `${process.platform}-${process.arch}`);
}

/**
 * Why packages must be installed, or undefined when they are up to date.
 * @returns {string | undefined}
 */
export function whyInstall(root) {
  if (!fs.existsSync(path.join(root, 'node_modules'))) return 'nothing is installed yet';
  const stamp = readStamp(path.join(root, STAMP));
  if (stamp === '') return 'the last installation is unknown or was interrupted';
  return stamp === installStamp(root) ? undefined : 'package.json or package-lock.json changed';
}

async function install(root) {
  const why = whyInstall(root);
  if (why === undefined) return;
  console.error(`Installing packages (${why}) ...`);
  const startedAt = Date.now();
  fs.rmSync(path.join(root, STAMP), { force: true });
  // Not `npm ci`: it refuses a lock made where packages for other platforms were not offered. --include=dev
  // because the compiler is needed even with NODE_ENV=production. npm prints its summary to stdout: send it to
  // stderr, our own stdout is for the program that follows.
  const flags = ['install', '--no-save', '--no-audit', '--no-fund', '--include=dev', '--loglevel=error'];
  const [command, args] = npmCommand(flags);
  const code = await run(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new BootstrapError(`npm install failed (exit code ${code}), see above.`, code);
  fs.writeFileSync(path.join(root, STAMP), installStamp(root));
  console.error(`Installed in ${seconds(startedAt)}.`);
}

/** Installs packages when node_modules is missing or does not match package.json and package-lock.json. */
export async function installIfNeeded(root) {
  if (whyInstall(root) === undefined) return;
  const waiting = (pid) => console.error(`Waiting for process ${pid}, which is installing or building ...`);
  await withLock(path.join(root, '.cache/bootstrap.lock'), () => install(root), waiting);
}
