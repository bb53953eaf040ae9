import { mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { Config } from '../../../../src/platform/config/config.js';
import { Spool } from '../../../../src/platform/storage/spool.js';

let dataDir: string;
let spool: Spool;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'depesche-spool-'));
  spool = new Spool(Object.assign(new Config(), { dataDir }));
});
afterEach(() => rm(dataDir, { recursive: true }));

const names = (): Promise<string[]> => readdir(path.join(dataDir, 'spool'));

describe('the spool', () => {
  it('keeps what was sent, until it is removed', async () => {
    const name = await spool.save(Readable.from([Buffer.from('ab'), Buffer.from('c')]), 3);
    expect(await readFile(spool.pathOf(name), 'utf8')).toBe('abc');
    await spool.remove(name);
    await spool.remove(name);
    expect(await names()).toEqual([]);
  });

  it('refuses more than the limit with 413 and leaves nothing behind', async () => {
    const saving = spool.save(Readable.from([Buffer.alloc(4)]), 3);
    await expect(saving).rejects.toMatchObject({ kind: 'too-large', options: { limit: { value: 3 } } });
    expect(await names()).toEqual([]);
  });

  it('leaves nothing behind when the sender breaks off', async () => {
    const source = new Readable({ read: () => undefined });
    const saving = spool.save(source, 100);
    source.push(Buffer.from('half'));
    source.destroy(new Error('gone'));
    await expect(saving).rejects.toThrow('gone');
    expect(await names()).toEqual([]);
  });

  it('tells which files are old', async () => {
    const old = await spool.save(Readable.from([Buffer.from('x')]), 3);
    await spool.save(Readable.from([Buffer.from('y')]), 3);
    const hourAgo = new Date(Date.now() - 3_600_000);
    await utimes(spool.pathOf(old), hourAgo, hourAgo);
    expect(await spool.namesOlderThan(60_000)).toEqual([old]);
  });

  it('opens nothing outside of its folder', () => {
    expect(() => spool.pathOf('../../etc/passwd')).toThrow();
  });
});
