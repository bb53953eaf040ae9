import { randomUUID } from 'node:crypto';
import type { Models } from 'purecloud-platform-client-v2';
import { loginSdk, type Sdk } from '../../support/sdk.js';
import { eventually } from '../../support/eventually.js';
import { RunWorld } from '../dispatch/run-world.js';
import { CampaignWorld } from './campaign-fixtures.js';

const ADMIN = { clientId: 'admin', clientSecret: 'admin-secret-of-tests' };
const MISSING = '00000000-0000-4000-8000-000000000000';

/** What a call is refused with; undefined when it isn't. */
const refusal = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

type Stored = Models.MessagingCampaign & { id: string; version: number };

// Nothing works off the queues here, so that a campaign stays in the status in which a call leaves it.
describe('campaigns through the official SDK', () => {
  let world: CampaignWorld;
  let sdk: Sdk;

  beforeAll(async () => {
    world = await CampaignWorld.start({ role: 'api' });
    sdk = await loginSdk({ baseUrl: world.app.baseUrl, ...ADMIN });
  });

  afterAll(() => world?.close());

  const create = async (changes: Partial<Models.MessagingCampaign> = {}): Promise<Stored> =>
    (await sdk.outbound.postOutboundMessagingcampaigns({ ...(await world.aBody()), ...changes })) as Stored;

  const namesOf = ({ entities }: { entities?: { name?: string }[] }) => entities!.map(({ name }) => name);

  it('are created, read, replaced in full and deleted', async () => {
    const dncLists = [{ id: await world.aDncList() }];
    const contactSorts = [{ fieldName: 'amount', direction: 'DESC', numeric: true }];
    const created = await create({ name: 'Grüße & more: 50 %', dncLists, contactSorts, alwaysRunning: true });
    expect(created).toMatchObject({
      name: 'Grüße & more: 50 %',
      version: 1,
      campaignStatus: 'off',
      division: { id: world.app.homeDivisionId },
      dncLists,
      contactSorts,
      alwaysRunning: true,
      errors: [],
    });
    expect(await sdk.outbound.getOutboundMessagingcampaign(created.id)).toEqual(created);

    const { name, contactList, whatsAppConfig, version } = created;
    const least = { name, contactList, whatsAppConfig, version, messagesPerMinute: 7 };
    const replaced = await sdk.outbound.putOutboundMessagingcampaign(created.id, least);
    expect(replaced).toMatchObject({
      version: 2,
      messagesPerMinute: 7,
      dncLists: [],
      contactSorts: [],
      alwaysRunning: false,
    });
    const stale = await refusal(sdk.outbound.putOutboundMessagingcampaign(created.id, least));
    expect(stale).toMatchObject({ status: 409, code: 'invalid.update.wrong.version' });
    expect(await sdk.outbound.getOutboundMessagingcampaign(created.id)).toEqual(replaced);

    expect(await sdk.outbound.deleteOutboundMessagingcampaign(created.id)).toEqual(replaced);
    const gone = { status: 404, code: 'campaign.not.found' };
    expect(await refusal(sdk.outbound.getOutboundMessagingcampaign(created.id))).toMatchObject(gone);
    expect(await refusal(sdk.outbound.deleteOutboundMessagingcampaign(created.id))).toMatchObject(gone);
  });

  describe('in lists', () => {
    const mark = `Listed ${randomUUID()}`;
    let north: string;
    let ruleSetId: string;
    let a: Stored;
    let b: Stored;
    let c: Stored;

    beforeAll(async () => {
      north = await world.app.createDivision(`North ${mark}`);
      const contactListId = await world.aContactList();
      const ruleSet = await sdk.outbound.postOutboundDigitalrulesets({
        name: mark,
        contactList: { id: contactListId },
        rules: [
          {
            name: 'Not to Ada',
            order: 0,
            category: 'PreContact',
            conditions: [
              {
                contactColumnConditionSettings: {
                  columnName: 'first_name',
                  operator: 'Equals',
                  value: 'Ada',
                  valueType: 'String',
                },
              },
            ],
            actions: [{ doNotSendActionSettings: {} }],
          },
        ],
      });
      ruleSetId = ruleSet.id!;
      b = await create({ name: `${mark} b`, division: { id: north } });
      c = await create({ name: `${mark} C`, contactList: { id: contactListId }, ruleSets: [ruleSet] });
      a = await create({ name: `${mark} a`, campaignStatus: 'on' });
    });

    it('are filtered by each of the filters', async () => {
      const list = async (filter: Parameters<Sdk['outbound']['getOutboundMessagingcampaigns']>[0]) =>
        namesOf(await sdk.outbound.getOutboundMessagingcampaigns({ name: mark, ...filter }));
      expect(await list({ name: mark.toUpperCase() })).toEqual([a.name, b.name, c.name]);
      expect(await list({ contactListId: c.contactList.id })).toEqual([c.name]);
      expect(await list({ divisionId: [north] })).toEqual([b.name]);
      expect(await list({ divisionId: [north, world.app.homeDivisionId] })).toHaveLength(3);
      expect(await list({ type: 'WHATSAPP' })).toHaveLength(3);
      expect(await list({ type: 'SMS' })).toEqual([]);
      expect(await list({ senderSmsPhoneNumber: '+4915112345678' })).toEqual([]);
      expect(await list({ id: [a.id, c.id, MISSING] })).toEqual([a.name, c.name]);
      expect(await list({ contentTemplateId: b.whatsAppConfig!.contentTemplate.id })).toEqual([b.name]);
      expect(await list({ campaignStatus: 'on' })).toEqual([a.name]);
      expect(await list({ campaignStatus: 'off' })).toEqual([b.name, c.name]);
      expect(await list({ ruleSetIds: [ruleSetId] })).toEqual([c.name]);
      expect(await list({ campaignStatus: 'on', divisionId: [north] })).toEqual([]);
    });

    it('are sorted by each of the sorts, and paged', async () => {
      const list = async (shown: Parameters<Sdk['outbound']['getOutboundMessagingcampaigns']>[0]) =>
        sdk.outbound.getOutboundMessagingcampaigns({ name: mark, ...shown });
      const [up, down] = [
        [a.name, b.name, c.name],
        [c.name, b.name, a.name],
      ];
      expect(namesOf(await list({ sortBy: 'name', sortOrder: 'ascending' }))).toEqual(up);
      expect(namesOf(await list({ sortBy: 'name', sortOrder: 'descending' }))).toEqual(down);
      expect(namesOf(await list({ sortBy: 'type' }))).toEqual(up);
      const statuses = async (sortOrder: string) =>
        (await list({ sortBy: 'campaignStatus', sortOrder })).entities!.map((found) => found.campaignStatus);
      expect(await statuses('ascending')).toEqual(['off', 'off', 'on']);
      expect(await statuses('descending')).toEqual(['on', 'off', 'off']);

      const second = await list({ pageSize: 2, pageNumber: 2 });
      expect(second).toMatchObject({ total: 3, pageCount: 2, pageSize: 2, pageNumber: 2 });
      expect(namesOf(second)).toEqual([c.name]);
      expect((await list({ pageSize: 2, pageNumber: 3 })).entities).toEqual([]);
      expect(await refusal(list({ sortBy: 'colour' }))).toMatchObject({ status: 400 });
    });

    it('are shown by division views without their settings', async () => {
      const view = await sdk.outbound.getOutboundMessagingcampaignsDivisionview(b.id);
      expect(view).toMatchObject({ id: b.id, name: b.name, division: { id: north } });
      expect(view).not.toHaveProperty('whatsAppConfig');
      const list = async (
        filter: Parameters<Sdk['outbound']['getOutboundMessagingcampaignsDivisionviews']>[0],
      ) => namesOf(await sdk.outbound.getOutboundMessagingcampaignsDivisionviews({ name: mark, ...filter }));
      expect(await list({})).toEqual([a.name, b.name, c.name]);
      expect(await list({ sortOrder: 'descending' })).toEqual([c.name, b.name, a.name]);
      expect(await list({ id: [b.id] })).toEqual([b.name]);
      expect(await list({ campaignStatus: 'on' })).toEqual([a.name]);
      expect(await list({ contentTemplateId: c.whatsAppConfig!.contentTemplate.id })).toEqual([c.name]);
      expect(await list({ type: 'EMAIL' })).toEqual([]);
      expect(await list({ senderSmsPhoneNumber: '+4915112345678' })).toEqual([]);
      const missing = sdk.outbound.getOutboundMessagingcampaignsDivisionview(MISSING);
      expect(await refusal(missing)).toMatchObject({ status: 404 });
    });

    it('are among the campaigns of all kinds', async () => {
      const { outbound } = sdk;
      for (const list of [
        outbound.getOutboundCampaignsAll.bind(outbound),
        outbound.getOutboundCampaignsAllDivisionviews.bind(outbound),
      ]) {
        const names = async (filter: Parameters<typeof list>[0]) =>
          namesOf(await list({ name: mark, ...filter }));
        const all = await list({ name: mark });
        expect(namesOf(all)).toEqual([a.name, b.name, c.name]);
        expect(all.entities!.map(({ mediaType }) => mediaType?.toLowerCase())).toEqual(
          Array(3).fill('whatsapp'),
        );
        expect(await names({ sortOrder: 'descending' })).toEqual([c.name, b.name, a.name]);
        expect(await names({ divisionId: [north] })).toEqual([b.name]);
        expect(await names({ id: [c.id] })).toEqual([c.name]);
        expect(await names({ mediaType: ['whatsapp', 'voice'] })).toHaveLength(3);
        expect(await names({ mediaType: ['email', 'sms'] })).toEqual([]);
      }
    });
  });

  describe('go from status to status as the table says', () => {
    const NO = 'refused';
    const REQUESTS = [
      'start',
      'stop',
      'on',
      'off',
      'complete',
      'invalid',
      'stopping',
      'forced_off',
      'forced_stopping',
    ] as const;
    // Rows: the status before. Columns: start and stop, then each status that an update may ask for.
    // prettier-ignore
    const TABLE: Record<string, readonly string[]> = {
      //               start  stop               on     off                complete    invalid    stopping    forced_off    forced_stopping
      off:             ['on', 'off',             'on',  'off',             NO,         NO,        NO,         NO,           NO],
      on:              ['on', 'stopping',        'on',  'stopping',        NO,         NO,        NO,         NO,           NO],
      stopping:        [NO,   'stopping',        NO,    'stopping',        NO,         NO,        'stopping', NO,           NO],
      complete:        ['on', 'complete',        'on',  'off',             'complete', NO,        NO,         NO,           NO],
      invalid:         ['on', 'off',             'on',  'off',             NO,         'invalid', NO,         NO,           NO],
      forced_off:      ['on', 'forced_off',      'on',  'forced_off',      NO,         NO,        NO,         'forced_off', NO],
      forced_stopping: [NO,   'forced_stopping', NO,    'forced_stopping', NO,         NO,        NO,         NO,           'forced_stopping'],
    };
    const STATUSES = Object.keys(TABLE);
    let campaign: Stored;

    beforeAll(async () => {
      campaign = await create();
    });

    afterAll(() => become('off'));

    async function become(status: string): Promise<void> {
      const change = `UPDATE messaging_campaigns SET campaign_status = $2 WHERE id = $1`;
      await world.app.db.query(change, [campaign.id, status]);
    }

    async function ask(request: string): Promise<unknown> {
      const { id } = campaign;
      if (request === 'start') return sdk.outbound.postOutboundMessagingcampaignStart(id);
      if (request === 'stop') return sdk.outbound.postOutboundMessagingcampaignStop(id);
      return sdk.outbound.putOutboundMessagingcampaign(id, { ...campaign, campaignStatus: request });
    }

    it.each(STATUSES)('from %s', async (before) => {
      const outcomes: string[] = [];
      for (const request of REQUESTS) {
        await become(before);
        const refused = await refusal(ask(request));
        campaign = (await sdk.outbound.getOutboundMessagingcampaign(campaign.id)) as Stored;
        const { campaignStatus } = campaign;
        if (refused) {
          expect(refused).toMatchObject({ status: 400, code: 'invalid.update.bad.status.transition' });
          expect(campaignStatus).toBe(before);
        }
        outcomes.push(refused ? NO : campaignStatus!);
      }
      expect(outcomes).toEqual(TABLE[before]);
    });

    it('and can be deleted in each but on and stopping', async () => {
      const deletable: string[] = [];
      for (const status of STATUSES) {
        campaign = await create();
        await become(status);
        const refused = await refusal(sdk.outbound.deleteOutboundMessagingcampaign(campaign.id));
        if (refused) expect(refused).toMatchObject({ status: 400, code: 'campaign.in.use' });
        else deletable.push(status);
        await become('off');
      }
      expect(deletable).toEqual(STATUSES.filter((status) => !['on', 'stopping'].includes(status)));
    });
  });

  it('have limits, shown with those of the organisation', async () => {
    const effective = await sdk.organization.getOrganizationsLimitsNamespace('outbound');
    const campaigns = { key: 'campaigns.max', namespace: 'outbound', value: 1_000 };
    expect(effective.entities).toContainEqual(campaigns);
    expect(effective.entities).toContainEqual({
      key: 'whatsapp.campaign.messages.per.minute',
      namespace: 'outbound',
      value: 60_000,
    });
    const defaults = await sdk.organization.getOrganizationsLimitsNamespaceDefaults('outbound');
    expect(defaults.entities).toEqual(effective.entities);
    const unknown = sdk.organization.getOrganizationsLimitsNamespace('colours');
    expect(await refusal(unknown)).toMatchObject({ status: 404 });
    const tooFast = await refusal(create({ messagesPerMinute: 60_001 }));
    expect(tooFast).toMatchObject({ status: 400 });
  });

  it('obey settings of the organisation, which change by version', async () => {
    const before = await sdk.outbound.getOutboundSettings();
    expect(before).toMatchObject({ timeZone: 'UTC', rescheduleTimeZoneSkippedContacts: true });
    const change = {
      version: before.version,
      timeZone: 'Europe/Berlin',
      contactListDefaultRetentionDays: 30,
      automaticTimeZoneMapping: {
        callableWindows: [{ mapped: { earliestCallableTime: '08:00', latestCallableTime: '21:00' } }],
        supportedCountries: ['US'],
      },
    };
    await sdk.outbound.patchOutboundSettings(change);
    const { version, ...changed } = change;
    const after = await sdk.outbound.getOutboundSettings();
    expect(after).toMatchObject({
      ...changed,
      version: version! + 1,
      rescheduleTimeZoneSkippedContacts: true,
    });
    expect(await refusal(sdk.outbound.patchOutboundSettings(change))).toMatchObject({ status: 409 });
    expect(await sdk.outbound.getOutboundSettings()).toEqual(after);
  });
});

describe('a run through the official SDK', () => {
  const PHONES = ['4915300000001', '4915300000002', '4915300000003'];
  let world: RunWorld;
  let sdk: Sdk;
  let id: string;

  beforeAll(async () => {
    world = await RunWorld.start();
    sdk = await loginSdk({ baseUrl: world.app.baseUrl, ...ADMIN });
    const listId = await world.aList(PHONES.map((wa) => ({ wa })));
    id = await world.aCampaign(listId, { alwaysRunning: true });
  });

  afterAll(() => world?.close());

  const messaged = async () =>
    (await sdk.outbound.getOutboundMessagingcampaignProgress(id)).numberOfContactsMessaged!;

  const untilAllAreMessaged = () => eventually('all messages', async () => (await messaged()) === 3);

  it('is started, and shows its progress alone and among others', async () => {
    const idle = await world.aCampaign(await world.aList([{ wa: '4915300000009' }]));
    await sdk.outbound.postOutboundMessagingcampaignStart(id);
    await untilAllAreMessaged();
    const progress = await sdk.outbound.getOutboundMessagingcampaignProgress(id);
    expect(progress).toMatchObject({
      campaign: { id },
      totalNumberOfContacts: 3,
      numberOfContactsMessaged: 3,
      percentage: 100,
    });
    const several = await sdk.outbound.postOutboundMessagingcampaignsProgress([idle, id, MISSING]);
    expect(several).toMatchObject([
      { campaign: { id: idle }, numberOfContactsMessaged: 0, percentage: 0 },
      { campaign: { id }, numberOfContactsMessaged: 3, percentage: 100 },
    ]);
    expect((await sdk.outbound.getOutboundMessagingcampaign(id)).campaignStatus).toBe('on');
    expect(await sdk.outbound.getOutboundMessagingcampaignDiagnostics(id)).toEqual({
      timeZoneRescheduledContactsCount: 0,
    });
  });

  it('is recycled by one of several who ask within five seconds, and messages everybody once more', async () => {
    const recycle = () => refusal(sdk.outbound.deleteOutboundMessagingcampaignProgress(id));
    const answers = await Promise.all([recycle(), recycle(), recycle()]);
    const refused = answers.filter((answer) => answer !== undefined);
    expect(refused).toHaveLength(2);
    for (const answer of refused) expect(answer).toMatchObject({ status: 400, code: 'recycle.too.soon' });
    await eventually('the second round', async () => (await world.sentTo(PHONES)).length === 6);
    await untilAllAreMessaged();
    for (const phone of PHONES) expect(await world.sentTo([phone])).toHaveLength(2);
  });

  it('is stopped, can be recycled again after five seconds, and does not switch itself on by that', async () => {
    await sdk.outbound.postOutboundMessagingcampaignStop(id);
    await world.untilStatus(id, 'off');
    await eventually('the next recycling', async () => {
      await sdk.outbound.deleteOutboundMessagingcampaignProgress(id);
      return true;
    });
    expect(await messaged()).toBe(0);
    expect((await sdk.outbound.getOutboundMessagingcampaign(id)).campaignStatus).toBe('off');
    expect(await world.sentTo(PHONES)).toHaveLength(6);
  });
});
