import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { freePort } from '../../src/tools/embedded/ports.js';
import { acceptedBy, startCampaign, untilStatus } from '../support/campaign.js';
import { eventually } from '../support/eventually.js';
import { type Product, startProduct } from '../support/product.js';

const CONTACTS = 2_000;
const SERVER_CONNECTIONS = 8;
// PgBouncer does not run as root.
const NOBODY = 65_534;

// Needs the program: apt-get install pgbouncer.
describe('PgBouncer in transaction mode, with fewer sessions than the processes have connections', () => {
  let folder: string;
  let pooler: ChildProcess | undefined;
  let product: Product;

  beforeAll(async () => {
    if (spawnSync('pgbouncer', ['--version']).error) {
      throw new Error('pgbouncer is not installed; on Debian and Ubuntu: apt-get install pgbouncer');
    }
    folder = await mkdtemp(path.join(os.tmpdir(), 'depesche-pgbouncer-'));
    await chmod(folder, 0o755);
    product = await startProduct({ workers: 2, pooler: startPooler, simulator: { suffixProfiles: false } });
  });

  afterAll(async () => {
    await product?.stop();
    pooler?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  async function startPooler(databaseUrl: string): Promise<string> {
    const server = new URL(databaseUrl);
    const database = server.pathname.slice(1);
    const port = await freePort();
    const config = path.join(folder, 'pgbouncer.ini');
    const parts = [
      '[databases]',
      `${database} = host=${server.hostname} port=${server.port} user=${server.username} password=${server.password}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'auth_type = any',
      'pool_mode = transaction',
      `default_pool_size = ${SERVER_CONNECTIONS}`,
      'max_client_conn = 500',
      'unix_socket_dir =',
    ];
    await writeFile(config, `${parts.join('\n')}\n`, { mode: 0o644 });
    const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    pooler = spawn('pgbouncer', [config], { stdio: 'ignore', ...identity });
    const url = `postgresql://${server.username}@127.0.0.1:${port}/${database}`;
    await eventually('PgBouncer', async () => {
      if (pooler!.exitCode !== null) throw new Error('PgBouncer ended at its start');
      const client = new pg.Client({ connectionString: url });
      try {
        await client.connect();
        return true;
      } catch {
        return false;
      } finally {
        await client.end().catch(() => undefined);
      }
    });
    return url;
  }

  it('migrates, imports and messages everybody once', async () => {
    const campaign = await startCampaign(product, { contacts: CONTACTS, messagesPerMinute: 12_000 });
    await untilStatus(campaign, 'complete', 5 * 60_000);
    const accepted = await acceptedBy(product);
    expect(accepted).toHaveLength(CONTACTS);
    expect(new Set(accepted.map(({ to }) => to)).size).toBe(CONTACTS);
    expect(pooler!.exitCode).toBeNull();
  });
});
