import platformClient from 'purecloud-platform-client-v2';
import WebSocket from 'ws';
import { LiveChannel, type LiveFrame, type LiveState } from '../../../src/console/web/live.js';
import { ALL_PERMISSIONS } from '../../../src/modules/access/permissions/permission-catalogue.js';
import { tokenHash } from '../../../src/modules/access/oauth/secret-hash.js';
import { Heartbeat } from '../../../src/modules/notifications/live/heartbeat.js';
import { startTestApp } from '../../support/app.js';
import { contactsCsv } from '../../support/contacts-csv.js';
import { eventually } from '../../support/eventually.js';
import { LiveClient } from '../../support/live-client.js';
import type { Product } from '../../support/product.js';
import { activateIntegration, createTemplate, importContacts, type Sdk } from '../../support/sdk.js';
import { startWhatsAppWorld, type WhatsAppWorld } from '../../support/whatsapp.js';

const CHANNELS = '/api/v2/notifications/channels';
const PRE = 'v2.outbound.whatsapp.campaigns.contact.preContact';
const POST = 'v2.outbound.whatsapp.campaigns.contact.postContact';

let world: WhatsAppWorld;
let sdk: Sdk;
let listId: string;
let campaignId: string;

beforeAll(async () => {
  world = await startWhatsAppWorld();
  sdk = await sdkOf(world);
  const product = { simulator: { accessToken: 'simulator-access-token' } } as Product;
  const integrationId = await activateIntegration(sdk, product);
  const templateId = await createTemplate(sdk);
  listId = await importContacts(sdk, 'Customers', contactsCsv(3));
  const campaign = await sdk.outbound.postOutboundMessagingcampaigns({
    name: 'Autumn',
    contactList: { id: listId },
    messagesPerMinute: 6_000,
    campaignStatus: 'off',
    whatsAppConfig: {
      whatsAppColumns: ['wa'],
      whatsAppIntegration: { id: integrationId },
      contentTemplate: { id: templateId },
    },
  });
  campaignId = campaign.id!;
});
afterAll(() => world?.close());

/** The official SDK with a token that may do everything. */
async function sdkOf({ app }: WhatsAppWorld): Promise<Sdk> {
  const client = platformClient.ApiClient.instance;
  client.config.live_reload_config = false;
  const { hostname, port } = new URL(app.baseUrl);
  client.setGateway({ host: hostname, protocol: 'http', port: Number(port) });
  client.setAccessToken(await app.tokenFor(ALL_PERMISSIONS.map(({ permission }) => permission)));
  return {
    outbound: new platformClient.OutboundApi(),
    conversations: new platformClient.ConversationsApi(),
    responses: new platformClient.ResponseManagementApi(),
    notifications: new platformClient.NotificationsApi(),
  } as Sdk;
}

async function listen(...topics: string[]): Promise<{ id: string; uri: string; client: LiveClient }> {
  const channel = await sdk.notifications.postNotificationsChannels();
  const body = topics.map((id) => ({ id }));
  const { entities } = await sdk.notifications.postNotificationsChannelSubscriptions(channel.id!, body);
  expect(entities!.map(({ id, state }) => [id, state])).toEqual(topics.map((id) => [id, 'Permitted']));
  return { id: channel.id!, uri: channel.connectUri!, client: await LiveClient.open(channel.connectUri!) };
}

describe('events over a WebSocket', () => {
  it('tells of a campaign, its progress and its contacts, and resumes where a client left off', async () => {
    const topics = [
      `v2.outbound.whatsappcampaigns.${campaignId}`,
      `v2.outbound.messagingcampaigns.${campaignId}`,
      `v2.outbound.whatsappcampaigns.${campaignId}.progress`,
    ] as const;
    const { uri, client } = await listen(...topics, PRE, POST);
    await client.until(topics[2], (body) => body.totalNumberOfContacts === 0);
    await sdk.outbound.postOutboundMessagingcampaignStart(campaignId);
    await client.until(topics[0], (body) => body.campaignStatus === 'complete');
    const progress = await client.until(topics[2], (body) => body.percentage === 100);
    expect(progress).toMatchObject({
      version: '2',
      eventBody: { campaign: { id: campaignId, name: 'Autumn' }, numberOfContactsMessaged: 3 },
    });
    await eventually('all contacts', () => Promise.resolve(client.of(POST).length === 3));
    expect(client.of(PRE)).toHaveLength(3);
    expect(client.of(POST)[0]!.eventBody).toMatchObject({
      outboundCampaignId: campaignId,
      outboundContactListId: listId,
      wrapupCode: 'OUTBOUND-MESSAGE-SENT',
      isCampaignAlwaysRunning: false,
      divisionId: world.app.homeDivisionId,
      whatsAppAttributes: { contactWhatsAppColumnName: 'wa' },
      conversationId: expect.stringMatching(/^[0-9a-f-]{36}$/u),
    });
    expect(client.of(topics[0]).map(({ eventBody }) => eventBody)).toEqual(
      client.of(topics[1]).map(({ eventBody }) => eventBody),
    );
    const { whatsAppConfig } = client.of(topics[0])[0]!.eventBody as { whatsAppConfig: object };
    expect(Object.keys(whatsAppConfig).sort()).toEqual(['contentTemplate', 'integration', 'whatsAppColumns']);

    const events = client.frames.filter(({ metadata }) => metadata);
    const known = events[1]!.metadata!.eventId;
    const again = await LiveClient.open(`${uri}&after=${known}`);
    expect(await client.untilClosed()).toBe(4000);
    const missed = events.filter(({ metadata }) => metadata!.eventId > known);
    await eventually('what was missed', () =>
      Promise.resolve(again.frames.filter(({ metadata }) => metadata).length >= missed.length),
    );
    expect(again.frames.filter(({ metadata }) => metadata)).toEqual(missed);
    again.socket.close();

    const late = await LiveClient.open(`${uri}&after=1-0`);
    await late.until('channel.metadata', (body) => body.message === 'Events may be missing');
    late.socket.close();
  });

  it('tells of imports, and of exports to whoever asked for them', async () => {
    const me = (
      await world.app.db.query<{ subject_id: string }[]>(
        `SELECT subject_id FROM notification_channels LIMIT 1`,
      )
    )[0]!.subject_id;
    const importing = `v2.outbound.contactlists.${listId}.importstatus`;
    const exporting = `v2.users.${me}.outbound.contactlists.${listId}.export`;
    const { client } = await listen(importing, exporting);
    const upload = await sdk.outbound.postOutboundContactlistsUploads({
      contentType: 'text/csv',
      id: listId,
      contactIdName: 'id',
    });
    await fetch(upload.url!, { method: 'PUT', headers: upload.headers, body: contactsCsv(5) });
    const done = await client.until(importing, ({ importStatus }) =>
      Boolean((importStatus as { importState?: string }).importState === 'COMPLETED'),
    );
    expect(done.eventBody).toMatchObject({
      importStatus: { totalRecords: 5, completedRecords: 5, percentageComplete: 100 },
    });
    await sdk.outbound.postOutboundContactlistExport(listId);
    const ready = await client.until(exporting);
    expect(ready.eventBody.uri).toContain(`${world.app.baseUrl}/api/v2/downloads/`);
    client.socket.close();
  });

  it('stops when the right is taken away, and when the channel is gone', async () => {
    const topic = `v2.outbound.messagingcampaigns.${campaignId}`;
    const token = await world.app.tokenFor(['outbound:whatsAppCampaign:view']);
    const caller = world.app.withToken(token);
    const { body: channel } = await caller.post(CHANNELS).expect(200);
    await caller
      .post(`${CHANNELS}/${channel.id}/subscriptions`)
      .send([{ id: topic }])
      .expect(200);
    const watched = await LiveClient.open(channel.connectUri);
    const { client: other } = await listen(topic);
    const rename = async (name: string): Promise<void> => {
      const { body } = await world.app.admin.get(`/api/v2/outbound/messagingcampaigns/${campaignId}`);
      await world.app.admin
        .put(`/api/v2/outbound/messagingcampaigns/${campaignId}`)
        .send({ ...body, name })
        .expect(200);
      await other.until(topic, (event) => event.name === name);
    };
    await rename('First');
    await watched.until(topic, ({ name }) => name === 'First');
    await world.app.db.query(
      `WITH gone AS (DELETE FROM grants WHERE subject_id =
         (SELECT subject_id FROM notification_channels WHERE id = $1))
       UPDATE access_version SET version = version + 1`,
      [channel.id],
    );
    await eventually('the end of the right', async () => {
      const before = watched.of(topic).length;
      await rename(`Try ${performance.now()}`);
      const mark = Date.now();
      watched.socket.send('{"message":"ping"}');
      await eventually('an answer', () =>
        Promise.resolve(watched.of('channel.metadata').length > 0 && Date.now() > mark + 100),
      );
      return watched.of(topic).length === before;
    });
    await world.app.db.query(`DELETE FROM notification_channels WHERE id = $1`, [channel.id]);
    await world.app.app.get(Heartbeat, { strict: false }).work();
    expect(await watched.untilClosed()).toBe(4001);
    expect(await LiveClient.refusal(channel.connectUri)).toBe(404);
    other.socket.close();
  });

  it('reaches the sockets of another process, and tells sockets without a sign of life from others', async () => {
    const prefix = { REDIS_PREFIX: world.redisPrefix };
    const second = await startTestApp({ beside: world.app, env: prefix });
    try {
      const topic = `v2.outbound.messagingcampaigns.${campaignId}`;
      const { uri, client: here } = await listen(topic);
      here.socket.close();
      const there = await LiveClient.open(uri.replace(/\/\/[^/]+/u, second.baseUrl.replace(/^http:/u, '')));
      const { body } = await world.app.admin.get(`/api/v2/outbound/messagingcampaigns/${campaignId}`);
      await world.app.admin
        .put(`/api/v2/outbound/messagingcampaigns/${campaignId}`)
        .send({ ...body, name: 'Elsewhere' })
        .expect(200);
      await there.until(topic, ({ name }) => name === 'Elsewhere');

      const heartbeat = second.app.get(Heartbeat, { strict: false });
      await heartbeat.work();
      await there.until('channel.metadata', ({ message }) => message === 'WebSocket Heartbeat');
      there.socket.pause();
      await heartbeat.work();
      await heartbeat.work();
      there.socket.resume();
      expect(await there.untilClosed()).toBe(1006);
    } finally {
      await second.close();
    }
  });
});

describe('channels', () => {
  it('keep 20 of a user and app: the 21st takes the place of the one not used for longest', async () => {
    const caller = await world.app.as([]);
    const ids: string[] = [];
    let first: LiveClient | undefined;
    for (let count = 0; count < 20; count += 1) {
      const { body } = await caller.post(CHANNELS).expect(200);
      ids.push(body.id);
      if (count === 1) first = await LiveClient.open(body.connectUri);
    }
    await caller.put(`${CHANNELS}/${ids[0]}/subscriptions`).send([]).expect(200);
    await caller.post(CHANNELS).expect(200);
    expect(await first!.untilClosed()).toBe(4001);
    await caller.head(`${CHANNELS}/${ids[0]}`).expect(200);
    await caller.head(`${CHANNELS}/${ids[1]}`).expect(404);
    expect((await caller.get(CHANNELS).expect(200)).body.entities).toHaveLength(20);
    await (await world.app.as([])).head(`${CHANNELS}/${ids[0]}`).expect(404);
  });

  it('name every topic that does not exist or is out of reach, and take the rest when asked to', async () => {
    const south = await world.app.createDivision('South');
    const caller = await world.app.as(['outbound:whatsAppCampaign:view'], [south]);
    const { body: channel } = await caller.post(CHANNELS).expect(200);
    const path = `${CHANNELS}/${channel.id}/subscriptions`;
    const unknown = await caller
      .post(path)
      .send([{ id: 'v2.nothing' }, { id: 'v2.else' }])
      .expect(400);
    expect(unknown.body).toMatchObject({ code: 'notification.invalid.topic', errors: [{}, {}] });
    await caller.post(path).send({ id: 'v2.nothing' }).expect(400);
    const foreign = `v2.outbound.messagingcampaigns.${campaignId}`;
    expect(
      (
        await caller
          .post(path)
          .send([{ id: foreign }])
          .expect(404)
      ).body.code,
    ).toBe('notification.topic.not.found');
    const both = [{ id: foreign }, { id: PRE }];
    expect((await caller.post(path).send(both).expect(403)).body.errors).toHaveLength(2);
    const able = await world.app.as(['outbound:whatsAppCampaign:view']);
    const { body: other } = await able.post(CHANNELS).expect(200);
    const { body } = await able
      .post(`${CHANNELS}/${other.id}/subscriptions?ignoreErrors=true`)
      .send(both)
      .expect(200);
    expect(body.entities).toMatchObject([
      { id: foreign, state: 'Permitted' },
      { id: PRE, state: 'Rejected', missingPermissions: ['outbound:contact:view'] },
    ]);
    const listed = await able.get(`${CHANNELS}/${other.id}/subscriptions`).expect(200);
    expect(listed.body.entities).toMatchObject([{ id: foreign, state: 'Permitted' }]);
    await able.delete(`${CHANNELS}/${other.id}/subscriptions`).expect(204);
    expect((await able.get(`${CHANNELS}/${other.id}/subscriptions`)).body.entities).toEqual([]);
    const many = Array.from({ length: 1_001 }, (_, at) => ({ id: `v2.${at}` }));
    expect((await able.post(path.replace(channel.id, other.id)).send(many).expect(400)).body.code).toBe(
      'notification.subscription.too.many.subscriptions',
    );
  });

  it('open to the right address only', async () => {
    const { connectUri } = await sdk.notifications.postNotificationsChannels();
    expect(connectUri).toMatch(new RegExp(`^ws://${new URL(world.app.baseUrl).host}/`, 'u'));
    expect(await LiveClient.refusal(`${connectUri!.slice(0, -4)}AAAA`)).toBe(404);
    expect(await LiveClient.refusal(`${connectUri}&after=yesterday`)).toBe(400);
    expect(await LiveClient.refusal(connectUri!.replace('/channels/', '/other/'))).toBe(404);
    const topics = await sdk.notifications.getNotificationsAvailabletopics();
    expect(topics.entities!.map(({ id }) => id)).toEqual(expect.arrayContaining([PRE, POST]));
  });
});

describe('the channel of the console', () => {
  it('comes back behind what it knows, makes another channel when its own is gone, and ends with its token', async () => {
    const topic = `v2.outbound.whatsappcampaigns.${campaignId}`;
    const token = await world.app.tokenFor([
      'outbound:whatsAppCampaign:view',
      'outbound:whatsAppCampaign:edit',
    ]);
    const caller = world.app.withToken(token);
    const states: LiveState[] = [];
    const names: unknown[] = [];
    const sockets: WebSocket[] = [];
    const [onRejected, onReturn] = [jest.fn(), jest.fn()];
    let isServerAway = false;
    const live = new LiveChannel({
      api: async (path, { method = 'GET', body } = {}) => {
        if (isServerAway) throw Object.assign(new Error('no answer'), { status: 0 });
        const call = method.toLowerCase() as 'get' | 'post' | 'put' | 'head';
        const answer = await caller[call](`/api/v2${path}`).send(body as object | undefined);
        if (answer.status >= 400) throw Object.assign(new Error(answer.text), { status: answer.status });
        return answer.body;
      },
      openSocket: (uri) => {
        sockets.push(new WebSocket(uri));
        return sockets.at(-1)!;
      },
      onState: (state) => states.push(state),
      onEvent: ({ topicName, eventBody }: LiveFrame) => topicName === topic && names.push(eventBody.name),
      onRejected,
      onReturn,
    });
    const is = (state: LiveState) => eventually(state, () => Promise.resolve(live.state === state));
    const rename = async (name: string): Promise<void> => {
      const { body } = await world.app.admin.get(`/api/v2/outbound/messagingcampaigns/${campaignId}`);
      const changed = world.app.admin.put(`/api/v2/outbound/messagingcampaigns/${campaignId}`);
      await changed.send({ ...body, name }).expect(200);
    };
    const hears = (name: string) => eventually(name, () => Promise.resolve(names.includes(name)));

    await live.follow([topic, `v2.outbound.contactlists.${listId}.importstatus`]);
    await is('live');
    expect(onRejected.mock.calls[0][0]).toMatchObject([
      { missingPermissions: ['outbound:contactList:view'] },
    ]);
    await rename('Heard');
    await hears('Heard');

    isServerAway = true;
    sockets.at(-1)!.terminate();
    await is('reconnecting');
    await rename('Missed');
    isServerAway = false;
    live.retryNow();
    await hears('Missed');
    expect(sockets.at(-1)!.url).toMatch(/&after=\d+-\d+$/u);
    expect(onReturn).toHaveBeenCalledTimes(1);

    await world.app.db.query(`DELETE FROM notification_channels WHERE id = $1`, [
      new URL(sockets.at(-1)!.url).pathname.split('/').at(-1),
    ]);
    sockets.at(-1)!.terminate();
    await eventually('another channel', () => Promise.resolve(onReturn.mock.calls.length === 2));
    await rename('Heard again');
    await hears('Heard again');

    await world.app.db.query(`DELETE FROM access_tokens WHERE token_hash = $1`, [tokenHash(token)]);
    sockets.at(-1)!.terminate();
    await is('signed-out');
    expect(states).toEqual([
      'connecting',
      'live',
      'reconnecting',
      'live',
      'reconnecting',
      'live',
      'reconnecting',
      'signed-out',
    ]);
  });
});
