import { startTestApp, type TestApp } from '../../support/app.js';

// Whoever switches off the last administrator could never switch anybody on again.
describe('the last administrator', () => {
  let product: TestApp;

  beforeAll(async () => {
    product = await startTestApp();
  });

  afterAll(() => product?.close());

  const client = async (id: string) =>
    (await product.admin.get(`/api/v2/oauth/clients/${id}`).expect(200)).body;

  it('can not switch itself off', async () => {
    const { admin } = product;
    const me = (await admin.get('/api/v2/tokens/me').expect(200)).body.OAuthClient.id as string;
    const [user] = (await admin.get('/api/v2/users').expect(200)).body.entities;
    const inactive = { version: user.version, state: 'inactive' };
    const deactivate = async (id: string) =>
      admin.put(`/api/v2/oauth/clients/${id}`).send({ ...(await client(id)), state: 'inactive' });
    expect((await deactivate('admin')).status).toBe(200);
    await admin.patch(`/api/v2/users/${user.id}`).send(inactive).expect(200);
    const refused = await deactivate(me);
    expect(refused.body).toMatchObject({ code: 'last.admin.grant', status: 409 });
    expect((await client(me)).state).toBe('active');
  });
});
