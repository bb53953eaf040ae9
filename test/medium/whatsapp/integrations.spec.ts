import { randomBytes, randomUUID } from 'node:crypto';
import { getQueueToken } from '@nestjs/bull';
import type { Queue } from 'bull';
import { WhatsAppService } from '../../../src/modules/whatsapp/index.js';
import { ONBOARDING_QUEUE } from '../../../src/modules/whatsapp/integrations/onboarding.jobs.js';
import { IntegrationsRepository } from '../../../src/modules/whatsapp/integrations/integrations.repository.js';
import { SecretBox } from '../../../src/platform/crypto/secret-box.js';
import { OnboardingSweeper } from '../../../src/modules/whatsapp/integrations/onboarding.sweeper.js';
import { DEFAULT_SEED, type RunningSimulator, startSimulator } from '../../../src/simulator/index.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { eventually } from '../../support/eventually.js';

const PATH = '/api/v2/conversations/messaging/integrations/whatsapp';
const TOKEN = 'simulator-access-token';
const NUMBERS = ['+4915792300001', '+4915792300002'];
const OLD_KEY = randomBytes(32).toString('base64');
const GONE = '00000000-0000-4000-8000-000000000000';

// Answers are looked into freely; the expectations are the types here.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Json = any;

describe('WhatsApp integrations', () => {
  let simulator: RunningSimulator;
  let app: TestApp;

  beforeAll(async () => {
    simulator = await startSimulator({ seed: withTokens() });
    const env = { WHATSAPP_GRAPH_URL: simulator.url, ENCRYPTION_KEY: OLD_KEY };
    app = await startTestApp({ role: 'all', env });
  });

  // Each test begins without integrations and with numbers that nobody has registered.
  afterEach(async () => {
    await app.db.query('DELETE FROM whatsapp_integrations');
    await app.db.query('DELETE FROM whatsapp_templates');
    for (const number of simulator.simulation.world.numbers.values())
      Object.assign(number, { isRegistered: false, pin: undefined });
  });

  afterAll(async () => {
    await app?.close();
    await simulator?.close();
  });

  const signUp = async (token = TOKEN, name = 'Main'): Promise<Json> =>
    (
      await app.admin
        .post(`${PATH}/embeddedsignup`)
        .send({ name, embeddedSignupAccessToken: token })
        .expect(200)
    ).body;

  const read = async (id: string): Promise<Json> => (await app.admin.get(`${PATH}/${id}`).expect(200)).body;

  const untilSignedUp = (id: string): Promise<Json> =>
    eventually('the signup', async () => {
      const found = await read(id);
      return found.createStatus !== 'Initiated' && found;
    });

  const untilSettled = (id: string): Promise<Json> =>
    eventually('the activation', async () => {
      const found = await read(id);
      return found.status !== 'Starting' && found;
    });

  async function activate(id: string, body: object): Promise<Json> {
    const answer = await app.admin.patch(`${PATH}/embeddedsignup/${id}`).send(body).expect(200);
    expect(answer.body.status).toBe('Starting');
    return untilSettled(id);
  }

  it('goes from token to active number', async () => {
    const created = await signUp();
    expect(created).toMatchObject({ name: 'Main', status: 'Incomplete', phoneNumber: '', version: 1 });
    const signedUp = await untilSignedUp(created.id);
    expect(signedUp).toMatchObject({
      createStatus: 'Completed',
      status: 'Incomplete',
      whatsAppBusinessAccountId: '930000000000001',
      availablePhoneNumbers: {
        entities: [
          { name: 'Depesche Café', phoneNumber: NUMBERS[0] },
          { name: 'Depesche Großversand', phoneNumber: NUMBERS[1] },
        ],
      },
      selfUri: `${PATH}/${created.id}`,
    });
    const active = await activate(created.id, {
      pin: '123456',
      phoneNumber: '+49 1579 2300002',
      name: 'Big',
    });
    expect(active).toMatchObject({
      status: 'Active',
      name: 'Big',
      phoneNumber: NUMBERS[1],
      messagesPerSecond: 1000,
      activationStatusCode: 'CodeConfirmed',
    });
    const service = app.app.get(WhatsAppService);
    expect(await service.findIntegrations([created.id, GONE])).toEqual([
      {
        id: created.id,
        name: 'Big',
        phoneNumberId: '940000000000002',
        wabaId: '930000000000001',
        messagesPerSecond: 1000,
        active: true,
      },
    ]);
    expect(await service.explainUnusable([created.id])).toEqual(new Map());
    const [{ count }] = await app.db.query('SELECT count(*)::int AS count FROM whatsapp_templates');
    expect(count).toBe(5);
  });

  it('keeps token and PIN encrypted and shows them to nobody', async () => {
    const { id } = await signUp();
    await untilSignedUp(id);
    const answer = await app.admin
      .patch(`${PATH}/embeddedsignup/${id}`)
      .send({ pin: '246810', phoneNumber: NUMBERS[0] })
      .expect(200);
    const [row] = await app.db.query('SELECT access_token, pin FROM whatsapp_integrations WHERE id = $1', [
      id,
    ]);
    expect(row.access_token.toString('latin1')).not.toContain(TOKEN);
    await untilSettled(id);
    const listed = await app.admin.get(PATH).expect(200);
    expect(listed.body).toMatchObject({ total: 1, pageCount: 1, entities: [{ id }] });
    for (const text of [answer.text, listed.text]) {
      expect(text).not.toContain(TOKEN);
      expect(text).not.toContain('246810');
    }
    const [later] = await app.db.query('SELECT pin FROM whatsapp_integrations WHERE id = $1', [id]);
    expect(later.pin).toBeNull();
  });

  it.each([
    ['unknown-token', 'whatsapp.error.190', /token/u],
    ['expired-token', 'whatsapp.error.190', /token|expired/u],
    ['weak-token', 'access.token.permissions', /whatsapp_business_messaging/u],
    ['lost-token', 'access.token.no.account', /names no WhatsApp business account/u],
    ['empty-token', 'phone.number.missing', /no phone number/u],
  ])('says why the signup with an %s failed', async (token, code, message) => {
    const { id } = await signUp(token);
    const failed = await untilSignedUp(id);
    expect(failed).toMatchObject({ createStatus: 'Error', status: 'Error' });
    expect(failed.createError.message).toMatch(message);
    expect(failed.createError.message).not.toContain(token);
    expect([code, 'access.token.invalid']).toContain(failed.createError.code);
    const refused = await app.admin.patch(`${PATH}/embeddedsignup/${id}`).send({ pin: '123456' }).expect(400);
    expect(refused.body.code).toBe('integration.signup.failed');
  });

  it('names the available numbers when the wanted one is not among them, or none is named', async () => {
    const { id } = await signUp();
    await untilSignedUp(id);
    const patch = (body: object): Promise<Json> =>
      app.admin
        .patch(`${PATH}/embeddedsignup/${id}`)
        .send({ pin: '123456', ...body })
        .expect(400);
    const wrong = await patch({ phoneNumber: '+491111' });
    expect(wrong.body).toMatchObject({
      code: 'phone.number.not.available',
      messageParams: { given: '+491111', available: NUMBERS.join(', ') },
    });
    expect((await patch({})).body.code).toBe('phone.number.required');
    expect((await patch({ pin: 'abc' })).body.message).toContain('6 digits');
    expect((await read(id)).status).toBe('Incomplete');
  });

  it('takes the only number without being told', async () => {
    const { id } = await signUp('single-token');
    await untilSignedUp(id);
    expect(await activate(id, { pin: '123456' })).toMatchObject({
      status: 'Active',
      phoneNumber: '+4915792300009',
      messagesPerSecond: 20,
    });
  });

  it('says why an activation failed, and lets it be tried again', async () => {
    const { id } = await signUp('single-token');
    await untilSignedUp(id);
    simulator.simulation.world.numbers.get('940000000000009')!.pin = '999999';
    const failed = await activate(id, { pin: '123456' });
    expect(failed).toMatchObject({
      status: 'Error',
      activationStatusCode: 'ActivationFailed',
      activationErrorInfo: { code: 'whatsapp.error.133005', message: expect.stringContaining('PIN') },
    });
    const reasons = await app.app.get(WhatsAppService).explainUnusable([id, GONE]);
    expect(reasons.get(id)).toMatchObject([
      {
        code: 'integration.not.active',
        entityId: id,
        entityName: 'Main',
        message: expect.stringContaining('PIN'),
      },
    ]);
    expect(reasons.get(GONE)).toMatchObject([{ code: 'integration.not.found' }]);
    expect(await activate(id, { pin: '999999' })).toMatchObject({ status: 'Active' });
    const again = await app.admin.patch(`${PATH}/embeddedsignup/${id}`).send({ pin: '999999' }).expect(400);
    expect(again.body.code).toBe('integration.already.active');
  });

  it('gives one number to one integration', async () => {
    const first = await signUp();
    const second = await signUp(TOKEN, 'Second');
    await untilSignedUp(first.id);
    await untilSignedUp(second.id);
    await activate(first.id, { pin: '123456', phoneNumber: NUMBERS[0] });
    const refused = await app.admin
      .patch(`${PATH}/embeddedsignup/${second.id}`)
      .send({ pin: '123456', phoneNumber: NUMBERS[0] })
      .expect(400);
    expect(refused.body.code).toBe('phone.number.in.use');
  });

  it('finds a signup whose job was lost', async () => {
    const queue = app.app.get<Queue>(getQueueToken(ONBOARDING_QUEUE));
    await queue.pause(true);
    const { id } = await signUp();
    await queue.empty();
    expect((await read(id)).createStatus).toBe('Initiated');
    await queue.resume(true);
    expect(await app.app.get(OnboardingSweeper).sweep(0)).toBe(1);
    expect(await untilSignedUp(id)).toMatchObject({ createStatus: 'Completed' });
    expect(await app.app.get(OnboardingSweeper).sweep(0)).toBe(0);
  });

  it('changes the name, deletes, and then knows nothing of it', async () => {
    const { id } = await signUp();
    await untilSignedUp(id);
    const renamed = await app.admin.patch(`${PATH}/${id}`).send({ name: ' New ' }).expect(200);
    expect(renamed.body).toMatchObject({ name: 'New', version: 3 });
    expect((await app.admin.patch(`${PATH}/${id}`).send({ name: ' ' }).expect(400)).body.code).toBe(
      'name.cannot.be.blank',
    );
    expect((await app.admin.delete(`${PATH}/${id}`).expect(200)).body).toMatchObject({ id, name: 'New' });
    expect((await app.admin.get(`${PATH}/${id}`).expect(404)).body).toMatchObject({
      code: 'not.found',
      entityId: id,
    });
    await app.admin.delete(`${PATH}/${id}`).expect(404);
  });

  describe('a new access token', () => {
    const replace = (id: string, accessToken: string, status: number): Promise<Json> =>
      app.admin.put(`${PATH}/${id}/accesstoken`).send({ accessToken }).expect(status);

    it('replaces the old one once WhatsApp says that it reaches the number', async () => {
      const { id } = await signUp();
      await untilSignedUp(id);
      await activate(id, { pin: '123456', phoneNumber: NUMBERS[0] });
      const answer = await replace(id, 'second-token', 200);
      expect(answer.body).toMatchObject({ id, status: 'Active', phoneNumber: NUMBERS[0] });
      expect(answer.text).not.toContain('second-token');
      const unlocked = await app.app.get(IntegrationsRepository).findUnlocked(id);
      expect(unlocked?.token).toBe('second-token');
      const [audited] = await app.db.query(
        `SELECT * FROM audit_events WHERE entity_id = $1 AND action = 'ReplaceToken'`,
        [id],
      );
      expect(JSON.stringify(audited)).not.toContain('second-token');
    });

    it.each([
      ['expired-token', 'access.token.invalid'],
      ['weak-token', 'access.token.permissions'],
      ['single-token', 'phone.number.not.available'],
    ])('%s is refused, and the old one stays', async (token, code) => {
      const { id } = await signUp();
      await untilSignedUp(id);
      await activate(id, { pin: '123456', phoneNumber: NUMBERS[0] });
      expect((await replace(id, token, 400)).body).toMatchObject({
        code,
        message: expect.stringContaining('keeps its old token'),
      });
      expect((await app.app.get(IntegrationsRepository).findUnlocked(id))?.token).toBe(TOKEN);
    });

    it('helps a signup that failed for its token', async () => {
      const { id } = await signUp('expired-token');
      expect(await untilSignedUp(id)).toMatchObject({ createStatus: 'Error' });
      expect((await replace(id, TOKEN, 200)).body).toMatchObject({
        createStatus: 'Completed',
        status: 'Incomplete',
      });
      expect(await activate(id, { pin: '123456', phoneNumber: NUMBERS[1] })).toMatchObject({
        status: 'Active',
      });
    });
  });

  it('brings stored tokens under a new encryption key when a worker starts', async () => {
    const { id } = await signUp();
    const lost = await signUp(TOKEN, 'Lost');
    await untilSignedUp(id);
    await untilSignedUp(lost.id);
    const foreign = new SecretBox(randomBytes(32).toString('base64')).seal(TOKEN, 'elsewhere');
    await app.db.query('UPDATE whatsapp_integrations SET access_token = $2 WHERE id = $1', [
      lost.id,
      foreign,
    ]);
    const newKey = randomBytes(32).toString('base64');
    const env = { WHATSAPP_GRAPH_URL: simulator.url, ENCRYPTION_KEY: `${newKey},${OLD_KEY}` };
    const worker = await startTestApp({ role: 'all', beside: app, env });
    await worker.close();
    const sealedOf = async (row: string): Promise<Buffer> =>
      (await app.db.query('SELECT access_token FROM whatsapp_integrations WHERE id = $1', [row]))[0]
        .access_token;
    expect(new SecretBox(newKey).open(await sealedOf(id), `whatsapp-integration-token:${id}`)).toBe(TOKEN);
    expect(await sealedOf(lost.id)).toEqual(foreign);
  });

  it('wants all fields of a signup at once', async () => {
    const { body } = await app.admin.post(`${PATH}/embeddedsignup`).send({}).expect(400);
    expect(body.details.map(({ fieldName }: { fieldName: string }) => fieldName)).toEqual([
      'name',
      'embeddedSignupAccessToken',
    ]);
  });

  it('opens with either permission, and not without', async () => {
    const id = randomUUID();
    const viewer = await app.as(['messaging:whatsappIntegration:view']);
    await viewer.get(PATH).expect(200);
    await (await app.as(['messaging:integration:view'])).get(PATH).expect(200);
    await viewer.delete(`${PATH}/${id}`).expect(403);
    await viewer.patch(`${PATH}/${id}`).send({}).expect(403);
    const nearly = await app.as(['messaging:integration:add', 'messaging:integration:edit']);
    await nearly
      .post(`${PATH}/embeddedsignup`)
      .send({ name: 'x', embeddedSignupAccessToken: 'x' })
      .expect(403);
    await nearly.patch(`${PATH}/${id}`).send({}).expect(404);
    await nearly.get(PATH).expect(403);
  });
});

/** The simulator's world, and tokens that are unfit in different ways. */
function withTokens(): typeof DEFAULT_SEED {
  const [main] = DEFAULT_SEED.wabas;
  const [token] = DEFAULT_SEED.tokens;
  const single = {
    ...main!.phoneNumbers[0]!,
    id: '940000000000009',
    displayPhoneNumber: '+49 1579 2300009',
    isOnBizApp: true,
  };
  return {
    ...DEFAULT_SEED,
    wabas: [
      main!,
      { ...main!, id: '930000000000002', phoneNumbers: [single], templates: [] },
      { ...main!, id: '930000000000003', phoneNumbers: [], templates: [] },
    ],
    tokens: [
      token!,
      { ...token!, token: 'second-token' },
      { ...token!, token: 'single-token', wabaIds: ['930000000000002'] },
      { ...token!, token: 'empty-token', wabaIds: ['930000000000003'] },
      { ...token!, token: 'expired-token', expiresAt: 1 },
      { ...token!, token: 'weak-token', scopes: ['whatsapp_business_management'] },
      { ...token!, token: 'lost-token', wabaIds: [] },
    ],
  };
}
