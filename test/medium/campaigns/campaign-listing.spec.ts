import { randomUUID } from 'node:crypto';
import { CampaignWorld, PATH } from './campaign-fixtures.js';

const ALL = '/api/v2/outbound/campaigns/all';

describe('lists of campaigns', () => {
  let world: CampaignWorld;

  beforeAll(async () => {
    world = await CampaignWorld.start();
  });

  afterAll(() => world?.close());

  /** How many statements PostgreSQL gets for this. */
  async function statementsOf(work: () => PromiseLike<unknown>): Promise<number> {
    const { db } = world.app;
    const usual = db.logger;
    let count = 0;
    const silent = () => undefined;
    db.logger = {
      logQuery: () => void (count += 1),
      logQueryError: silent,
      logQuerySlow: silent,
      logSchemaBuild: silent,
      logMigration: silent,
      log: silent,
    };
    try {
      await work();
    } finally {
      db.logger = usual;
    }
    return count;
  }

  const page = (path: string, query: object) =>
    world.app.admin
      .get(path)
      .query(query)
      .expect(200)
      .then(({ body }) => body as { entities: { id: string; name: string }[]; total: number });

  async function pageWithProgress(pageSize: number): Promise<number> {
    return statementsOf(async () => {
      const { entities } = await page(PATH, { pageSize });
      expect(entities).toHaveLength(pageSize);
      const ids = entities.map(({ id }) => id);
      const { body } = await world.app.admin.post(`${PATH}/progress`).send(ids).expect(200);
      expect(body).toHaveLength(pageSize);
    });
  }

  it('show campaigns of all kinds, and nothing for kinds that there are not', async () => {
    const { id, name, division } = await world.create();
    const common = {
      id,
      name,
      division,
      mediaType: 'whatsapp',
      selfUri: `${PATH}/${id}`,
    };
    expect((await page(ALL, { id })).entities).toEqual([common]);
    expect((await page(ALL, { name, mediaType: 'sms,whatsapp' })).entities).toEqual([common]);
    expect(await page(ALL, { mediaType: 'voice' })).toMatchObject({ total: 0, entities: [] });
    expect((await page(`${ALL}/divisionviews`, { id, divisionId: division!.id })).entities).toEqual([common]);
    expect((await page(ALL, { divisionId: randomUUID() })).total).toBe(0);
    await world.app.admin.get(ALL).query({ mediaType: 'fax' }).expect(400);
    const searcher = await world.app.as(['outbound:whatsAppCampaign:search']);
    await searcher.get(`${ALL}/divisionviews`).expect(200);
    await searcher.get(ALL).expect(403);
  });

  it('take the same number of statements for 25 of 1,000 campaigns, with progress, as for one', async () => {
    await world.fill(999 - (await page(PATH, {})).total, 'off');
    await world.create({ dncLists: [{ id: await world.aDncList() }] });
    expect((await page(PATH, {})).total).toBe(1_000);
    const one = await pageWithProgress(1);
    expect(await pageWithProgress(25)).toBe(one);
    expect(one).toBeLessThan(30);
  });
});
