import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../../src/platform/config/load-config.js';
import { ChildLog, echoOf } from '../../../src/tools/launcher/child-log.js';
import { explainPort, localUrl, planStart } from '../../../src/tools/launcher/plan.js';
import {
  encryptionKey,
  saveSimulatorSecrets,
  simulatorSecrets,
} from '../../../src/tools/launcher/secrets.js';
import { withWorkerMemory } from '../../../src/tools/launcher/worker-memory.js';
import { backOffMs, Supervisor, type Running } from '../../../src/tools/launcher/supervisor.js';
import { EXIT, StartError } from '../../../src/tools/start-error.js';

const servers = {
  DATABASE_URL: 'postgresql://u:p@h/d',
  REDIS_URL: 'redis://h',
  WHATSAPP_GRAPH_URL: 'http://h',
};

describe('plan of a start', () => {
  const plan = (env: NodeJS.ProcessEnv, knowsSimulator = false) => planStart(loadConfig(env), knowsSimulator);

  it('brings everything by itself unless told of others', () => {
    const all = {
      postgres: true,
      redis: true,
      simulator: true,
      exclusive: true,
      children: ['api', 'worker'],
    };
    expect(plan({})).toEqual(all);
    expect(plan({ DATABASE_URL: servers.DATABASE_URL })).toEqual({ ...all, postgres: false });
    expect(plan(servers)).toEqual({
      ...all,
      postgres: false,
      redis: false,
      simulator: false,
      exclusive: false,
    });
  });

  it('starts just the one process for a role of its own', () => {
    expect(plan({ ...servers, PROCESS_ROLE: 'worker' })).toMatchObject({
      exclusive: false,
      children: ['worker'],
    });
  });

  it('names everything that a role of its own lacks', () => {
    const missing = () => plan({ PROCESS_ROLE: 'api', REDIS_URL: servers.REDIS_URL });
    expect(missing).toThrow(/^DATABASE_URL, WHATSAPP_GRAPH_URL must be set: .*PROCESS_ROLE=api/);
    expect(missing).toThrow(expect.objectContaining({ exitCode: EXIT.badConfig }));
    const { WHATSAPP_GRAPH_URL: _, ...own } = servers;
    expect(plan({ ...own, PROCESS_ROLE: 'api' }, true).children).toEqual(['api']);
  });

  it.each([
    ['0.0.0.0', 'http://127.0.0.1:80'],
    ['::', 'http://[::1]:80'],
    ['fe80::1', 'http://[fe80::1]:80'],
    ['example.org', 'http://example.org:80'],
  ])('reaches a server on %s at %s', (host, url) => {
    expect(localUrl(host, 80)).toBe(url);
  });

  it('explains why a port cannot be used', () => {
    expect(explainPort('EADDRINUSE', '127.0.0.1', 3000)).toBe('port 3000 on 127.0.0.1 is in use (set PORT)');
    expect(explainPort('EACCES', '::', 80)).toMatch(/not allowed/);
    expect(explainPort('EADDRNOTAVAIL', '10.9.9.9', 80)).toMatch(/EADDRNOTAVAIL.*HOST/);
  });
});

describe('supervisor', () => {
  /** A process that ends when told to. */
  function aProcess() {
    let end: (why: string) => void = () => {};
    const exited = new Promise<string>((resolve) => (end = resolve));
    const stops: (AbortSignal | undefined)[] = [];
    const running: Running = {
      exited,
      stop: (hurry) => {
        stops.push(hurry);
        end('stopped');
        return Promise.resolve();
      },
    };
    return { running, end, stops };
  }

  function supervise(start: (attempt: number, signal: AbortSignal) => Promise<Running>, attempts = 3) {
    const reports: string[] = [];
    const delays: number[] = [];
    let attempt = 0;
    const supervisor = new Supervisor({
      name: 'api',
      start: (signal) => start(++attempt, signal),
      report: (line) => reports.push(line),
      attempts,
      delayMs: (failures) => {
        delays.push(failures);
        return 0;
      },
    });
    return { supervisor, reports, delays, attemptCount: () => attempt };
  }

  it('starts again what ends unexpectedly, and stops the last one', async () => {
    const processes = [aProcess(), aProcess(), aProcess()];
    let started: () => void = () => {};
    const lastStarted = new Promise<void>((resolve) => (started = resolve));
    const { supervisor, reports } = supervise((attempt) => {
      if (attempt === 3) started();
      return Promise.resolve(processes[attempt - 1]!.running);
    });
    await supervisor.start();
    processes[0]!.end('SIGKILL');
    processes[1]!.end('exit code 1');
    await lastStarted;
    const hurry = new AbortController().signal;
    await supervisor.stop(hurry);
    expect(processes.map(({ stops }) => stops)).toEqual([[], [], [hurry]]);
    expect(reports[0]).toMatch(/^api ended unexpectedly \(SIGKILL\)\. Starting it again/);
    expect(reports).toHaveLength(2);
  });

  it('gives up after three failures before it was ready once', async () => {
    const { supervisor, delays, attemptCount } = supervise((attempt) =>
      Promise.reject(new Error(`no ${attempt}`)),
    );
    await expect(supervisor.start()).rejects.toThrow('no 3');
    expect(attemptCount()).toBe(3);
    expect(delays).toEqual([1, 2]);
    await supervisor.stop();
  });

  it('gives up at once when the settings are bad', async () => {
    const { supervisor, attemptCount } = supervise(() =>
      Promise.reject(new StartError('bad', EXIT.badConfig)),
    );
    await expect(supervisor.start()).rejects.toThrow('bad');
    expect(attemptCount()).toBe(1);
  });

  it('can be stopped in the middle of a start', async () => {
    const { supervisor, attemptCount } = supervise(
      (_, signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        ),
    );
    const starting = expect(supervisor.start()).rejects.toThrow('aborted');
    await supervisor.stop();
    await starting;
    expect(attemptCount()).toBe(1);
  });

  it('waits longer and longer, half a minute at most', () => {
    expect([1, 2, 3, 4, 5, 6, 50].map(backOffMs)).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  });
});

describe('log of a child', () => {
  it('shows warnings and errors only', () => {
    expect(echoOf('api', '{"level":30,"msg":"fine"}')).toBeUndefined();
    expect(echoOf('api', '{"level":40,"msg":"slow","reason":"disk"}')).toBe('api warning: slow (disk)');
    expect(echoOf('api', '{"level":50,"msg":"broken"}')).toBe('api error: broken');
    expect(echoOf('api', 'listening')).toBeUndefined();
    expect(echoOf('api', '{ no json')).toBeUndefined();
  });

  it('keeps a capped file and the last lines, whatever pieces arrive', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'child-log-'));
    const file = path.join(folder, 'logs/api.log');
    const shown: string[] = [];
    const log = new ChildLog({ name: 'api', file, echo: (line) => shown.push(line), capBytes: 10 });
    log.take('stdout', 'first');
    log.take('stdout', ' line\nsecond line\nthird');
    log.take('stderr', 'oh\n');
    expect(log.tail()).toBe('first line\nsecond line\noh\nthird');
    expect(fs.readFileSync(file, 'utf8')).toBe('oh\n');
    expect(fs.readFileSync(`${file}.1`, 'utf8')).toBe('second line\n');
    expect(shown).toEqual(['api: oh']);
    fs.rmSync(folder, { recursive: true });
  });
});

describe('secrets', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'secrets-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('are made once and kept, readable by the owner only', () => {
    const key = encryptionKey(folder);
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(encryptionKey(folder)).toBe(key);
    const secrets = { ...simulatorSecrets(folder), port: 4000 };
    saveSimulatorSecrets(folder, secrets);
    expect(simulatorSecrets(folder)).toEqual(secrets);
    for (const name of fs.readdirSync(folder))
      expect(fs.statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
  });

  it('refuse a damaged key instead of replacing it', () => {
    fs.writeFileSync(path.join(folder, 'encryption.key'), 'short');
    expect(() => encryptionKey(folder)).toThrow(/restore it/);
  });
});

describe('memory of a worker', () => {
  it('is bounded unless the environment says otherwise', () => {
    expect(withWorkerMemory({ A: 'b' })).toEqual({
      A: 'b',
      NODE_OPTIONS: '--max-semi-space-size=8 --max-old-space-size=768',
    });
    const own = '--max-old-space-size=2048 --enable-source-maps';
    expect(withWorkerMemory({ NODE_OPTIONS: own }).NODE_OPTIONS).toMatch(new RegExp(` ${own}$`, 'u'));
  });
});
