import { randomUUID } from 'node:crypto';
import { AutomaticSwitch, CampaignLifecycle, CampaignStarted } from '../../../src/modules/campaigns/index.js';
import { ScheduleBell } from '../../../src/modules/campaigns/schedules/schedule-bell.js';
import {
  ScheduleRunner,
  SequenceScheduleRunner,
} from '../../../src/modules/campaigns/schedules/schedule-runner.service.js';
import {
  SchedulesRepository,
  SequenceSchedulesRepository,
} from '../../../src/modules/campaigns/schedules/schedules.repository.js';
import { AutomaticSequenceSwitch } from '../../../src/modules/campaigns/sequences/automatic-sequence-switch.service.js';
import { SequenceRunner } from '../../../src/modules/campaigns/sequences/sequence-runner.service.js';
import { SequenceSteps } from '../../../src/modules/campaigns/sequences/sequence-steps.js';
import { EventLog } from '../../../src/modules/event-log/index.js';
import { UnitOfWork } from '../../../src/platform/database/unit-of-work.js';
import { EventBus } from '../../../src/platform/events/event-bus.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { eventually } from '../../support/eventually.js';
import { loginSdk } from '../../support/sdk.js';
import { CampaignWorld, PATH, type StoredCampaign as Campaign } from './campaign-fixtures.js';

const SCHEDULES = '/api/v2/outbound/schedules/whatsappcampaigns';
const HOUR_MS = 3_600_000;

const daily = (start: string, end: string) => ({
  start,
  end,
  timeZone: 'Europe/Berlin',
  pattern: { type: 'Daily', interval: 1 },
  range: { type: 'NoEnd' },
});

const fromNow = (startMs: number, endMs: number) => {
  const now = Date.now();
  return { start: new Date(now + startMs).toISOString(), end: new Date(now + endMs).toISOString() };
};

describe('schedules of campaigns', () => {
  let world: CampaignWorld;
  let starts: string[] = [];

  beforeAll(async () => {
    world = await CampaignWorld.start();
    world.app.app.get(EventBus).on(CampaignStarted, ({ campaignId }) => starts.push(campaignId));
  });

  afterAll(() => world?.close());

  beforeEach(() => {
    starts = [];
  });

  const put = (id: string, body: object) => world.app.admin.put(`${SCHEDULES}/${id}`).send(body);

  const statusOf = async (id: string) =>
    ((await world.app.admin.get(`${PATH}/${id}`)).body as Campaign).campaignStatus;

  /** As each worker has one. */
  function aRunner(): ScheduleRunner {
    const { app } = world.app;
    return new ScheduleRunner(
      app.get(UnitOfWork),
      app.get(SchedulesRepository),
      app.get(AutomaticSwitch),
      app.get(EventLog),
      app.get(ScheduleBell),
    );
  }

  async function eventsOf(id: string): Promise<{ code: string; params: Record<string, string> }[]> {
    return world.app.db.query(
      `SELECT code, message_params AS params FROM outbound_events
        WHERE (error_entity ->> 'id' = $1 OR related_entity ->> 'id' = $1) AND code <> 'CAMPAIGN_STOPPED'
        ORDER BY occurred_at`,
      [id],
    );
  }

  describe('over the API', () => {
    it('are made, read, replaced by version and deleted', async () => {
      const { id, name } = await world.create();
      const body = {
        intervals: [{ start: '2050-01-01T09:00', end: '2050-01-01T18:00:00+01:00' }],
        recurrences: [daily('2050-02-01T09:00:00', '2050-02-01T17:00:00')],
        timeZone: 'Europe/Berlin',
        whatsAppCampaign: { id },
      };
      const { body: made } = await put(id, body).expect(200);
      expect(made).toMatchObject({
        id,
        name,
        version: 1,
        timeZone: 'Europe/Berlin',
        intervals: [{ start: '2050-01-01T08:00:00.000Z', end: '2050-01-01T17:00:00.000Z' }],
        whatsAppCampaign: { id, name, division: { id: world.app.homeDivisionId } },
        recurrences: [
          {
            start: '2050-02-01T09:00:00',
            alterations: [],
            nextOccurrenceDetails: {
              startOccurrenceDetails: { dateOfNextOccurrence: '2050-02-01T08:00:00.000Z' },
              endOccurrenceDetails: { dateOfNextOccurrence: '2050-02-01T16:00:00.000Z' },
            },
          },
        ],
      });
      expect((await put(id, body).expect(400)).body.code).toBe('invalid.update');
      expect((await put(id, { ...body, version: 7 }).expect(409)).body.code).toBe(
        'invalid.update.wrong.version',
      );
      const { body: replaced } = await put(id, { ...made, recurrences: [] }).expect(200);
      expect(replaced).toMatchObject({ version: 2, recurrences: [] });
      const { body: listing } = await world.app.admin.get(SCHEDULES).expect(200);
      expect(listing.entities).toEqual([replaced]);
      expect((await world.app.admin.get(`${SCHEDULES}/${id}`).expect(200)).body).toEqual(replaced);
      await world.app.admin.delete(`${SCHEDULES}/${id}`).expect(200);
      await world.app.admin.get(`${SCHEDULES}/${id}`).expect(404);
    });

    it('are refused with all reasons', async () => {
      const { id } = await world.create();
      const wrong = {
        intervals: [fromNow(2 * HOUR_MS, HOUR_MS), fromNow(HOUR_MS, HOUR_MS)],
        recurrences: [
          { ...daily('2050-02-01T09:00:00', '2050-02-01T08:00:00'), range: { type: 'Numbered' } },
        ],
      };
      const { body } = await put(id, wrong).expect(400);
      expect(body.code).toBe('invalid.interval.time');
      expect(body.details.map(({ fieldName }: { fieldName: string }) => fieldName)).toEqual([
        'intervals[0]',
        'intervals[1]',
        'recurrences[0].end',
        'recurrences[0].range.numberOfOccurrences',
      ]);
      const overlapping = { intervals: [fromNow(HOUR_MS, 3 * HOUR_MS), fromNow(2 * HOUR_MS, 4 * HOUR_MS)] };
      expect((await put(id, overlapping).expect(400)).body.code).toBe('invalid.interval.time');
      await put(id, { intervals: [fromNow(1, 2)], timeZone: 'Mars/Olympus' }).expect(400);
      await put(id, { intervals: [{ start: '2050-02-30T09:00:00Z', end: '2050-03-01T09:00:00Z' }] }).expect(
        400,
      );
      const other = { intervals: [fromNow(1, HOUR_MS)], whatsAppCampaign: { id: randomUUID() } };
      expect((await put(id, other).expect(400)).body.code).toBe('invalid.update');
      const missing = await put(randomUUID(), { intervals: [fromNow(1, HOUR_MS)] }).expect(404);
      expect(missing.body.code).toBe('campaign.not.found');
    });

    it('are hidden from other divisions', async () => {
      const { id } = await world.create();
      await put(id, { intervals: [fromNow(HOUR_MS, 2 * HOUR_MS)] }).expect(200);
      const north = await world.app.createDivision(`North ${randomUUID()}`);
      const stranger = await world.app.as(['outbound:whatsAppCampaignSchedule:view'], [north]);
      expect((await stranger.get(SCHEDULES).expect(200)).body.total).toBe(0);
      await stranger.get(`${SCHEDULES}/${id}`).expect(404);
    });
  });

  describe('followed by workers', () => {
    it('[F7] start a campaign once and stop it at the end, however many workers there are', async () => {
      const { id } = await world.create();
      const interval = fromNow(HOUR_MS, 2 * HOUR_MS);
      await put(id, { intervals: [interval] }).expect(200);
      await aRunner().run(id);
      expect(await statusOf(id)).toBe('off');
      const start = new Date(interval.start);
      await Promise.all([1, 2, 3].map(() => aRunner().run(id, start)));
      expect(starts).toEqual([id]);
      expect(await statusOf(id)).toBe('on');
      await Promise.all([1, 2, 3].map(() => aRunner().run(id, new Date(interval.end))));
      expect(await statusOf(id)).toBe('stopping');
      await aRunner().run(id, new Date(Date.parse(interval.end) + HOUR_MS));
      expect(starts).toEqual([id]);
    });

    it('[F28] start late when nothing ran at the time, and tell which times were missed', async () => {
      const { id } = await world.create();
      await put(id, { recurrences: [daily('2050-02-01T09:00:00', '2050-02-01T17:00:00')] }).expect(200);
      await aRunner().run(id, new Date('2050-02-04T07:00:00Z'));
      expect(await statusOf(id)).toBe('off');
      expect(await eventsOf(id)).toMatchObject([
        { code: 'RECURRING_SCHEDULE_MISSED_OCCURRENCES', params: { missed: '3' } },
      ]);
      await aRunner().run(id, new Date('2050-02-04T15:00:00Z'));
      expect(await statusOf(id)).toBe('on');
    });

    it('tell when a campaign could not be started, and go on with the next time', async () => {
      const { id, contactList } = await world.create();
      const recurrence = {
        ...daily('2050-02-01T09:00:00', '2050-02-01T17:00:00'),
        range: { type: 'Numbered', numberOfOccurrences: 2 },
      };
      await put(id, { recurrences: [recurrence] }).expect(200);
      await world.emptyList(contactList.id!);
      await aRunner().run(id, new Date('2050-02-01T08:00:00Z'));
      expect(await statusOf(id)).toBe('off');
      await aRunner().run(id, new Date('2050-02-01T16:00:00Z'));
      await aRunner().run(id, new Date('2050-02-02T08:00:00Z'));
      await aRunner().run(id, new Date('2050-02-02T16:00:00Z'));
      expect((await eventsOf(id)).map(({ code }) => code)).toEqual([
        'SCHEDULED_CAMPAIGN_INVALID',
        'SCHEDULED_CAMPAIGN_INVALID',
        'RECURRING_SCHEDULE_ENDED',
      ]);
    });

    it('wait for a campaign that is still stopping', async () => {
      const { id } = await world.create({ campaignStatus: 'on' });
      await world.app.admin.post(`${PATH}/${id}/stop`).expect(200);
      await put(id, { intervals: [fromNow(-HOUR_MS, HOUR_MS)] }).expect(200);
      await aRunner().run(id);
      expect(await statusOf(id)).toBe('stopping');
      await world.app.app.get(CampaignLifecycle).markStopped(id);
      await aRunner().run(id);
      expect(await statusOf(id)).toBe('on');
    });

    it('do nothing for a schedule that was replaced or deleted meanwhile', async () => {
      const { id } = await world.create();
      const { body } = await put(id, { intervals: [fromNow(HOUR_MS, 2 * HOUR_MS)] }).expect(200);
      const at = new Date(Date.now() + 1.5 * HOUR_MS);
      await put(id, { ...body, intervals: [fromNow(3 * HOUR_MS, 4 * HOUR_MS)] }).expect(200);
      await aRunner().run(id, at);
      await world.app.admin.delete(`${SCHEDULES}/${id}`).expect(200);
      await aRunner().run(id, at);
      expect(starts).toEqual([]);
    });
  });

  describe('of sequences', () => {
    const SEQUENCE_SCHEDULES = '/api/v2/outbound/schedules/sequences';
    const SEQUENCES = '/api/v2/outbound/sequences';
    const admin = () => world.app.admin;

    async function aSequence(campaigns: { id: string }[]): Promise<{ id: string; name: string }> {
      const body = { name: randomUUID(), campaigns: campaigns.map(({ id }) => ({ id })) };
      return (await admin().post(SEQUENCES).send(body).expect(200)).body as { id: string; name: string };
    }

    function aSequenceRunner(): SequenceScheduleRunner {
      const { app } = world.app;
      const [uow, schedules] = [app.get(UnitOfWork), app.get(SequenceSchedulesRepository)];
      const power = app.get(AutomaticSequenceSwitch);
      return new SequenceScheduleRunner(uow, schedules, power, app.get(EventLog), app.get(ScheduleBell));
    }

    const runners = () => [1, 2, 3].map(() => aSequenceRunner());
    const sequenceOf = async (id: string) => (await admin().get(`${SEQUENCES}/${id}`).expect(200)).body;

    it('are made, read, replaced by version and deleted, by the official SDK', async () => {
      const { baseUrl } = world.app;
      const { outbound } = await loginSdk({
        baseUrl,
        clientId: 'admin',
        clientSecret: 'admin-secret-of-tests',
      });
      const { id, name } = await aSequence([await world.create()]);
      const body = {
        sequence: { id },
        intervals: [{ start: '2050-01-01T09:00:00.000Z', end: '2050-01-01T18:00:00.000Z' }],
        timeZone: 'Europe/Berlin',
      };
      const made = await outbound.putOutboundSchedulesSequence(id, body);
      expect(made).toMatchObject({ ...body, id, name, version: 1, recurrences: [], sequence: { id, name } });
      await expect(outbound.putOutboundSchedulesSequence(id, body)).rejects.toMatchObject({ status: 400 });
      const stale = outbound.putOutboundSchedulesSequence(id, { ...body, version: 7 });
      await expect(stale).rejects.toMatchObject({ status: 409, code: 'invalid.update.wrong.version' });
      const other = outbound.putOutboundSchedulesSequence(id, { ...made, sequence: { id: randomUUID() } });
      await expect(other).rejects.toMatchObject({ status: 400, code: 'invalid.update' });
      const replaced = await outbound.putOutboundSchedulesSequence(id, { ...made, timeZone: 'UTC' });
      expect(replaced).toMatchObject({ version: 2, timeZone: 'UTC' });
      expect(await outbound.getOutboundSchedulesSequences()).toEqual([replaced]);
      expect(await outbound.getOutboundSchedulesSequence(id)).toEqual(replaced);
      await outbound.deleteOutboundSchedulesSequence(id);
      await admin().get(`${SEQUENCE_SCHEDULES}/${id}`).expect(404);
      const missing = await admin().put(`${SEQUENCE_SCHEDULES}/${randomUUID()}`).send(body).expect(404);
      expect(missing.body.code).toBe('campaign.sequence.not.found');
    });

    it('[F7] start a sequence once and stop it with its campaign at the end, however many workers there are', async () => {
      const campaign = await world.create();
      const { id } = await aSequence([campaign, await world.create()]);
      const recurrences = [daily('2050-02-01T09:00:00', '2050-02-01T17:00:00')];
      await admin().put(`${SEQUENCE_SCHEDULES}/${id}`).send({ recurrences }).expect(200);
      await Promise.all(runners().map((runner) => runner.run(id, new Date('2050-02-01T08:00:00Z'))));
      expect(await sequenceOf(id)).toMatchObject({ status: 'on', currentCampaign: 0, version: 2 });
      const { app } = world.app;
      await new SequenceRunner(app.get(SequenceSteps), app.get(AutomaticSwitch), app.get(Logger)).run();
      expect(await statusOf(campaign.id)).toBe('on');
      await Promise.all(runners().map((runner) => runner.run(id, new Date('2050-02-01T16:00:00Z'))));
      expect(await sequenceOf(id)).toMatchObject({ status: 'off', currentCampaign: 0 });
      expect(await statusOf(campaign.id)).toBe('stopping');
      expect(starts).toEqual([campaign.id]);
      await app.get(CampaignLifecycle).markStopped(campaign.id);
      await aSequenceRunner().run(id, new Date('2050-02-04T07:00:00Z'));
      expect((await eventsOf(id)).map(({ code }) => code)).toEqual(['RECURRING_SCHEDULE_MISSED_OCCURRENCES']);
      await aSequenceRunner().run(id, new Date('2050-02-04T09:00:00Z'));
      expect(await sequenceOf(id)).toMatchObject({ status: 'on' });
    });
  });

  it('run by the clock in a worker', async () => {
    const working = await CampaignWorld.start({ role: 'all' });
    try {
      const { id } = await working.create({ alwaysRunning: true });
      const interval = fromNow(1_500, 9_000);
      const late: number[] = [];
      working.app.app
        .get(EventBus)
        .on(CampaignStarted, () => late.push(Date.now() - Date.parse(interval.start)));
      await working.app.admin
        .put(`${SCHEDULES}/${id}`)
        .send({ intervals: [interval] })
        .expect(200);
      const status = async () =>
        ((await working.app.admin.get(`${PATH}/${id}`)).body as Campaign).campaignStatus;
      await eventually('the start', async () => (await status()) === 'on');
      await eventually('the end', async () => (await status()) === 'off', 20_000);
      expect(late).toHaveLength(1);
      expect(late[0]).toBeGreaterThanOrEqual(0);
      expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(interval.end));
    } finally {
      await working.close();
    }
  });
});
