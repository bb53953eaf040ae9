import { startTestApp, type TestApp } from '../../support/app.js';

const LISTS = '/api/v2/outbound/contactlists';

describe('a change of rights in one process', () => {
  let first: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    first = await startTestApp();
    second = await startTestApp({ beside: first });
  });

  afterAll(async () => {
    await second?.close();
    await first?.close();
  });

  it('counts for the next request in every other one', async () => {
    const token = await first.tokenFor(['outbound:contactList:view']);
    const ask = () => second.anonymous.get(LISTS).set('authorization', `Bearer ${token}`);
    await ask().expect(200);
    const me = await second.anonymous
      .get('/api/v2/tokens/me')
      .set('authorization', `Bearer ${token}`)
      .expect(200);
    const subject = `/api/v2/authorization/subjects/${me.body.OAuthClient.id}`;
    const { body } = await first.admin.get(subject).expect(200);
    const [{ role, division }] = body.grants;
    const path = `${subject}/divisions/${division.id}/roles/${role.id}`;
    await first.admin.delete(path).expect(204);
    expect((await ask().expect(403)).body.code).toBe('missing.permissions');
    await first.admin.post(path).expect(204);
    await ask().expect(200);
  });

  it('ends a token everywhere at once', async () => {
    const token = await first.tokenFor(['outbound:contactList:view']);
    const bearer = `Bearer ${token}`;
    await second.anonymous.get(LISTS).set('authorization', bearer).expect(200);
    await first.anonymous.delete('/api/v2/tokens/me').set('authorization', bearer).expect(200);
    await second.anonymous.get(LISTS).set('authorization', bearer).expect(401);
  });
});
