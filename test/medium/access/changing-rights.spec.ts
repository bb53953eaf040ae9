import fc from 'fast-check';
import { tokenHash } from '../../../src/modules/access/oauth/secret-hash.js';
import { type Client, startTestApp, type TestApp } from '../../support/app.js';
import { AccessFixtures, AUTH } from './access-fixtures.js';

const LISTS = '/api/v2/outbound/contactlists';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(() => app?.close());

describe('rights that change', () => {
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
    await app.db.query(
      `UPDATE role_policies SET actions = '{view}' WHERE role_id IN (SELECT role_id FROM grants WHERE subject_id = $1)`,
      [subjectId],
    );
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

describe('a change of rights in one process', () => {
  let second: TestApp;

  beforeAll(async () => {
    second = await startTestApp({ beside: app });
  });

  afterAll(() => second?.close());

  it('counts for the next request in every other one', async () => {
    const token = await app.tokenFor(['outbound:contactList:view']);
    const ask = () => second.anonymous.get(LISTS).set('authorization', `Bearer ${token}`);
    await ask().expect(200);
    const me = await second.anonymous
      .get('/api/v2/tokens/me')
      .set('authorization', `Bearer ${token}`)
      .expect(200);
    const subject = `/api/v2/authorization/subjects/${me.body.OAuthClient.id}`;
    const { body } = await app.admin.get(subject).expect(200);
    const [{ role, division }] = body.grants;
    const path = `${subject}/divisions/${division.id}/roles/${role.id}`;
    await app.admin.delete(path).expect(204);
    expect((await ask().expect(403)).body.code).toBe('missing.permissions');
    await app.admin.post(path).expect(204);
    await ask().expect(200);
  });

  it('ends a token everywhere at once', async () => {
    const token = await app.tokenFor(['outbound:contactList:view']);
    const bearer = `Bearer ${token}`;
    await second.anonymous.get(LISTS).set('authorization', bearer).expect(200);
    await app.anonymous.delete('/api/v2/tokens/me').set('authorization', bearer).expect(200);
    await second.anonymous.get(LISTS).set('authorization', bearer).expect(401);
  });
});

// Whatever somebody was granted: a list shows just the objects that can be read one by one, and these are the ones
// whose division has a grant of a role that allows it. Grants and roles change from run to run under the same token.
describe('the contact lists that a subject reaches', () => {
  let some: AccessFixtures;
  let caller: Client;
  let callerId: string;
  let divisions: string[];
  let roles: string[];
  const lists = new Map<string, string>();

  beforeAll(async () => {
    some = new AccessFixtures(app);
    divisions = [app.homeDivisionId, await app.createDivision('North'), await app.createDivision('South')];
    for (const division of divisions) {
      for (let count = 0; count < 2; count += 1) lists.set(await some.aContactList(division), division);
    }
    roles = [await some.aRole([]), await some.aRole([]), await some.aRole([])];
    caller = await app.as([]);
    callerId = (await caller.get(`${AUTH}/subjects/me`).expect(200)).body.id as string;
  });

  const policies = fc.array(
    fc
      .record({
        domain: fc.constantFrom('outbound', 'responses'),
        entityName: fc.constantFrom('*', 'contactList', 'dncList'),
        actionSet: fc.subarray(['*', 'view', 'edit', 'delete'], { minLength: 1 }),
      })
      .filter(({ domain, entityName }) => domain === 'outbound' || entityName === '*'),
    { maxLength: 3 },
  );
  const grants = fc.uniqueArray(
    fc.record({ role: fc.nat(2), division: fc.constantFrom(0, 1, 2, '*' as const) }),
    { maxLength: 4, selector: ({ role, division }) => `${role}@${division}` },
  );

  it('are listed just when they can be read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(policies, policies, policies), grants, async (written, granted) => {
        for (const [index, permissionPolicies] of written.entries()) {
          const body = { name: `Role ${index}`, permissionPolicies };
          await app.admin.put(`${AUTH}/roles/${roles[index]}`).send(body).expect(200);
        }
        const pairs = granted.map(({ role, division }) => ({
          roleId: roles[role],
          divisionId: division === '*' ? '*' : divisions[division],
        }));
        await app.admin.post(`${AUTH}/subjects/${callerId}/bulkreplace`).send({ grants: pairs }).expect(204);

        const viewing = pairs.filter(({ roleId }) =>
          written[roles.indexOf(roleId!)]!.some(
            ({ domain, entityName, actionSet }) =>
              domain === 'outbound' &&
              entityName !== 'dncList' &&
              (actionSet.includes('*') || actionSet.includes('view')),
          ),
        );
        const expected = [...lists]
          .filter(([, division]) =>
            viewing.some(({ divisionId }) => divisionId === '*' || divisionId === division),
          )
          .map(([id]) => id);
        expect((await listed()).sort()).toEqual(expected.sort());
        expect((await readable(viewing.length > 0 ? 404 : 403)).sort()).toEqual(expected.sort());
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  async function listed(): Promise<string[]> {
    const answer = await caller.get(`${LISTS}?pageSize=100`);
    if (answer.status === 403) return [];
    return (answer.body as { entities: { id: string }[] }).entities.map(({ id }) => id);
  }

  async function readable(otherwise: number): Promise<string[]> {
    const answers = await Promise.all(
      [...lists.keys()].map(async (id) => ({ id, status: (await caller.get(`${LISTS}/${id}`)).status })),
    );
    for (const { status } of answers) expect([200, otherwise]).toContain(status);
    return answers.filter(({ status }) => status === 200).map(({ id }) => id);
  }
});
