import fc from 'fast-check';
import { type Client, startTestApp, type TestApp } from '../../support/app.js';
import { AccessFixtures, AUTH } from './access-fixtures.js';

const LISTS = '/api/v2/outbound/contactlists';

// Whatever somebody was granted: a list shows just the objects that can be read one by one, and these are the ones
// whose division has a grant of a role that allows it. Grants and roles change from run to run under the same token.
describe('the contact lists that a subject reaches', () => {
  let app: TestApp;
  let some: AccessFixtures;
  let caller: Client;
  let callerId: string;
  let divisions: string[];
  let roles: string[];
  const lists = new Map<string, string>();

  beforeAll(async () => {
    app = await startTestApp();
    some = new AccessFixtures(app);
    divisions = [app.homeDivisionId, await app.createDivision('North'), await app.createDivision('South')];
    for (const division of divisions) {
      for (let count = 0; count < 2; count += 1) lists.set(await some.aContactList(division), division);
    }
    roles = [await some.aRole([]), await some.aRole([]), await some.aRole([])];
    caller = await app.as([]);
    callerId = (await caller.get(`${AUTH}/subjects/me`).expect(200)).body.id as string;
  });
  afterAll(() => app.close());

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
