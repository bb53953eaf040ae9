import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readCredentials } from '../../../../src/tools/demo/demo-credentials.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'depesche-demo-'));
});
afterEach(() => rm(folder, { recursive: true }));

const generated = { url: 'http://x', clientId: 'generated', clientSecret: 'secret', email: 'a@b' };
const save = (content: object) =>
  writeFile(path.join(folder, 'admin-credentials.json'), JSON.stringify(content));

describe('readCredentials', () => {
  it('takes those that were generated at the first start', async () => {
    await save(generated);
    expect(await readCredentials(folder, {})).toEqual({ clientId: 'generated', clientSecret: 'secret' });
  });

  it('prefers those of the environment', async () => {
    await save({ email: 'a@b' });
    const env = { ADMIN_CLIENT_ID: 'own', ADMIN_CLIENT_SECRET: 'mine' };
    expect(await readCredentials(folder, env)).toEqual({ clientId: 'own', clientSecret: 'mine' });
  });

  it('says where they were looked for', async () => {
    await expect(readCredentials(folder, {})).rejects.toThrow(/ADMIN_CLIENT_ID.*admin-credentials\.json/);
  });
});
