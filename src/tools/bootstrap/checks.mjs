import fs from 'node:fs';
import path from 'node:path';
import { npmCommand, runCaptured, seconds } from './run.mjs';

const PREFIX = 'check:';

/** Names of the checks: every script `check:<name>` of package.json, in the order written there. */
export function checksOf(packageJson) {
  const scripts = Object.keys(packageJson.scripts ?? {});
  return scripts.filter((script) => script.startsWith(PREFIX)).map((script) => script.slice(PREFIX.length));
}

/**
 * Runs every check, also after one has failed, and prints a line for each.
 * @returns {Promise<number>} 0 when all passed, else 1
 */
export async function runChecks(root) {
  const packageJson = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const failed = [];
  for (const name of checksOf(packageJson)) {
    const startedAt = Date.now();
    const [command, args] = npmCommand(['run', '--silent', PREFIX + name]);
    const { code, output } = await runCaptured(command, args, { cwd: root });
    console.log(`${name.padEnd(10)} ${code === 0 ? 'ok    ' : 'FAILED'} ${seconds(startedAt)}`);
    if (code === 0) continue;
    failed.push(name);
    console.log(output.trimEnd());
  }
  if (failed.length > 0) console.log(`Failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}
