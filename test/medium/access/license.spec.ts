import { startTestApp, type TestApp } from '../../support/app.js';

describe('an organisation without a licence for WhatsApp campaigns', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp({ env: { LICENSE: 'Genesys Cloud CX 1' } });
  });

  afterAll(() => app?.close());

  it.each([
    ['get', '/api/v2/outbound/messagingcampaigns'],
    ['post', '/api/v2/outbound/messagingcampaigns'],
    ['get', '/api/v2/outbound/messagingcampaigns/divisionviews'],
    ['post', '/api/v2/outbound/messagingcampaigns/3f2b6a1e-0000-4000-8000-000000000000/start'],
    ['get', '/api/v2/conversations/messaging/integrations/whatsapp'],
    ['post', '/api/v2/conversations/messaging/integrations/whatsapp/embeddedsignup'],
  ] as const)('%s %s names the licences that would do', async (method, path) => {
    const { body } = await app.admin[method](path).expect(403);
    expect(body.code).toBe('license.required');
    expect(body.message).toContain('Genesys Cloud CX 1 Digital Add-on II, Genesys Cloud CX 2,');
    expect(body.message).toContain('Genesys Cloud CX 4');
    expect(body.messageParams.license).toBe('Genesys Cloud CX 1');
  });

  it('keeps everything else', async () => {
    await app.admin.get('/api/v2/outbound/contactlists').expect(200);
    await app.admin.get('/api/v2/responsemanagement/libraries').expect(200);
    const me = await app.admin.get('/api/v2/organizations/me').expect(200);
    expect(me.body.productPlatform).toBe('Genesys Cloud CX 1');
  });

  it('a token is asked for first', async () => {
    await app.anonymous.get('/api/v2/outbound/messagingcampaigns').expect(401);
  });
});
