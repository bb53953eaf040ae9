import fs from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { BootstrapError, npmCommand, run, seconds } from './run.mjs';
import { readStamp, stampOf } from './stamp.mjs';

const STAMP = 'dist/.depesche-build';
const SOURCES = ['src', 'package.json', 'package-lock.json', 'tsconfig.json', 'config/tsconfig.build.json'];

/** True when dist was not built from exactly these sources. */
export function isBuildNeeded(root) {
  return readStamp(path.join(root, STAMP)) !== stampOf(root, SOURCES);
}

async function build(root) {
  if (!isBuildNeeded(root)) return;
  console.error('Building ...');
  const startedAt = Date.now();
  const stamp = stampOf(root, SOURCES);
  // From scratch: the output of a source that is gone must not survive.
  fs.rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const [command, args] = npmCommand(['run', '--silent', 'build']);
  const code = await run(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (code !== 0) throw new BootstrapError(`The build failed (exit code ${code}), see above.`, code);
  fs.writeFileSync(path.join(root, STAMP), stamp);
  console.error(`Built in ${seconds(startedAt)}.`);
}

/** Compiles src into dist unless dist already is the build of these very sources. */
export async function buildIfNeeded(root) {
  if (!isBuildNeeded(root)) return;
  const waiting = (pid) => console.error(`Waiting for process ${pid}, which is installing or building ...`);
  await withLock(path.join(root, '.cache/bootstrap.lock'), () => build(root), waiting);
}
