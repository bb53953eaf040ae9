import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { RunWorld } from './run-world.js';

const TIME_SETS = '/api/v2/outbound/callabletimesets';
const [OPEN, CLOSED, LATER, ELSEWHERE, NOWHERE] = [1, 2, 3, 4, 5].map((n) => `491511234560${n}`) as [
  string,
  string,
  string,
  string,
  string,
];
const SENT = 'OUTBOUND-MESSAGE-SENT';
const BLOCKED = 'ININ-OUTBOUND-ZONE-BLOCKED-SKIPPED';

let world: RunWorld;
beforeAll(async () => {
  world = await RunWorld.start();
});
afterAll(() => world?.close());

const always = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, startTime: '00:00', stopTime: '24:00' }));
const inThreeDays = () => [
  { day: ((new Date().getUTCDay() + 2) % 7) + 1, startTime: '12:00', stopTime: '13:00' },
];

async function aSet(times: Record<string, object[]>) {
  const callableTimes = Object.entries(times).map(([timeZoneId, timeSlots]) => ({ timeZoneId, timeSlots }));
  return world.created(TIME_SETS, { name: `Times ${randomUUID()}`, callableTimes });
}

const waiting = async (id: string) => (await world.read(id, '/diagnostics')).timeZoneRescheduledContactsCount;

describe('a campaign with callable times', () => {
  it('[F16] messages whom it may, lets the others wait, and goes on when their times change', async () => {
    const set = await aSet({ 'Asia/Kathmandu': always, 'America/Lima': inThreeDays() });
    const list = await world.aList([
      { wa: CLOSED, zone: 'America/Lima' },
      { wa: LATER, zone: ' america/lima' },
      { wa: OPEN, zone: 'Asia/Kathmandu' },
      { wa: ELSEWHERE, zone: 'Europe/Berlin' },
      { wa: NOWHERE, zone: 'here' },
    ]);
    const id = await world.aCampaign(list, { callableTimeSet: { id: set.id } });
    expect(await world.read(id)).toMatchObject({ callableTimeSet: { id: set.id, name: set.name } });
    const { body: dryRun } = await world.app.admin
      .post(`/api/v2/outbound/messagingcampaigns/${id}/dryrun`)
      .expect(200);
    expect(dryRun).toMatchObject({
      wouldBeMessaged: 3,
      wouldWait: 2,
      wouldBeSkipped: [{ disposition: BLOCKED, count: 2 }],
      firstContacts: [
        { contactId: CLOSED, text: 'Hallo Ada: V-1', waitsUntil: expect.stringContaining('T') },
        { contactId: LATER, waitsUntil: expect.stringContaining('T') },
        { contactId: OPEN, text: 'Hallo Ada: V-1' },
        { contactId: ELSEWHERE, disposition: BLOCKED },
        { contactId: NOWHERE, disposition: BLOCKED },
      ],
    });
    await world.switchOn(id);
    await eventually('the first message', async () => (await world.endings(id))[OPEN] === SENT);
    await eventually('the others waiting', async () => (await waiting(id)) === 2);
    expect(await world.endings(id)).toEqual({
      [OPEN]: SENT,
      [CLOSED]: 'postponed',
      [LATER]: 'postponed',
      [ELSEWHERE]: BLOCKED,
      [NOWHERE]: BLOCKED,
    });
    await eventually('the run asleep', async () => {
      const [run] = await world.app.db.query<[{ tick_due_at: Date | null }]>(
        `SELECT tick_due_at FROM campaign_runs WHERE campaign_id = $1`,
        [id],
      );
      return run.tick_due_at === null;
    });
    expect(await world.read(id)).toMatchObject({ campaignStatus: 'on' });
    expect(await world.read(id, '/progress')).toMatchObject({ numberOfContactsMessaged: 1, percentage: 60 });
    const { body: events } = await world.app.admin.get('/api/v2/outbound/events?pageSize=100').expect(200);
    expect(
      events.entities.filter(
        (event: { eventMessage: { code: string }; errorEntity?: { id: string } }) =>
          event.eventMessage.code === 'INVALID_CALLABLE_TIME_ZONE' && event.errorEntity?.id === id,
      ),
    ).toHaveLength(1);

    const refused = await world.app.admin.delete(`${TIME_SETS}/${set.id}`).expect(400);
    expect(refused.body.code).toBe('referential.integrity.error');
    const times = [{ timeZoneId: 'America/Lima', timeSlots: always }];
    await world.app.admin
      .put(`${TIME_SETS}/${set.id}`)
      .send({ ...set, callableTimes: times })
      .expect(200);
    await world.untilStatus(id, 'complete');
    expect(await world.endings(id)).toMatchObject({ [CLOSED]: SENT, [LATER]: SENT });
    expect(await waiting(id)).toBe(0);
    expect(await world.sentTo([OPEN, CLOSED, LATER, ELSEWHERE, NOWHERE])).toHaveLength(3);
  });

  it('[F19] wakes at the second at which the window opens', async () => {
    const opens = new Date(Math.ceil(Date.now() / 1000) * 1000 + 4_000);
    const startTime = opens.toISOString().slice(11, 19);
    const day = ((opens.getUTCDay() + 6) % 7) + 1;
    const set = await aSet({ UTC: [{ day, startTime, stopTime: '24:00' }] });
    const list = await world.aList([{ wa: LATER, zone: 'UTC' }]);
    const id = await world.aCampaign(list, { callableTimeSet: { id: set.id } });
    await world.switchOn(id);
    await eventually('the contact waiting', async () => (await waiting(id)) === 1);
    expect(await world.endings(id)).toEqual({ [LATER]: 'postponed' });
    await world.untilStatus(id, 'complete');
    const [row] = await world.app.db.query<[{ calling_at: Date }]>(
      `SELECT calling_at FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id WHERE r.campaign_id = $1`,
      [id],
    );
    expect(row.calling_at.getTime()).toBeGreaterThanOrEqual(opens.getTime());
  });

  it('is refused without a time zone column, and with a set that does not exist', async () => {
    const { id } = await world.created('/api/v2/outbound/contactlists', {
      name: `List ${randomUUID()}`,
      columnNames: ['wa', 'first_name', 'voucher'],
      whatsAppColumns: [{ columnName: 'wa', type: 'cell' }],
    });
    await world.app.admin
      .post(`/api/v2/outbound/contactlists/${id}/contacts`)
      .send([{ data: { wa: OPEN } }])
      .expect(200);
    const set = await aSet({ UTC: always });
    await expect(world.aCampaign(id, { callableTimeSet: { id: set.id } })).rejects.toThrow(
      /missing\.time\.zone\.in\.contactlist/u,
    );
    await expect(world.aCampaign(id, { callableTimeSet: { id: randomUUID() } })).rejects.toThrow(
      /callable\.time\.set\.not\.found/u,
    );
  });
});
