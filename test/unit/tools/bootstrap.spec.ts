import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

// Plain JavaScript without types: it runs before TypeScript is installed.
const load = async (name: string) =>
  (await import(path.resolve('src/tools/bootstrap', name))) as Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

describe('bootstrap', () => {
  let root: string;
  const write = (file: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.writeFileSync(path.join(root, file), text);
  };
  beforeEach(() => (root = fs.mkdtempSync(path.join(os.tmpdir(), 'bootstrap-'))));
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  it('gives another stamp when a file is edited, added, renamed or removed, and the same otherwise', async () => {
    const { stampOf } = await load('stamp.mjs');
    const stamp = () => stampOf(root, ['src', 'package.json']);
    const seen = [stamp()];
    write('src/a.ts', '1');
    seen.push(stamp());
    write('src/a.ts', '2');
    seen.push(stamp());
    write('src/deep/b.ts', '2');
    seen.push(stamp());
    fs.renameSync(path.join(root, 'src/a.ts'), path.join(root, 'src/c.ts'));
    seen.push(stamp());
    expect(new Set(seen).size).toBe(seen.length);
    write('elsewhere.ts', 'x');
    expect(stamp()).toBe(seen.at(-1));
    fs.rmSync(path.join(root, 'src'), { recursive: true });
    expect(stamp()).toBe(seen[0]);
  });

  it('installs when nothing is there, after an interruption and after a change, and not otherwise', async () => {
    const { whyInstall, installStamp } = await load('install.mjs');
    write('package.json', '{}');
    expect(whyInstall(root)).toMatch(/nothing is installed/);
    write('node_modules/x/package.json', '{}');
    expect(whyInstall(root)).toMatch(/interrupted/);
    write('node_modules/.depesche-install', installStamp(root));
    expect(whyInstall(root)).toBeUndefined();
    write('package-lock.json', '{}');
    expect(whyInstall(root)).toMatch(/changed/);
  });

  it('builds unless dist has the stamp of the sources', async () => {
    const { isBuildNeeded } = await load('build.mjs');
    const { stampOf } = await load('stamp.mjs');
    write('src/a.ts', '1');
    expect(isBuildNeeded(root)).toBe(true);
    const sources = [
      'src',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'config/tsconfig.build.json',
    ];
    write('dist/.depesche-build', stampOf(root, sources));
    expect(isBuildNeeded(root)).toBe(false);
    write('src/a.ts', '2');
    expect(isBuildNeeded(root)).toBe(true);
  });

  it('checks what package.json lists as check:*, in its order', async () => {
    const { checksOf } = await load('checks.mjs');
    expect(checksOf({ scripts: { 'check:b': '', check: '', 'check:a': '', test: '' } })).toEqual(['b', 'a']);
    expect(checksOf({})).toEqual([]);
  });

  it('calls the npm that started it, else the one in PATH', async () => {
    const { npmCommand } = await load('run.mjs');
    const cli = '/opt/npm/bin/npm-cli.js';
    expect(npmCommand(['ci'], { npm_execpath: cli })).toEqual([process.execPath, [cli, 'ci']]);
    expect(npmCommand(['ci'], { npm_execpath: '/opt/yarn.js' })).toEqual(['npm', ['ci']]);
    expect(npmCommand(['ci'], {})).toEqual(['npm', ['ci']]);
  });

  describe('lock', () => {
    const lock = () => path.join(root, '.cache/x.lock');

    it('lets one at a time in, and removes itself', async () => {
      const { withLock } = await load('lock.mjs');
      let inside = 0;
      let most = 0;
      const work = async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside--;
        return 'done';
      };
      const waited: number[] = [];
      const all = [1, 2, 3].map(() => withLock(lock(), work, (pid: number) => waited.push(pid)));
      expect(await Promise.all(all)).toEqual(['done', 'done', 'done']);
      expect(most).toBe(1);
      expect(waited).toEqual([process.pid, process.pid]);
      expect(fs.readdirSync(path.dirname(lock()))).toEqual([]);
    });

    it('takes over from a dead holder, and is given up when the work fails', async () => {
      const { withLock } = await load('lock.mjs');
      write('.cache/x.lock/owner.json', JSON.stringify({ pid: 2 ** 22 + 1, token: 't' }));
      const failing = withLock(lock(), () => Promise.reject(new Error('no disk')));
      await expect(failing).rejects.toThrow('no disk');
      expect(fs.readdirSync(path.dirname(lock()))).toEqual([]);
    });
  });
});
