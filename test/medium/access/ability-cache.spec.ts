import { startTestApp, type TestApp } from '../../support/app.js';
import { tokenHash } from '../../../src/modules/access/oauth/secret-hash.js';

const LISTS = '/api/v2/outbound/contactlists';

describe('rights that change', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
  });

  afterAll(() => app?.close());

  const version = async (): Promise<number> => {
    const [row] = await app.db.query<[{ version: string }]>(`SELECT version FROM access_version`);
    return Number(row.version);
  };
  const subjectOf = async (token: string): Promise<string> => {
    const [row] = await app.db.query<[{ subject_id: string }]>(
      `SELECT subject_id FROM access_tokens WHERE token_hash = $1`,
      [tokenHash(token)],
    );
    return row.subject_id;
  };

  it('count for the very next request, whoever changed them', async () => {
    const token = await app.tokenFor(['outbound:contactList:view']);
    const client = app.withToken(token);
    await client.get(LISTS).expect(200);
    const subjectId = await subjectOf(token);
    await app.db.query(
      `UPDATE role_policies SET actions = '{add}' WHERE role_id IN (SELECT role_id FROM grants WHERE subject_id = $1)`,
      [subjectId],
    );
    await client.get(LISTS).expect(403);
    await app.db.query(
      `UPDATE role_policies SET actions = '{view}' WHERE role_id IN (SELECT role_id FROM grants WHERE subject_id = $1)`,
      [subjectId],
    );
    await client.get(LISTS).expect(200);
    await app.db.query(`DELETE FROM grants WHERE subject_id = $1`, [subjectId]);
    await client.get(LISTS).expect(403);
  });

  it('are not read again while nothing changes', async () => {
    const token = await app.tokenFor(['outbound:contactList:view']);
    const client = app.withToken(token);
    await client.get(LISTS).expect(200);
    // Without the trigger nobody learns of the change: what is answered comes from the cache.
    await app.db.query(`ALTER TABLE grants DISABLE TRIGGER grants_access_version`);
    try {
      await app.db.query(`DELETE FROM grants WHERE subject_id = $1`, [await subjectOf(token)]);
      await client.get(LISTS).expect(200);
    } finally {
      await app.db.query(`ALTER TABLE grants ENABLE TRIGGER grants_access_version`);
    }
    await app.tokenFor(['outbound:contactList:view']);
    await client.get(LISTS).expect(403);
  });

  it('raise the stamp once for each transaction that commits, not for one that is undone', async () => {
    const token = await app.tokenFor(['outbound:contactList:view', 'outbound:dncList:view']);
    const subjectId = await subjectOf(token);
    const before = await version();
    await app.db.query(`UPDATE role_policies SET actions = '{view}'`);
    expect(await version()).toBe(before + 1);
    await expect(
      app.db.transaction(async (manager) => {
        await manager.query(`DELETE FROM grants WHERE subject_id = $1`, [subjectId]);
        throw new Error('undone');
      }),
    ).rejects.toThrow('undone');
    expect(await version()).toBe(before + 1);
    await app.withToken(token).get(LISTS).expect(200);
  });

  it('changed side by side do not lock each other out', async () => {
    const tokens = await Promise.all(
      Array.from({ length: 8 }, () => app.tokenFor(['outbound:contactList:view'])),
    );
    const before = await version();
    await Promise.all(
      tokens.map(async (token) => {
        const subjectId = await subjectOf(token);
        await app.db.transaction(async (manager) => {
          await manager.query(`DELETE FROM grants WHERE subject_id = $1`, [subjectId]);
          await manager.query(`UPDATE roles SET description = 'changed' WHERE name = $1`, [subjectId]);
        });
      }),
    );
    expect(await version()).toBe(before + tokens.length);
  });

  it('a token that is revoked is refused although its rights are cached', async () => {
    const token = await app.tokenFor(['outbound:contactList:view']);
    const client = app.withToken(token);
    await client.get(LISTS).expect(200);
    await client.delete('/api/v2/tokens/me').expect(200);
    await client.get(LISTS).expect(401);
  });
});
