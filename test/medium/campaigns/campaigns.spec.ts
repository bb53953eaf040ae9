import { randomUUID } from 'node:crypto';
import type { Models } from 'purecloud-platform-client-v2';
import { CampaignWorld, PATH } from './campaign-fixtures.js';

describe('campaigns', () => {
  let world: CampaignWorld;

  beforeAll(async () => {
    world = await CampaignWorld.start();
  });

  afterAll(() => world?.close());

  const create = (changes: object = {}) => world.create(changes);

  const detailsOf = (body: { details: { errorCode: string; fieldName?: string }[] }) =>
    body.details.map(({ errorCode, fieldName }) => `${fieldName}: ${errorCode}`);

  describe('creating', () => {
    it('answers the campaign in the shape that the SDK knows, and stores it', async () => {
      const contactListId = await world.aContactList({ name: 'Autumn customers' });
      const dncListId = await world.aDncList({ name: 'Opt-outs' });
      const body = {
        ...(await world.aBody({ contactListId })),
        name: 'Ümläut & Co. – 50 %',
        dncLists: [{ id: dncListId }],
        contactSorts: [{ fieldName: 'amount', direction: 'DESC', numeric: true }],
        alwaysRunning: true,
      };
      const created = await create(body);
      const home = { id: world.app.homeDivisionId, name: 'Home' };
      expect(created).toEqual({
        id: expect.any(String),
        name: 'Ümläut & Co. – 50 %',
        dateCreated: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*\.\d{3}Z$/u),
        dateModified: expect.any(String),
        version: 1,
        division: { ...home, selfUri: `/api/v2/authorization/divisions/${home.id}` },
        campaignStatus: 'off',
        contactList: {
          id: contactListId,
          name: 'Autumn customers',
          selfUri: `/api/v2/outbound/contactlists/${contactListId}`,
        },
        dncLists: [{ id: dncListId, name: 'Opt-outs', selfUri: `/api/v2/outbound/dnclists/${dncListId}` }],
        contactListFilters: [],
        ruleSets: [],
        alwaysRunning: true,
        contactSorts: [{ fieldName: 'amount', direction: 'DESC', numeric: true }],
        messagesPerMinute: 60,
        dynamicContactQueueingSettings: { sort: false, filter: false },
        whatsAppConfig: {
          whatsAppColumns: ['wa'],
          whatsAppIntegration: expect.objectContaining(body.whatsAppConfig.whatsAppIntegration),
          contentTemplate: expect.objectContaining(body.whatsAppConfig.contentTemplate),
        },
        errors: [],
        selfUri: `${PATH}/${created.id}`,
      });
      const read = await world.app.admin.get(`${PATH}/${created.id}`).expect(200);
      expect(read.body).toEqual(created);
    });

    it('starts a campaign that is created on', async () => {
      const created = await create({ campaignStatus: 'on' });
      expect(created.campaignStatus).toBe('on');
    });

    it('creates nothing when the campaign can not be started', async () => {
      const contactListId = await world.aContactList();
      await create({ ...(await world.aBody({ contactListId })), campaignStatus: 'on' });
      const second = { ...(await world.aBody({ contactListId })), campaignStatus: 'on' };
      const refused = await world.app.admin.post(PATH).send(second).expect(400);
      expect(refused.body.code).toBe('resources.in.use');
      const listed = await world.app.admin.get(PATH).query({ name: second.name }).expect(200);
      expect(listed.body.total).toBe(0);
    });

    it('gives all reasons at once, each with its field', async () => {
      const body = {
        name: '   ',
        contactList: { id: await world.aContactList({ rows: 0 }) },
        messagesPerMinute: 60_001,
        whatsAppConfig: {
          whatsAppColumns: ['first_name'],
          whatsAppIntegration: { id: await world.anIntegration({ active: false }) },
          contentTemplate: { id: await world.aTemplate({ body: 'Hallo {{surname}}' }) },
        },
        dncLists: [{ id: await world.aDncList({ rows: 0 }) }, { id: randomUUID() }],
        contactSorts: [{ fieldName: 'age' }],
      };
      const { body: error } = await world.app.admin.post(PATH).send(body).expect(400);
      expect(error.code).toBe('name.cannot.be.blank');
      expect(detailsOf(error)).toEqual([
        'name: name.cannot.be.blank',
        'contactList: contact.list.empty',
        'whatsAppConfig.whatsAppColumns: invalid.campaign.whatsapp.columns',
        'whatsAppConfig.whatsAppIntegration: integration.not.active',
        'whatsAppConfig.contentTemplate: substitution.mismatch',
        expect.stringMatching(/^dncLists: dnc\.list\./u),
        'dncLists: dnc.list.not.found',
        'contactSorts: contact.sort.field.not.found',
        'messagesPerMinute: messages.per.minute.limit.exceeded',
      ]);
      expect(error.errors).toHaveLength(error.details.length);
      expect(error.limit).toEqual({
        key: 'whatsapp.campaign.messages.per.minute',
        namespace: 'outbound',
        value: expect.any(Number),
      });
    });

    it('names the limit of the integration and the given number', async () => {
      const integrationId = await world.anIntegration({ messagesPerSecond: 20 });
      const body = { ...(await world.aBody({ integrationId })), messagesPerMinute: 1_201 };
      const { body: error } = await world.app.admin.post(PATH).send(body).expect(400);
      expect(error).toMatchObject({
        code: 'messages.per.minute.limit.exceeded',
        messageParams: { limit: '1200', given: '1201' },
        limit: { value: 1_200 },
      });
      await create({ ...body, messagesPerMinute: 1_200 });
    });

    it('finds unknown objects of every kind', async () => {
      const nowhere = { id: randomUUID() };
      const body = {
        ...(await world.aBody()),
        contactList: nowhere,
        whatsAppConfig: { whatsAppColumns: ['wa'], whatsAppIntegration: nowhere, contentTemplate: nowhere },
      };
      const { body: error } = await world.app.admin.post(PATH).send(body).expect(400);
      expect(detailsOf(error)).toEqual([
        'contactList: contact.list.not.found',
        'whatsAppConfig.whatsAppIntegration: integration.not.found',
        'whatsAppConfig.contentTemplate: rms.response.not.found',
      ]);
    });

    it('refuses templates that Meta has not approved, or does not know', async () => {
      const paused = await world.aBody({ templateId: await world.aTemplate({ metaName: 'flash_sale' }) });
      const refused = await world.app.admin.post(PATH).send(paused).expect(400);
      expect(refused.body.code).toBe('template.not.approved');
      expect(refused.body.message).toContain('PAUSED');
      const unknown = await world.aBody({ templateId: await world.aTemplate({ metaName: 'gone' }) });
      const second = await world.app.admin.post(PATH).send(unknown).expect(400);
      expect(second.body.code).toBe('template.not.found.at.provider');
    });

    it('takes a template as soon as Meta approves it again', async () => {
      const body = await world.aBody();
      world.setTemplateStatus('PAUSED');
      await world.app.admin.post(`${PATH}/${(await create()).id}/start`).expect(400);
      await world.app.admin.post(PATH).send(body).expect(400);
      world.setTemplateStatus('APPROVED');
      await world.app.admin.post(PATH).send(body).expect(200);
    });

    it('refuses a name that exists, whatever its case', async () => {
      const { name } = await create({ name: 'Only once' });
      const again = { ...(await world.aBody()), name: name.toUpperCase() };
      const { body: error } = await world.app.admin.post(PATH).send(again).expect(400);
      expect(detailsOf(error)).toEqual(['name: duplicate.name']);
    });

    it('lets only one of two win that take a name at the same moment', async () => {
      const name = `Race ${randomUUID()}`;
      const bodies = [
        { ...(await world.aBody()), name },
        { ...(await world.aBody()), name },
      ];
      const answers = await Promise.all(bodies.map((body) => world.app.admin.post(PATH).send(body)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
      expect(answers.find(({ status }) => status === 400)?.body.code).toBe('duplicate.name');
    });

    it('answers 400 for a name that PostgreSQL would not take', async () => {
      const body = { ...(await world.aBody()), name: 'a\u0000b' };
      const { body: error } = await world.app.admin.post(PATH).send(body).expect(400);
      expect(detailsOf(error)).toEqual(['name: invalid.value']);
    });
  });

  describe('listing', () => {
    it('filters, sorts and pages', async () => {
      const tag = randomUUID();
      const contactListId = await world.aContactList();
      const names = ['b', 'C', 'a'].map((letter) => `${letter} ${tag}`);
      for (const name of names) await create({ ...(await world.aBody({ contactListId })), name });
      const list = async (query: object) =>
        (await world.app.admin.get(PATH).query(query).expect(200))
          .body as Models.MessagingCampaignEntityListing;
      const found = async (query: object) => (await list(query)).entities!.map(({ name }) => name);
      const sorted = [`a ${tag}`, `b ${tag}`, `C ${tag}`];
      expect(await found({ name: tag.toUpperCase() })).toEqual(sorted);
      expect(await found({ contactListId, sortOrder: 'descending' })).toEqual([...sorted].reverse());
      expect(await found({ contactListId, sortBy: 'campaignStatus', campaignStatus: 'off' })).toEqual(sorted);
      expect(await found({ contactListId, campaignStatus: 'on' })).toEqual([]);
      expect(await found({ contactListId, type: 'SMS' })).toEqual([]);
      expect(await found({ contactListId, type: 'WHATSAPP', sortBy: 'type' })).toEqual(sorted);
      expect(await found({ contactListId, divisionId: randomUUID() })).toEqual([]);
      expect(await found({ contactListId, senderSmsPhoneNumber: '+491' })).toEqual([]);
      expect(await found({ contactListId, ruleSetIds: randomUUID() })).toEqual([]);
      const page = await list({ contactListId, pageSize: 2, pageNumber: 2 });
      expect(page).toMatchObject({ total: 3, pageCount: 2, pageNumber: 2, pageSize: 2 });
      expect(page.entities!.map(({ name }) => name)).toEqual([`C ${tag}`]);
      const [first] = (await list({ contactListId })).entities!;
      expect(await found({ id: `${first!.id},${randomUUID()}` })).toEqual([`a ${tag}`]);
      expect(await found({ contentTemplateId: first!.whatsAppConfig!.contentTemplate.id })).toEqual([
        `a ${tag}`,
      ]);
    });

    it('shows only id, name and division in the division views', async () => {
      const { id, name, division } = await create();
      const client = await world.app.as(['outbound:whatsAppCampaign:search']);
      const view = { id, name, division, selfUri: `${PATH}/divisionviews/${id}` };
      const listed = await client.get(`${PATH}/divisionviews`).query({ id }).expect(200);
      expect(listed.body.entities).toEqual([view]);
      expect((await client.get(`${PATH}/divisionviews/${id}`).expect(200)).body).toEqual(view);
      await client.get(`${PATH}/${id}`).expect(403);
    });
  });

  describe('divisions', () => {
    it('answers 404 for campaigns of other divisions, as for ids that do not exist', async () => {
      const north = await world.app.createDivision(`North ${randomUUID()}`);
      const { id } = await create();
      const client = await world.app.as(
        [
          'outbound:whatsAppCampaign:view',
          'outbound:whatsAppCampaign:edit',
          'outbound:whatsAppCampaign:delete',
          'outbound:whatsAppCampaign:start',
          'outbound:whatsAppCampaign:stop',
        ],
        [north],
      );
      for (const unreachable of [id, randomUUID(), 'no-uuid']) {
        const answers = [
          await client.get(`${PATH}/${unreachable}`),
          await client.put(`${PATH}/${unreachable}`).send({ ...(await world.aBody()), version: 1 }),
          await client.delete(`${PATH}/${unreachable}`),
          await client.post(`${PATH}/${unreachable}/start`),
          await client.post(`${PATH}/${unreachable}/stop`),
        ];
        expect(answers.map(({ status, body }) => `${status} ${body.code}`)).toEqual(
          Array(5).fill('404 campaign.not.found'),
        );
      }
      expect((await client.get(PATH).expect(200)).body.entities).toEqual([]);
    });

    it('creates only where the caller may add, and with lists that the caller may see', async () => {
      const north = await world.app.createDivision(`North ${randomUUID()}`);
      const client = await world.app.as(
        ['outbound:whatsAppCampaign:add', 'outbound:contactList:search', 'outbound:dncList:view'],
        [north],
      );
      const body = { ...(await world.aBody()), dncLists: [{ id: await world.aDncList() }] };
      const home = await client.post(PATH).send(body).expect(403);
      expect(home.body.code).toBe('missing.division.permissions');
      const unseen = await client
        .post(PATH)
        .send({ ...body, division: { id: north } })
        .expect(400);
      expect(detailsOf(unseen.body)).toEqual([
        'contactList: contact.list.not.found',
        'dncLists: dnc.list.not.found',
      ]);
      const contactListId = await world.aContactList({ divisionId: north });
      const seen = { ...(await world.aBody({ contactListId })), division: { id: north } };
      const created = await client.post(PATH).send(seen).expect(200);
      expect(created.body.division.id).toBe(north);
    });

    it('keeps lists that a campaign has, also for an editor who does not see them', async () => {
      const stored = await create();
      const client = await world.app.as(['outbound:whatsAppCampaign:edit']);
      const renamed = await client
        .put(`${PATH}/${stored.id}`)
        .send({ ...stored, name: `Renamed ${stored.id}` })
        .expect(200);
      expect(renamed.body).toMatchObject({ version: 2, contactList: { id: stored.contactList.id } });
      const contactList = { id: await world.aContactList() };
      const { body: error } = await client
        .put(`${PATH}/${stored.id}`)
        .send({ ...renamed.body, contactList })
        .expect(400);
      expect(detailsOf(error)).toEqual(['contactList: contact.list.not.found']);
    });

    it('moves a campaign only to where the caller may edit', async () => {
      const north = await world.app.createDivision(`North ${randomUUID()}`);
      const stored = await create();
      const moved = { ...stored, division: { id: north } };
      const atHome = await world.app.as(['outbound:whatsAppCampaign:edit'], [world.app.homeDivisionId]);
      const refused = await atHome.put(`${PATH}/${stored.id}`).send(moved).expect(403);
      expect(refused.body.code).toBe('missing.division.permissions');
      const both = await world.app.as(['outbound:whatsAppCampaign:edit'], [world.app.homeDivisionId, north]);
      const { body } = await both.put(`${PATH}/${stored.id}`).send(moved).expect(200);
      expect(body.division.id).toBe(north);
    });
  });

  describe('updating', () => {
    it('replaces the whole definition; division and status stay unless named', async () => {
      const dncLists = [{ id: await world.aDncList() }];
      const stored = await create({ dncLists, alwaysRunning: true });
      const { name, contactList, messagesPerMinute, whatsAppConfig, version } = stored;
      const put = { name, contactList, messagesPerMinute, whatsAppConfig, version };
      const { body } = await world.app.admin.put(`${PATH}/${stored.id}`).send(put).expect(200);
      const { dateModified: _now, ...rest } = stored;
      expect(body).toMatchObject({ ...rest, dncLists: [], alwaysRunning: false, version: 2 });
    });

    it('refuses an old version, naming the given and the current one', async () => {
      const stored = await create();
      await world.app.admin.put(`${PATH}/${stored.id}`).send(stored).expect(200);
      const { body } = await world.app.admin.put(`${PATH}/${stored.id}`).send(stored).expect(409);
      expect(body).toMatchObject({
        code: 'invalid.update.wrong.version',
        messageParams: { given: '1', current: '2' },
      });
    });

    it('lets only one of two updates of the same version win', async () => {
      const stored = await create();
      const puts = [1, 2, 3].map((messagesPerMinute) =>
        world.app.admin.put(`${PATH}/${stored.id}`).send({ ...stored, messagesPerMinute }),
      );
      const statuses = (await Promise.all(puts)).map(({ status }) => status);
      expect(statuses.sort()).toEqual([200, 409, 409]);
    });
  });

  describe('deleting', () => {
    it('answers the deleted campaign, and frees its parts', async () => {
      const stored = await create();
      const listPath = `/api/v2/outbound/contactlists/${stored.contactList.id}`;
      const inUse = await world.app.admin.delete(listPath).expect(400);
      expect(inUse.body.code).toBe('contact.list.in.use');
      const { body } = await world.app.admin.delete(`${PATH}/${stored.id}`).expect(200);
      expect(body).toEqual(stored);
      await world.app.admin.get(`${PATH}/${stored.id}`).expect(404);
      await world.app.admin.delete(listPath).expect(200);
    });

    it('refuses while the campaign runs', async () => {
      const { id } = await create({ campaignStatus: 'on' });
      const { body } = await world.app.admin.delete(`${PATH}/${id}`).expect(400);
      expect(body.code).toBe('campaign.in.use');
      await world.app.admin.get(`${PATH}/${id}`).expect(200);
    });
  });
});

describe('campaigns while WhatsApp can not be reached', () => {
  let world: CampaignWorld;

  beforeAll(async () => {
    world = await CampaignWorld.start();
    await world.loseWhatsApp();
  });

  afterAll(() => world?.close());

  it('says so when nothing else is wrong, else what is wrong', async () => {
    const body = await world.aBody();
    const unavailable = await world.app.admin.post(PATH).send(body).expect(503);
    expect(unavailable.body.code).toBe('whatsapp.unavailable');
    const wrong = await world.app.admin
      .post(PATH)
      .send({ ...body, messagesPerMinute: 0 })
      .expect(400);
    expect(wrong.body.details).toEqual([
      expect.objectContaining({ errorCode: 'invalid.value', fieldName: 'messagesPerMinute' }),
    ]);
  });
});
