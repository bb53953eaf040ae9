import { randomUUID } from 'node:crypto';
import { AutomaticSwitch, CampaignLifecycle } from '../../../src/modules/campaigns/index.js';
import { SequenceRunner } from '../../../src/modules/campaigns/sequences/sequence-runner.service.js';
import { SequenceSteps } from '../../../src/modules/campaigns/sequences/sequence-steps.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { startTestApp, type TestApp } from '../../support/app.js';
import { loginSdk } from '../../support/sdk.js';
import { CampaignWorld, PATH, type StoredCampaign as Campaign } from './campaign-fixtures.js';

const SEQUENCES = '/api/v2/outbound/sequences';

interface Sequence {
  id: string;
  name: string;
  version: number;
  status: string;
  currentCampaign: number;
  stopMessage?: string;
  campaigns: { id: string }[];
  repeat: boolean;
}

describe('sequences of campaigns', () => {
  let world: CampaignWorld;
  let second: TestApp;
  let lifecycle: CampaignLifecycle;

  beforeAll(async () => {
    world = await CampaignWorld.start();
    lifecycle = world.app.app.get(CampaignLifecycle);
    const env = { WHATSAPP_GRAPH_URL: world.simulator.url, PUBLIC_URL: 'http://127.0.0.1:3000' };
    second = await startTestApp({ beside: world.app, env: { ...env, ENCRYPTION_KEY: world.encryptionKey } });
  });

  afterAll(async () => {
    await second?.close();
    await world?.close();
  });

  afterEach(() => world.setTemplateStatus('APPROVED'));

  const admin = () => world.app.admin;

  async function campaigns(count: number, changes: object = {}): Promise<Campaign[]> {
    const created = [];
    for (let n = 0; n < count; n++) created.push(await world.create(changes));
    return created;
  }

  const body = (members: { id: string }[], changes: object = {}) => ({
    name: `Sequence ${randomUUID()}`,
    campaigns: members.map(({ id }) => ({ id })),
    currentCampaign: 0,
    status: 'off',
    ...changes,
  });

  async function created(members: { id: string }[], changes: object = {}): Promise<Sequence> {
    const answer = await admin().post(SEQUENCES).send(body(members, changes));
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return answer.body as Sequence;
  }

  const read = async (id: string) => (await admin().get(`${SEQUENCES}/${id}`).expect(200)).body as Sequence;
  const put = (sequence: Sequence, changes: object) =>
    admin()
      .put(`${SEQUENCES}/${sequence.id}`)
      .send({ ...sequence, ...changes });
  const statusOf = async (id: string) =>
    ((await admin().get(`${PATH}/${id}`).expect(200)).body as Campaign).campaignStatus;
  const statuses = (members: { id: string }[]) => Promise.all(members.map(({ id }) => statusOf(id)));

  /** All workers of two processes look at the same time. */
  async function turn(): Promise<void> {
    const runners = [world.app, second, world.app, second].map(
      ({ app }) => new SequenceRunner(app.get(SequenceSteps), app.get(AutomaticSwitch), app.get(Logger)),
    );
    await Promise.all(runners.map((runner) => runner.run()));
  }

  async function starts(id: string): Promise<number> {
    const [row] = await world.app.db.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM audit_events WHERE entity_id = $1 AND action = 'Start'`,
      [id],
    );
    return row.count;
  }

  async function eventsOf(id: string): Promise<string[]> {
    const rows = await world.app.db.query<{ code: string }[]>(
      `SELECT code FROM outbound_events WHERE error_entity ->> 'id' = $1 OR related_entity ->> 'id' = $1`,
      [id],
    );
    return rows.map(({ code }) => code);
  }

  it('are created, read, listed, changed by version and deleted', async () => {
    const members = await campaigns(2);
    const sequence = await created(members, { name: 'Autumn & more' });
    expect(sequence).toMatchObject({
      name: 'Autumn & more',
      version: 1,
      status: 'off',
      currentCampaign: 0,
      repeat: false,
      campaigns: members.map(({ id, name }) => ({ id, name, selfUri: `${PATH}/${id}` })),
      selfUri: `${SEQUENCES}/${sequence.id}`,
    });
    const listed = await admin().get(`${SEQUENCES}?name=autumn`).expect(200);
    expect(listed.body).toMatchObject({ total: 1, entities: [{ id: sequence.id }] });
    const changed = await put(sequence, { repeat: true, currentCampaign: 1 }).expect(200);
    expect(changed.body).toMatchObject({ version: 2, repeat: true, currentCampaign: 1 });
    expect((await put(sequence, {}).expect(409)).body.code).toBe('invalid.update.wrong.version');
    const kept = await admin().delete(`${PATH}/${members[0]!.id}`).expect(400);
    expect(kept.body.code).toBe('referential.integrity.error');
    await admin().delete(`${SEQUENCES}/${sequence.id}`).expect(204);
    const gone = await admin().get(`${SEQUENCES}/${sequence.id}`).expect(404);
    expect(gone.body.code).toBe('campaign.sequence.not.found');
    await admin().delete(`${PATH}/${members[0]!.id}`).expect(200);
  });

  it('are what the official SDK makes of them', async () => {
    const [first, other] = await campaigns(2);
    const { baseUrl } = world.app;
    const admin = { clientId: 'admin', clientSecret: 'admin-secret-of-tests' };
    const { outbound } = await loginSdk({ baseUrl, ...admin });
    const made = await outbound.postOutboundSequences({
      name: 'By SDK',
      campaigns: [{ id: first!.id }, { id: other!.id }],
      currentCampaign: 0,
      status: 'off',
      repeat: false,
    });
    const found = await outbound.getOutboundSequences({ name: 'By SDK', sortBy: 'name', sortOrder: 'a' });
    expect(found.entities).toEqual([made]);
    const on = await outbound.putOutboundSequence(made.id!, { ...made, status: 'on' });
    expect(on).toMatchObject({ status: 'on', version: 2 });
    await turn();
    await lifecycle.markComplete(first!.id);
    const now = await outbound.getOutboundSequence(made.id!);
    expect(now).toMatchObject({ status: 'on', currentCampaign: 1, version: 3 });
    const off = await outbound.putOutboundSequence(made.id!, { ...now, status: 'off' });
    expect(off.status).toBe('off');
    await outbound.deleteOutboundSequence(made.id!);
    await expect(outbound.getOutboundSequence(made.id!)).rejects.toMatchObject({ status: 404 });
    await turn();
    expect(await statuses([first!, other!])).toEqual(['complete', 'off']);
  });

  it('are refused with all reasons at once', async () => {
    const [always, other] = [await world.create({ alwaysRunning: true }), await world.create()];
    const unknown = randomUUID();
    await created([other], { name: 'Taken' });
    const wrong = body([always, { id: unknown }], { name: 'taken', status: 'complete', currentCampaign: 2 });
    const { body: error } = await admin().post(SEQUENCES).send(wrong).expect(400);
    const details = error.details as { errorCode: string; fieldName: string }[];
    expect(details.map(({ errorCode, fieldName }) => `${errorCode} ${fieldName}`)).toEqual([
      'duplicate.name name',
      'always.running.campaign campaigns',
      'campaign.not.found campaigns',
      'invalid.value currentCampaign',
      'invalid.update.bad.status.transition status',
    ]);
  });

  it('are seen by those who see all of their campaigns', async () => {
    const north = await world.app.createDivision(`North ${randomUUID()}`);
    const members = [await world.create(), await world.create({ division: { id: north } })];
    const sequence = await created(members);
    const inNorth = await created([members[1]!]);
    const stranger = await world.app.as(
      ['outbound:campaignSequence:view', 'outbound:campaignSequence:add', 'outbound:whatsAppCampaign:view'],
      [north],
    );
    await stranger.get(`${SEQUENCES}/${sequence.id}`).expect(404);
    await stranger.get(`${SEQUENCES}/${inNorth.id}`).expect(200);
    const { body: error } = await stranger.post(SEQUENCES).send(body(members)).expect(400);
    expect(error).toMatchObject({ code: 'campaign.not.found', details: [{ entityId: members[0]!.id }] });
  });

  it('start each campaign once, when the one before it is complete, and are complete after the last', async () => {
    const members = await campaigns(3);
    const sequence = await created(members, { status: 'on' });
    for (const [at, { id }] of members.entries()) {
      await turn();
      await turn();
      expect(await read(sequence.id)).toMatchObject({ status: 'on', currentCampaign: at });
      expect(await statuses(members)).toEqual(
        members.map((_, place) => (place < at ? 'complete' : place === at ? 'on' : 'off')),
      );
      expect(await lifecycle.markComplete(id)).toBe(true);
    }
    await turn();
    expect(await read(sequence.id)).toMatchObject({ status: 'complete', currentCampaign: 2 });
    expect(await Promise.all(members.map(({ id }) => starts(id)))).toEqual([1, 1, 1]);
    // Complete again: from the first.
    await put(await read(sequence.id), { status: 'on' }).expect(200);
    await turn();
    expect(await statuses(members)).toEqual(['on', 'complete', 'complete']);
    await put(await read(sequence.id), { status: 'off' }).expect(200);
    expect(await statuses(members)).toEqual(['stopping', 'complete', 'complete']);
    await lifecycle.markStopped(members[0]!.id);
  });

  it('begin anew after the last campaign when they repeat, from the campaign asked for', async () => {
    const members = await campaigns(2);
    const sequence = await created(members, { status: 'on', repeat: true, currentCampaign: 1 });
    for (const at of [1, 0, 1]) {
      await turn();
      expect(await read(sequence.id)).toMatchObject({ status: 'on', currentCampaign: at });
      expect(await lifecycle.markComplete(members[at]!.id)).toBe(true);
    }
    expect(await Promise.all(members.map(({ id }) => starts(id)))).toEqual([1, 2]);
    await put(await read(sequence.id), { status: 'off' }).expect(200);
    await turn();
    expect(await statuses(members)).toEqual(['complete', 'complete']);
  });

  it('go off with a reason when a campaign can not be started', async () => {
    const members = await campaigns(2);
    const sequence = await created(members, { status: 'on' });
    await turn();
    world.setTemplateStatus('PAUSED');
    await lifecycle.markComplete(members[0]!.id);
    await turn();
    const stopped = await read(sequence.id);
    expect(stopped).toMatchObject({ status: 'off', currentCampaign: 1 });
    expect(stopped.stopMessage).toContain(members[1]!.name);
    expect(await eventsOf(sequence.id)).toEqual(['CAMPAIGN_START_ERROR']);
    expect(await statuses(members)).toEqual(['complete', 'off']);
    world.setTemplateStatus('APPROVED');
    const again = await put(stopped, { status: 'on' }).expect(200);
    expect(again.body.stopMessage).toBeUndefined();
    await turn();
    expect(await statuses(members)).toEqual(['complete', 'on']);
  });

  it('go off when 25 campaigns run already', async () => {
    const [member] = await campaigns(1);
    const sequence = await created([member!], { status: 'on' });
    await world.fill(25, 'on');
    await turn();
    expect(await eventsOf(sequence.id)).toEqual(['ACTIVE_CAMPAIGNS_LIMIT_EXCEEDED']);
    expect(await read(sequence.id)).toMatchObject({
      status: 'off',
      stopMessage: expect.stringContaining('25'),
    });
    await world.app.db.query(`DELETE FROM messaging_campaigns WHERE name LIKE 'Filler %'`);
  });

  it('go off when somebody stops the campaign that runs, and wait while it is invalid', async () => {
    const members = await campaigns(2);
    const sequence = await created(members, { status: 'on' });
    await turn();
    const [first] = members;
    await lifecycle.markInvalid(first!.id, [{ error: 'template.not.approved', details: 'It was paused.' }]);
    await turn();
    expect(await read(sequence.id)).toMatchObject({ status: 'on', currentCampaign: 0 });
    await admin().post(`${PATH}/${first!.id}/stop`).expect(200);
    const stopped = await read(sequence.id);
    expect(stopped).toMatchObject({ status: 'off', stopMessage: expect.stringContaining('switched off') });
    expect(await eventsOf(sequence.id)).toEqual(['CAMPAIGN_STOPPED']);
    await turn();
    expect(await statuses(members)).toEqual(['off', 'off']);
  });

  it('wait for a campaign that runs already, and for one that is still stopping', async () => {
    const [runs, stops] = await campaigns(2, { campaignStatus: 'on' });
    const [waiting, busy] = [await created([runs!], { status: 'on' }), await created([stops!])];
    await admin().post(`${PATH}/${stops!.id}/stop`).expect(200);
    await put(busy, { status: 'on' }).expect(200);
    await turn();
    expect(await statuses([runs!, stops!])).toEqual(['on', 'stopping']);
    await lifecycle.markComplete(runs!.id);
    expect((await read(waiting.id)).status).toBe('complete');
    await lifecycle.markStopped(stops!.id);
    await world.app.db.query(`UPDATE campaign_sequences SET start_at = now() WHERE id = $1`, [busy.id]);
    await turn();
    expect(await statuses([stops!])).toEqual(['on']);
  });

  it('keep their campaigns while they are on, and can not be deleted', async () => {
    const members = await campaigns(2);
    const sequence = await created(members, { status: 'on' });
    await turn();
    const frozen = await put(sequence, { campaigns: [members[1]] }).expect(409);
    expect(frozen.body.code).toBe('invalid.update.sequence.active');
    const kept = await admin().delete(`${SEQUENCES}/${sequence.id}`).expect(400);
    expect(kept.body.code).toBe('campaign.sequence.in.use');
    const renamed = await put(sequence, { name: `Renamed ${sequence.id}` }).expect(200);
    expect(renamed.body).toMatchObject({ status: 'on', version: 2 });
    await lifecycle.markComplete(members[0]!.id);
    await turn();
    expect(await statuses(members)).toEqual(['complete', 'on']);
  });
});
