import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from './build.mjs';
import { runChecks } from './checks.mjs';
import { installIfNeeded } from './install.mjs';
import { run } from './run.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

const actions = {
  async start(args) {
    await installIfNeeded(ROOT);
    await buildIfNeeded(ROOT);
    // The channel tells the launcher when this process dies, so that it never stays behind alone.
    const stdio = ['inherit', 'inherit', 'inherit', 'ipc'];
    return run(process.execPath, ['dist/tools/start.js', ...args], { cwd: ROOT, stdio });
  },
  async test(args) {
    await installIfNeeded(ROOT);
    await buildIfNeeded(ROOT);
    const jest = ['node_modules/jest/bin/jest.js', '-c', 'config/jest.config.mjs', ...args];
    return run(process.execPath, jest, { cwd: ROOT, env: { ...process.env, NODE_ENV: 'test' } });
  },
  async check() {
    await installIfNeeded(ROOT);
    return runChecks(ROOT);
  },
};

/**
 * Installs and builds what is missing, then runs the named action.
 * @param {string[]} argv action (start, test or check) and its arguments
 * @returns {Promise<number>} exit code
 */
export async function bootstrap([name = '', ...args]) {
  if (!Object.hasOwn(actions, name)) {
    console.error(`usage: node src/tools/bootstrap.mjs ${Object.keys(actions).join('|')} [arguments]`);
    return 64;
  }
  try {
    return await actions[name](args);
  } catch (error) {
    console.error(error.message);
    return error.exitCode ?? 1;
  }
}
