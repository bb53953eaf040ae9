import { createHmac, randomBytes } from 'node:crypto';
import { type RunningSimulator, startSimulator } from '../../src/simulator/index.js';
import { startTestApp, type TestApp } from './app.js';
import { eventually } from './eventually.js';

const INTEGRATIONS = '/api/v2/conversations/messaging/integrations/whatsapp';
const ACCESS_TOKEN = 'simulator-access-token';
const APP_SECRET = 'simulator-app-secret';
const VERIFY_TOKEN = 'simulator-verify-token';

/** The whole product in this process with a simulated Cloud API beside it, which sends its webhooks to the product. */
export interface WhatsAppWorld {
  app: TestApp;
  simulator: RunningSimulator;
  /** For a second process beside this one. */
  redisPrefix: string;
  /** Signs up and activates a number; returns the id of the integration. */
  activate(name: string, phoneNumber: string): Promise<string>;
  /** Changes what the simulator does, by its control API. */
  control(path: string, body: object): Promise<void>;
  /** Sends a webhook as WhatsApp would. */
  webhook(field: string, value: object): Promise<void>;
  close(): Promise<void>;
}

export async function startWhatsAppWorld(env: Record<string, string> = {}): Promise<WhatsAppWorld> {
  const simulator = await startSimulator();
  const redisPrefix = `w${randomBytes(4).toString('hex')}`;
  const app = await startTestApp({
    role: 'all',
    env: {
      WHATSAPP_GRAPH_URL: simulator.url,
      REDIS_PREFIX: redisPrefix,
      WHATSAPP_APP_SECRET: APP_SECRET,
      WHATSAPP_VERIFY_TOKEN: VERIFY_TOKEN,
      ...env,
    },
  });
  const control = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(`${simulator.url}/__sim${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`The simulator refused ${path}: ${await answer.text()}`);
  };
  await control('/config', { callbackUrl: `${app.baseUrl}/webhooks/whatsapp`, timeScale: 0.01 });
  return {
    app,
    simulator,
    redisPrefix,
    activate: (name, phoneNumber) => activate(app, name, phoneNumber),
    control,
    webhook: (field, value) => sendWebhook(app, field, value),
    close: async () => {
      await app.close();
      await simulator.close();
    },
  };
}

async function activate(app: TestApp, name: string, phoneNumber: string): Promise<string> {
  const { body } = await app.admin
    .post(`${INTEGRATIONS}/embeddedsignup`)
    .send({ name, embeddedSignupAccessToken: ACCESS_TOKEN })
    .expect(200);
  const id = body.id as string;
  const read = async (): Promise<Record<string, string>> =>
    (await app.admin.get(`${INTEGRATIONS}/${id}`).expect(200)).body;
  await eventually('the signup', async () => (await read()).createStatus === 'Completed');
  await app.admin
    .patch(`${INTEGRATIONS}/embeddedsignup/${id}`)
    .send({ pin: '123456', phoneNumber })
    .expect(200);
  await eventually('the activation', async () => (await read()).status === 'Active');
  return id;
}

async function sendWebhook(app: TestApp, field: string, value: object): Promise<void> {
  const entry = { id: '930000000000001', time: Math.floor(Date.now() / 1_000), changes: [{ field, value }] };
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [entry] });
  const signature = createHmac('sha256', APP_SECRET).update(body).digest('hex');
  await app.anonymous
    .post('/webhooks/whatsapp')
    .set('content-type', 'application/json')
    .set('x-hub-signature-256', `sha256=${signature}`)
    .send(body)
    .expect(200);
}
