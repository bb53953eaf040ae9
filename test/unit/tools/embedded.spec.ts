import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { explainHolder, lockDataDir } from '../../../src/tools/embedded/data-dir.js';
import { readJson, writePrivateJson } from '../../../src/tools/embedded/files.js';
import { freePort, whyNotFree } from '../../../src/tools/embedded/ports.js';
import { parsePostgresVersion } from '../../../src/tools/embedded/postgres-binaries.js';
import { chooseRunAs, commandAs } from '../../../src/tools/embedded/postgres-user.js';
import { identityOf, isRunning } from '../../../src/tools/embedded/process-identity.js';
import { aptOptions, librariesIn, reasonIn } from '../../../src/tools/embedded/redis-apt.js';
import { isNewEnough, parseRedisVersion } from '../../../src/tools/embedded/redis-binary.js';
import { redisConfig } from '../../../src/tools/embedded/redis.js';
import { EXIT } from '../../../src/tools/start-error.js';

const NO_SUCH_PID = 2 ** 22 + 1;

describe('as whom PostgreSQL runs', () => {
  const root = { uid: 0, hasName: true, reachable: true };
  const user = { uid: 1000, hasName: true, reachable: true };
  const nobody = { kind: 'user', uid: 65534, gid: 65534 };

  it.each([
    ['a normal user', user, { kind: 'self' }],
    ['a user id without a name', { ...user, hasName: false }, { kind: 'namespace' }],
    ['root, fresh, folders open', root, nobody],
    ['root, fresh, below a closed folder', { ...root, reachable: false }, { kind: 'namespace' }],
    ['root, data of nobody', { ...root, owner: { uid: 65534, gid: 65534 } }, nobody],
    ['root, data of another user', { ...root, owner: { uid: 7, gid: 8 } }, { kind: 'user', uid: 7, gid: 8 }],
    ['root, data of root in open folders', { ...root, owner: { uid: 0, gid: 0 } }, { kind: 'namespace' }],
  ])('%s', (_, facts, expected) => {
    expect(chooseRunAs(facts)).toEqual(expected);
  });

  it('refuses data of another user, and data its owner can no longer reach', () => {
    expect(() => chooseRunAs({ ...user, owner: { uid: 65534, gid: 65534 } })).toThrow(
      /belongs to user 65534/,
    );
    const shut = { ...root, reachable: false, owner: { uid: 7, gid: 8 } };
    expect(() => chooseRunAs(shut)).toThrow(/x permission/);
  });

  it('drops to the user, or goes through a user namespace', () => {
    const asUser = commandAs({ kind: 'user', uid: 7, gid: 8 }, '/bin/postgres', ['-D', 'x']);
    expect(asUser).toMatchObject({ command: '/bin/postgres', options: { uid: 7, gid: 8, cwd: '/' } });
    const mapped = commandAs({ kind: 'namespace' }, '/bin/postgres', ['-D', 'x']);
    expect(mapped.command).toBe('unshare');
    expect(mapped.args.slice(-3)).toEqual(['/bin/postgres', '-D', 'x']);
  });
});

describe('versions', () => {
  it('reads what the programs print', () => {
    expect(parsePostgresVersion('postgres (PostgreSQL) 18.4\n')).toEqual({ version: '18.4', major: 18 });
    expect(parsePostgresVersion('postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)')?.major).toBe(15);
    expect(parsePostgresVersion('no such file')).toBeUndefined();
    expect(parseRedisVersion('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc')).toBe('7.0.15');
    expect(parseRedisVersion('Valkey server v=8.0.1 sha=0')).toBe('8.0.1');
    expect(parseRedisVersion('error while loading shared libraries')).toBeUndefined();
  });

  it.each([
    ['6.0.16', false],
    ['5.9.9', false],
    ['6.2.0', true],
    ['7.0.15', true],
    ['10.0', true],
  ])('Redis %s is usable: %s', (version, expected) => {
    expect(isNewEnough(version)).toBe(expected);
  });
});

describe('Redis by apt', () => {
  it('keeps all state of apt in one folder', () => {
    const options = aptOptions('/x');
    expect(options).toEqual(expect.arrayContaining(['Dir::State::lists=/x/lists', 'Dir::Cache=/x/cache']));
    expect(options.filter((option) => option === '-o')).toHaveLength(4);
  });

  it('takes the libraries of Debian and Ubuntu, without libc, alternatives of virtual packages and programs', () => {
    const output = [
      'redis-tools',
      '  PreDepends: init-system-helpers',
      '  Depends: adduser',
      '  Depends: libc6',
      '  Depends: libjemalloc2',
      ' |Depends: liblua5.1-0',
      '  Depends: lua-cjson',
      '  Depends: libssl3t64',
      '  Depends: libjemalloc2',
      '  Depends: libsystemd0',
      '    libelogind0',
      '  Suggests: libnothing',
      '  Depends: <libvirtual>',
    ].join('\n');
    expect(librariesIn(output)).toEqual([
      'libjemalloc2',
      'liblua5.1-0',
      'lua-cjson',
      'libssl3t64',
      'libsystemd0',
    ]);
  });

  it('finds the reason in what apt prints', () => {
    expect(reasonIn('W: old list\nE: Unable to locate package redis-server\n')).toMatch(/^E: Unable/);
    expect(reasonIn('one\ntwo\n\n')).toBe('two');
    expect(reasonIn('')).toBe('no reason given');
  });
});

it('writes a Redis configuration that loses nothing and listens only here', () => {
  const config = redisConfig({ port: 7000, password: 'secret' }, '/da ta/redis');
  const lines = ['bind 127.0.0.1', 'port 7000', 'requirepass secret', 'dir "/da ta/redis"', 'appendonly yes'];
  expect(config.split('\n')).toEqual(
    expect.arrayContaining([...lines, 'maxmemory-policy noeviction', 'save ""']),
  );
});

describe('data folder', () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), 'data-dir-'))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));
  const holderFile = () => path.join(folder, 'lock/holder.json');

  it('is refused to a second start, which is told who holds it, and is free after release', () => {
    const release = lockDataDir(folder, 'http://127.0.0.1:3000');
    const second = () => lockDataDir(folder, 'http://127.0.0.1:3001');
    expect(second).toThrow(new RegExp(`process ${process.pid}, started 20.*http://127.0.0.1:3000`));
    expect(second).toThrow(expect.objectContaining({ exitCode: EXIT.inUse }));
    release();
    second()();
    expect(fs.readdirSync(folder).filter((name) => !name.includes('dead'))).toEqual([]);
  });

  it.each([
    ['is dead', NO_SUCH_PID, 'any'],
    ['had an id that another process has now', process.pid, 'boot:1'],
  ])('is taken over when its holder %s', (_, pid, identity) => {
    fs.mkdirSync(path.dirname(holderFile()));
    writePrivateJson(holderFile(), { pid, identity, token: 'old', since: 'x', address: 'y' });
    const release = lockDataDir(folder, 'here');
    expect(readJson(holderFile())).toMatchObject({ pid: process.pid, address: 'here' });
    release();
  });

  it('is released only by its holder', () => {
    const release = lockDataDir(folder, 'here');
    const other = { ...readJson<object>(holderFile()), token: 'of another' };
    writePrivateJson(holderFile(), other);
    release();
    expect(readJson(holderFile())).toEqual(other);
  });

  it('says in one line who is in the way', () => {
    const holder = {
      pid: 7,
      identity: 'i',
      token: 't',
      since: '2026-01-02T03:04:05.678Z',
      address: 'http://h:1',
    };
    expect(explainHolder('/d', holder)).toBe(
      '/d is in use by another Depesche (process 7, started 2026-01-02T03:04:05.678Z, http://h:1). ' +
        'Stop that one, or set another DATA_DIR and PORT.',
    );
  });
});

describe('processes and ports', () => {
  it('knows a process from a later one with the same id', () => {
    const identity = identityOf(process.pid)!;
    expect(isRunning({ pid: process.pid, identity })).toBe(true);
    expect(isRunning({ pid: process.pid, identity: `${identity}0` })).toBe(false);
    expect(identityOf(NO_SUCH_PID)).toBeUndefined();
  });

  it('takes the port of last time if it is free', async () => {
    const port = await freePort();
    expect(await whyNotFree(port)).toBeUndefined();
    expect(await freePort(port)).toBe(port);
  });
});

it('writes private files readable by the owner only', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'private-'));
  const file = path.join(folder, 'x.json');
  expect(readJson(file)).toBeUndefined();
  writePrivateJson(file, { a: 1 });
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  expect(readJson(file)).toEqual({ a: 1 });
  expect(fs.readdirSync(folder)).toEqual(['x.json']);
  fs.writeFileSync(file, '{ half');
  expect(() => readJson(file)).toThrow(/x\.json cannot be read/);
  fs.rmSync(folder, { recursive: true });
});
