import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from '../../../src/tools/embedded/ports.js';
import { commandLineOf } from '../../../src/tools/embedded/process-identity.js';
import { runNode, until, type ToolProcess } from '../../support/tool-process.js';

const LAUNCHER = path.resolve('dist/tools/start.js');

/** Processes that have this text in their command line. */
function processesWith(text: string): number[] {
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => commandLineOf(pid).includes(text));
}

describe('the launcher', () => {
  let dataDir: string;
  let port: number;
  const launched: ToolProcess[] = [];
  const start = (env: NodeJS.ProcessEnv = {}) => {
    const { NODE_ENV: _, DATABASE_URL: __, REDIS_URL: ___, ...own } = process.env;
    const tool = runNode([LAUNCHER], { ...own, DATA_DIR: dataDir, PORT: String(port), DEMO: 'off', ...env });
    launched.push(tool);
    return tool;
  };
  const recorded = () =>
    ['run/api.json', 'run/worker.json', 'run/simulator.json', 'postgres/process.json', 'redis/process.json']
      .map((file) => path.join(dataDir, file))
      .filter((file) => fs.existsSync(file))
      .map((file) => (JSON.parse(fs.readFileSync(file, 'utf8')) as { pid: number }).pid);
  const alive = (pids: number[]) => pids.filter((pid) => commandLineOf(pid) !== '');

  beforeEach(async () => {
    if (!fs.existsSync(LAUNCHER))
      throw new Error('dist is missing: run `npm run build`, or the tests by `npm test`');
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'launcher-'));
    fs.chmodSync(dataDir, 0o755);
    port = await freePort();
  });
  afterEach(async () => {
    for (const { child, ended } of launched.splice(0)) {
      child.kill('SIGTERM');
      await ended;
    }
    await until('all processes are gone', () => processesWith(dataDir).length === 0);
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  it('brings everything up, refuses a second start, survives SIGKILL and stops cleanly', async () => {
    const first = start();
    const [ready] = await first.prints(/^Depesche is ready: .*$/m);
    expect(ready).toBe(
      `Depesche is ready: http://127.0.0.1:${port} (console, API, /docs) · first credentials: ${dataDir}/admin-credentials.json`,
    );
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);

    const second = start({ PORT: String(await freePort()) });
    expect(await second.ended).toBe(75);
    expect(second.output()).toMatch(
      new RegExp(`process ${first.child.pid}, started 20.*http://127.0.0.1:${port}`),
    );

    const old = recorded();
    expect(alive(old)).toHaveLength(5);
    first.child.kill('SIGKILL');
    await first.ended;
    const third = start();
    await third.prints(/^Depesche is ready/m);
    expect(alive(old)).toEqual([]);

    const current = recorded();
    const askedAt = Date.now();
    third.child.kill('SIGTERM');
    expect(await third.ended).toBe(0);
    expect(Date.now() - askedAt).toBeLessThan(10_000);
    expect(alive(current)).toEqual([]);
    expect(fs.existsSync(path.join(dataDir, 'lock'))).toBe(false);
    expect(recorded()).toEqual([]);
  }, 120_000);

  it('starts a child again that dies', async () => {
    const launcher = start();
    await launcher.prints(/^Depesche is ready/m);
    const record = path.join(dataDir, 'run/worker.json');
    const pidOf = () => (JSON.parse(fs.readFileSync(record, 'utf8')) as { pid: number }).pid;
    const before = pidOf();
    process.kill(before, 'SIGKILL');
    await launcher.prints(/worker ended unexpectedly \(SIGKILL\)\. Starting it again in 1 s\./);
    await until('another worker runs', () => fs.existsSync(record) && pidOf() !== before);
  }, 60_000);

  it('stops in the middle of a start', async () => {
    const launcher = start();
    await launcher.prints(/Starting api and worker/);
    launcher.child.kill('SIGINT');
    expect(await launcher.ended).toBe(0);
    expect(launcher.output()).not.toMatch(/is ready/);
  }, 60_000);

  it('refuses bad settings, missing servers and a port in use before anything heavy', async () => {
    const bad = start({ PORT: 'many', PROCESS_ROLE: 'boss' });
    expect(await bad.ended).toBe(78);
    expect(bad.output()).toMatch(/PORT[^]*PROCESS_ROLE/);
    const lonely = start({ PROCESS_ROLE: 'worker' });
    expect(await lonely.ended).toBe(78);
    expect(lonely.output()).toMatch(/^DATABASE_URL, REDIS_URL, WHATSAPP_GRAPH_URL must be set/);
    const neighbour = runNode([
      '-e',
      `require('http').createServer().listen(${port}, '127.0.0.1', () => console.log('up'))`,
    ]);
    launched.push(neighbour);
    await neighbour.prints(/up/);
    const late = start();
    expect(await late.ended).toBe(1);
    expect(late.output()).toBe(`port ${port} on 127.0.0.1 is in use (set PORT)\n`);
    expect(fs.existsSync(path.join(dataDir, 'postgres'))).toBe(false);
  }, 60_000);
});
