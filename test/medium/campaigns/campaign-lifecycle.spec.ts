import { randomUUID } from 'node:crypto';
import {
  CampaignChanged,
  CampaignDeleted,
  CampaignLifecycle,
  CampaignStarted,
  CampaignStopRequested,
} from '../../../src/modules/campaigns/index.js';
import { EVERYWHERE } from '../../../src/modules/access/index.js';
import { EventBus } from '../../../src/platform/events/event-bus.js';
import { CampaignWorld, PATH, type StoredCampaign as Campaign } from './campaign-fixtures.js';

describe('the life of a campaign', () => {
  let world: CampaignWorld;
  let lifecycle: CampaignLifecycle;
  let events: string[] = [];

  beforeAll(async () => {
    world = await CampaignWorld.start();
    lifecycle = world.app.app.get(CampaignLifecycle);
    const bus = world.app.app.get(EventBus);
    for (const type of [CampaignStarted, CampaignStopRequested, CampaignChanged, CampaignDeleted]) {
      bus.on(type, ({ campaignId }) => events.push(`${type.name} ${campaignId}`));
    }
  });

  afterAll(() => world?.close());

  afterEach(() => world.setTemplateStatus('APPROVED'));

  const admin = () => world.app.admin;

  const create = (changes: object = {}) => world.create(changes);

  async function read(id: string): Promise<Campaign> {
    return (await admin().get(`${PATH}/${id}`).expect(200)).body as Campaign;
  }

  const put = (campaign: Campaign, changes: object = {}) =>
    admin()
      .put(`${PATH}/${campaign.id}`)
      .send({ ...campaign, ...changes });

  const eventsOf = (id: string) =>
    events.filter((event) => event.endsWith(id)).map((event) => event.split(' ')[0]);

  beforeEach(() => {
    events = [];
  });

  it('goes from off to on, stopping, off, and tells it', async () => {
    const { id } = await create();
    const started = await admin().post(`${PATH}/${id}/start`).expect(200);
    expect(started.text).toBe('');
    expect((await read(id)).campaignStatus).toBe('on');
    await admin().post(`${PATH}/${id}/stop`).expect(200);
    expect((await read(id)).campaignStatus).toBe('stopping');
    const early = await admin().post(`${PATH}/${id}/start`).expect(400);
    expect(early.body.code).toBe('invalid.update.bad.status.transition');
    expect(await lifecycle.markStopped(id)).toBe(true);
    expect(await read(id)).toMatchObject({ campaignStatus: 'off', version: 4 });
    expect(eventsOf(id)).toEqual(['CampaignStarted', 'CampaignStopRequested']);
  });

  it('does nothing at the start of a running and the stop of a stopped campaign', async () => {
    const { id } = await create();
    await admin().post(`${PATH}/${id}/stop`).expect(200);
    expect((await read(id)).version).toBe(1);
    await admin().post(`${PATH}/${id}/start`).expect(200);
    await admin().post(`${PATH}/${id}/start`).expect(200);
    expect(await read(id)).toMatchObject({ campaignStatus: 'on', version: 2 });
    expect(eventsOf(id)).toEqual(['CampaignStarted']);
  });

  it('starts once when several start it at the same moment', async () => {
    const { id } = await create();
    const starts = await Promise.all([1, 2, 3].map(() => admin().post(`${PATH}/${id}/start`)));
    expect(starts.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(eventsOf(id)).toEqual(['CampaignStarted']);
  });

  it('is switched by updates, too', async () => {
    const stored = await create();
    const on = (await put(stored, { campaignStatus: 'on' }).expect(200)).body as Campaign;
    expect(on.campaignStatus).toBe('on');
    const stopping = (await put(on, { campaignStatus: 'off' }).expect(200)).body as Campaign;
    expect(stopping.campaignStatus).toBe('stopping');
    expect((await put(stopping, { campaignStatus: 'off' }).expect(200)).body.campaignStatus).toBe('stopping');
    expect(eventsOf(stored.id)).toEqual(['CampaignStarted', 'CampaignStopRequested']);
  });

  it('goes from complete to complete, off and on', async () => {
    const { id } = await create({ campaignStatus: 'on' });
    expect(await lifecycle.markComplete(id)).toBe(true);
    const complete = await read(id);
    expect(complete.campaignStatus).toBe('complete');
    const still = (await put(complete, { campaignStatus: 'complete' }).expect(200)).body as Campaign;
    expect(still.campaignStatus).toBe('complete');
    const off = (await put(still, { campaignStatus: 'off' }).expect(200)).body as Campaign;
    expect(off.campaignStatus).toBe('off');
    const refused = await put(off, { campaignStatus: 'complete' }).expect(400);
    expect(refused.body.code).toBe('invalid.update.bad.status.transition');
    expect((await put(off, { campaignStatus: 'on' }).expect(200)).body.campaignStatus).toBe('on');
  });

  it('shows why it became invalid, until it is started again', async () => {
    const { id } = await create({ campaignStatus: 'on' });
    const errors = [{ error: 'template.not.approved', details: 'The template was paused.' }];
    expect(await lifecycle.markInvalid(id, errors)).toBe(true);
    expect(await read(id)).toMatchObject({ campaignStatus: 'invalid', errors });
    await admin().post(`${PATH}/${id}/start`).expect(200);
    expect(await read(id)).toMatchObject({ campaignStatus: 'on', errors: [] });
  });

  it('refuses an update with what was read before the engine changed the status', async () => {
    const running = await create({ campaignStatus: 'on' });
    await lifecycle.markComplete(running.id);
    const { body } = await put(running, { messagesPerMinute: 5 }).expect(409);
    expect(body.code).toBe('invalid.update.wrong.version');
  });

  it('makes no move that does not fit the status', async () => {
    const { id } = await create();
    expect(await lifecycle.markStopped(id)).toBe(false);
    expect(await lifecycle.markComplete(id)).toBe(false);
    expect(await lifecycle.markInvalid(id, [])).toBe(false);
    expect(await lifecycle.markComplete(randomUUID())).toBe(false);
    expect(await read(id)).toMatchObject({ campaignStatus: 'off', version: 1 });
  });

  describe('the checks at start', () => {
    it('refuse a list that became empty', async () => {
      const { id, contactList } = await create();
      await world.emptyList(contactList.id!);
      const { body } = await admin().post(`${PATH}/${id}/start`).expect(400);
      expect(body).toMatchObject({ code: 'contact.list.empty', details: [{ fieldName: 'contactList' }] });
      expect((await read(id)).campaignStatus).toBe('off');
    });

    it('ask Meta anew about the template', async () => {
      const { id } = await create();
      world.setTemplateStatus('PAUSED');
      const { body } = await admin().post(`${PATH}/${id}/start`).expect(400);
      expect(body.code).toBe('template.not.approved');
    });

    it('do not need the caller to see the lists', async () => {
      const { id } = await create();
      const client = await world.app.as(['outbound:whatsAppCampaign:start']);
      await client.post(`${PATH}/${id}/start`).expect(200);
    });

    it('refuse a second campaign on a list, naming the first only to those who may see it', async () => {
      const contactList = { id: await world.aContactList() };
      const north = await world.app.createDivision(`North ${randomUUID()}`);
      const first = await create({ contactList, campaignStatus: 'on' });
      const second = await create({ contactList, division: { id: north } });
      const { body } = await admin().post(`${PATH}/${second.id}/start`).expect(400);
      expect(body).toMatchObject({ code: 'resources.in.use', entityId: first.id });
      expect(body.message).toContain(first.name);
      const stranger = await world.app.as(
        ['outbound:whatsAppCampaign:start', 'outbound:whatsAppCampaign:view'],
        [north],
      );
      const hidden = await stranger.post(`${PATH}/${second.id}/start`).expect(400);
      expect(hidden.body.code).toBe('resources.in.use');
      expect(JSON.stringify(hidden.body)).not.toContain(first.name);
      expect(JSON.stringify(hidden.body)).not.toContain(first.id);
      await admin().post(`${PATH}/${first.id}/stop`).expect(200);
      await admin().post(`${PATH}/${second.id}/start`).expect(400);
      await lifecycle.markStopped(first.id);
      await admin().post(`${PATH}/${second.id}/start`).expect(200);
    });

    it('let one of two campaigns on a list win that are started at the same moment', async () => {
      const contactList = { id: await world.aContactList() };
      const both = [await create({ contactList }), await create({ contactList })];
      const starts = await Promise.all(both.map(({ id }) => admin().post(`${PATH}/${id}/start`)));
      expect(starts.map(({ status }) => status).sort()).toEqual([200, 400]);
    });
  });

  describe('while it runs', () => {
    it('changes name, pace, template and DNC lists, and tells it', async () => {
      const running = await create({ campaignStatus: 'on' });
      const changes = {
        name: `Renamed ${running.id}`,
        messagesPerMinute: 7,
        dncLists: [{ id: await world.aDncList() }],
        whatsAppConfig: { ...running.whatsAppConfig, contentTemplate: { id: await world.aTemplate() } },
      };
      const { body } = await put(running, changes).expect(200);
      expect(body).toMatchObject({ name: changes.name, messagesPerMinute: 7, campaignStatus: 'on' });
      expect(body.dncLists).toHaveLength(1);
      expect(eventsOf(running.id)).toEqual(['CampaignStarted', 'CampaignChanged']);
    });

    it('names every part that can not change', async () => {
      const running = await create({ campaignStatus: 'on' });
      const changes = { contactSorts: [{ fieldName: 'amount' }], alwaysRunning: true, messagesPerMinute: 7 };
      const { body } = await put(running, changes).expect(409);
      expect(body).toMatchObject({
        code: 'invalid.update.campaign.active',
        messageParams: { fields: 'contactSorts, alwaysRunning' },
      });
      expect(await read(running.id)).toMatchObject({ messagesPerMinute: 60, alwaysRunning: false });
    });

    it('judges only what changes, so that it can be renamed and stopped whatever became of its parts', async () => {
      const running = await create({ campaignStatus: 'on' });
      await world.emptyList(running.contactList.id!);
      const renamed = (await put(running, { name: `Renamed ${running.id}` }).expect(200)).body as Campaign;
      const refused = await put(renamed, { messagesPerMinute: 60_001 }).expect(400);
      expect(refused.body.details).toHaveLength(1);
      expect((await put(renamed, { campaignStatus: 'off' }).expect(200)).body.campaignStatus).toBe(
        'stopping',
      );
    });
  });

  it('gives the engine all that it needs', async () => {
    const dncListId = await world.aDncList();
    const contactSorts = [{ fieldName: 'amount', direction: 'DESC', numeric: true }];
    const created = await create({ dncLists: [{ id: dncListId }], contactSorts, campaignStatus: 'on' });
    const expected = {
      id: created.id,
      name: created.name,
      divisionId: world.app.homeDivisionId,
      status: 'on',
      contactListId: created.contactList.id,
      contactListFilterId: null,
      messagesPerMinute: 60,
      whatsAppColumns: ['wa'],
      integrationId: created.whatsAppConfig!.whatsAppIntegration.id,
      contentTemplateId: created.whatsAppConfig!.contentTemplate.id,
      dncListIds: [dncListId],
      contactSorts,
      alwaysRunning: false,
      callableTimeSetId: null,
      ruleSetIds: [],
      dynamicSort: false,
      dynamicFilter: false,
    };
    expect(await lifecycle.find([created.id, randomUUID()])).toEqual([expected]);
    expect(await lifecycle.get(EVERYWHERE, created.id)).toEqual(expected);
    expect(await lifecycle.findRunning()).toContainEqual(expected);
    await expect(lifecycle.get({ kind: 'divisions', ids: [] }, created.id)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });
});

describe('the number of campaigns', () => {
  let world: CampaignWorld;

  beforeAll(async () => {
    world = await CampaignWorld.start();
  });

  afterAll(() => world?.close());

  it('allows 25 to run at one time', async () => {
    await world.fill(24, 'on');
    const [last, tooMany] = [await world.aBody(), await world.aBody()];
    await world.app.admin
      .post(PATH)
      .send({ ...last, campaignStatus: 'on' })
      .expect(200);
    const { body } = await world.app.admin
      .post(PATH)
      .send({ ...tooMany, campaignStatus: 'on' })
      .expect(400);
    expect(body.code).toBe('active.campaigns.limit.exceeded');
    await world.app.admin.post(PATH).send(tooMany).expect(200);
  });

  it('allows 1,000 to exist, and says what to do then', async () => {
    const { total } = (await world.app.admin.get(PATH).expect(200)).body as { total: number };
    await world.fill(999 - total, 'off');
    await world.app.admin
      .post(PATH)
      .send(await world.aBody())
      .expect(200);
    const { body } = await world.app.admin
      .post(PATH)
      .send(await world.aBody())
      .expect(400);
    expect(body).toMatchObject({ code: 'max.entity.count.reached', limit: { value: 1_000 } });
    expect(body.message).toContain('Delete old campaigns');
  });
});
