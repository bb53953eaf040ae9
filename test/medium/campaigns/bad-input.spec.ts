import { randomUUID } from 'node:crypto';
import { CampaignLifecycle, CampaignStarted } from '../../../src/modules/campaigns/index.js';
import { EventBus } from '../../../src/platform/events/event-bus.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { CampaignWorld, PATH, type StoredCampaign as Campaign } from './campaign-fixtures.js';

describe('campaigns at bad moments and with bad input', () => {
  let world: CampaignWorld;
  let second: TestApp;
  const starts: string[] = [];

  beforeAll(async () => {
    world = await CampaignWorld.start();
    const env = { WHATSAPP_GRAPH_URL: world.simulator.url, PUBLIC_URL: 'http://127.0.0.1:3000' };
    second = await startTestApp({ beside: world.app, env: { ...env, ENCRYPTION_KEY: world.encryptionKey } });
    for (const { app } of [world.app, second]) {
      app.get(EventBus).on(CampaignStarted, ({ campaignId }) => starts.push(campaignId));
    }
  });

  afterAll(async () => {
    await second?.close();
    await world?.close();
  });

  const read = async (id: string) =>
    (await world.app.admin.get(`${PATH}/${id}`).expect(200)).body as Campaign;

  const running = async (): Promise<number> => {
    const [row] = await world.app.db.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM messaging_campaigns WHERE campaign_status IN ('on', 'stopping')`,
    );
    return row.count;
  };

  const audited = async (id: string, action: string) =>
    (await world.app.db.query(`SELECT FROM audit_events WHERE entity_id = $1 AND action = $2`, [id, action]))
      .length;

  it('names every column that the list does not have', async () => {
    const body = await world.aBody();
    const { body: error } = await world.app.admin
      .post(PATH)
      .send({
        ...body,
        whatsAppConfig: { ...body.whatsAppConfig, whatsAppColumns: ['fax', 'pager'] },
        contactSorts: [{ fieldName: 'age' }, { fieldName: 'size' }],
      })
      .expect(400);
    const named = (error.details as { fieldName: string }[]).map(({ fieldName }) => fieldName);
    expect(named).toEqual([
      'whatsAppConfig.whatsAppColumns',
      'whatsAppConfig.whatsAppColumns',
      'contactSorts',
      'contactSorts',
    ]);
    for (const column of ['fax', 'pager', 'age', 'size']) expect(JSON.stringify(error)).toContain(column);
  });

  it('refuses a template with more placeholders than the list has columns', async () => {
    const templateId = await world.aTemplate({ body: '{{first_name}} {{voucher}} {{street}} {{city}}' });
    const { body: error } = await world.app.admin
      .post(PATH)
      .send(await world.aBody({ templateId }))
      .expect(400);
    expect(error.code).toBe('substitution.mismatch');
    expect(JSON.stringify(error)).toContain('street');
    expect(JSON.stringify(error)).toContain('city');
  });

  it('[F29] keeps a list from being deleted between create and start, also from a second process', async () => {
    const { id, contactList } = await world.create();
    const list = `/api/v2/outbound/contactlists/${contactList.id}`;
    const [deleted, started] = await Promise.all([
      second.admin.delete(list),
      world.app.admin.post(`${PATH}/${id}/start`),
    ]);
    expect([deleted.status, deleted.body.code, started.status]).toEqual([400, 'contact.list.in.use', 200]);
    expect((await read(id)).campaignStatus).toBe('on');
  });

  it('refuses a campaign on a list that is gone by then', async () => {
    const body = await world.aBody();
    await world.app.admin.delete(`/api/v2/outbound/contactlists/${body.contactList.id}`).expect(200);
    const { body: error } = await world.app.admin.post(PATH).send(body).expect(400);
    expect(error.code).toBe('contact.list.not.found');
  });

  it('[F2] [F7] starts once when two processes start it at the same moment', async () => {
    const { id } = await world.create();
    const path = `${PATH}/${id}/start`;
    const answers = await Promise.all([
      world.app.admin.post(path),
      second.admin.post(path),
      world.app.admin.post(path),
      second.admin.post(path),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await read(id)).toMatchObject({ campaignStatus: 'on', version: 2 });
    expect(starts.filter((started) => started === id)).toHaveLength(1);
    await second.admin.post(path).expect(200);
    expect(await audited(id, 'Start')).toBe(1);
  });

  it('lets exactly 25 campaigns run when two processes start 30 at the same moment', async () => {
    const before = await running();
    await world.fill(20 - before, 'on');
    const given = { integrationId: await world.anIntegration(), templateId: await world.aTemplate() };
    const campaigns = [];
    for (let n = 0; n < 30; n++) campaigns.push(await world.create({}, given));
    const answers = await Promise.all(
      campaigns.map(({ id }, at) => (at % 2 === 0 ? world.app : second).admin.post(`${PATH}/${id}/start`)),
    );
    const started = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 400);
    expect([started.length, refused.length]).toEqual([5, 25]);
    expect(new Set(refused.map(({ body }) => body.code))).toEqual(
      new Set(['active.campaigns.limit.exceeded']),
    );
    expect(await running()).toBe(25);
    await world.app.db.query(`UPDATE messaging_campaigns SET campaign_status = 'off'`);
  });

  it('ends in one of two clear ways when it is stopped during its start', async () => {
    const { id } = await world.create();
    const [start, stop] = await Promise.all([
      world.app.admin.post(`${PATH}/${id}/start`),
      second.admin.post(`${PATH}/${id}/stop`),
    ]);
    expect([start.status, stop.status]).toEqual([200, 200]);
    const { campaignStatus } = await read(id);
    expect(['on', 'stopping']).toContain(campaignStatus);
    await second.admin.post(`${PATH}/${id}/stop`).expect(200);
    expect((await read(id)).campaignStatus).toBe('stopping');
    expect(await world.app.app.get(CampaignLifecycle).markStopped(id)).toBe(true);
    expect((await read(id)).campaignStatus).toBe('off');
    await second.admin.post(`${PATH}/${id}/stop`).expect(200);
    expect(await audited(id, 'Stop')).toBe(1);
  });

  it('lets a PUT or the start win when they meet, and never starts what nobody has checked', async () => {
    const stored = await world.create();
    const [put, start] = await Promise.all([
      second.admin
        .put(`${PATH}/${stored.id}`)
        .send({ ...stored, contactSorts: [{ fieldName: 'amount', direction: 'DESC', numeric: true }] }),
      world.app.admin.post(`${PATH}/${stored.id}/start`),
    ]);
    const isPut = put.status === 200;
    const isStarted = start.status === 200;
    expect(isPut || isStarted).toBe(true);
    if (!isPut)
      expect([put.status, put.body.code]).toEqual([409, expect.stringMatching(/^invalid\.update\./u)]);
    if (!isStarted) expect(start.status).toBe(409);
    const now = await read(stored.id);
    expect(now.contactSorts).toHaveLength(isPut ? 1 : 0);
    expect(now.campaignStatus).toBe(isStarted ? 'on' : 'off');
  });

  it('refuses ids that are none, with the field, and bodies that are no campaign', async () => {
    const body = await world.aBody();
    const { body: error } = await world.app.admin
      .post(PATH)
      .send({ ...body, contactList: { id: 'no-uuid' }, contactListFilters: [{ id: randomUUID() }] })
      .expect(400);
    expect(JSON.stringify(error)).toContain('contactList');
    for (const nonsense of [[], { ...body, messagesPerMinute: 'many' }, { ...body, whatsAppConfig: [] }]) {
      const answer = await world.app.admin.post(PATH).send(nonsense);
      expect(answer.status).toBe(400);
    }
  });
});
