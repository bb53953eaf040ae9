import { RUN_AUDIT } from '../support/audit.js';
import { CampaignsAtWork } from '../support/campaigns-at-work.js';
import { contactsCsv, numberOf } from '../support/contacts-csv.js';
import { eventually, untilPast } from '../support/eventually.js';
import { crash, stop } from '../support/product.js';

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
const LISTS = '/api/v2/outbound/contactlists';
/** What acts within so many milliseconds, whatever the process that has to hear of it. */
const ACTS_MS = 2_000;

let work: CampaignsAtWork;

beforeAll(async () => {
  work = await CampaignsAtWork.start();
});
afterAll(() => work?.stop());

const tell = (line: string) => process.stdout.write(`${line}\n`);

it('[F6] sends nothing two seconds after the answer to a stop, and settles what was in the air', async () => {
  const campaign = await work.start(1_000, 12_000);
  await work.atLeast(campaign, 200);
  await work.api.post(`${CAMPAIGNS}/${campaign.id}/stop`);
  const answeredAt = Date.now();
  await work.untilStatus(campaign, 'off');
  await untilPast(answeredAt + ACTS_MS + 1_500);
  const rows = await work.acceptedOf(campaign);
  tell(
    `the last message was accepted ${rows.at(-1)!.acceptedAt - answeredAt} ms after the answer to the stop`,
  );
  expect(rows.at(-1)!.acceptedAt).toBeLessThanOrEqual(answeredAt + ACTS_MS);
  expect(rows.length).toBeLessThan(1_000);
  expect(await work.endingsOf(campaign)).toEqual({
    'OUTBOUND-MESSAGE-SENT': rows.length,
    queued: 1_000 - rows.length,
  });
});

it('goes by a new rate and a new template within two seconds', async () => {
  const campaign = await work.start(800, 600);
  await work.atLeast(campaign, 5);
  await work.change(campaign, { messagesPerMinute: 6_000 });
  const fasterAt = Date.now();
  await untilPast(fasterAt + ACTS_MS + 2_000);
  await work.change(campaign, { messagesPerMinute: 600 });
  const slowerAt = Date.now();
  await untilPast(slowerAt + ACTS_MS + 2_000);
  const other = await work.api.createTemplate('autumn_offer');
  const { whatsAppConfig } = await work.api.get<{ whatsAppConfig: object }>(`${CAMPAIGNS}/${campaign.id}`);
  await work.change(campaign, { whatsAppConfig: { ...whatsAppConfig, contentTemplate: { id: other } } });
  const changedAt = Date.now();
  await untilPast(changedAt + ACTS_MS + 1_000);
  await work.stopAndWait(campaign);
  const rows = await work.acceptedOf(campaign);
  const between = (from: number, ms: number) =>
    rows.filter(({ acceptedAt }) => acceptedAt >= from && acceptedAt < from + ms).length;
  const [faster, slower] = [between(fasterAt + ACTS_MS, 2_000), between(slowerAt + ACTS_MS, 2_000)];
  const firstNew = rows.find(({ template }) => template === 'autumn_offer')!;
  tell(
    `in two seconds: ${faster} of 200 at the higher rate, ${slower} of 20 at the lower one; ` +
      `the first of the new template ${firstNew.acceptedAt - changedAt} ms after the answer`,
  );
  expect(faster).toBeGreaterThan(100);
  expect(slower).toBeLessThanOrEqual(22);
  expect(slower).toBeGreaterThan(5);
  const late = rows.filter(({ acceptedAt }) => acceptedAt > changedAt + ACTS_MS);
  expect(late.length).toBeGreaterThan(3);
  expect(late.filter(({ template }) => template !== 'autumn_offer')).toEqual([]);
});

it('messages contacts with priority next, and leaves those in their place that are not to be queued', async () => {
  const campaign = await work.start(300, 600);
  await work.atLeast(campaign, 10);
  const add = (at: number, parameters: string) =>
    work.api.post(`${LISTS}/${campaign.listId}/contacts?${parameters}`, [
      {
        id: `c${at}`,
        data: {
          id: `c${at}`,
          first_name: 'Ada',
          wa: `+${numberOf(at, campaign.firstNumber)}`,
          voucher: 'V',
          amount: '1',
        },
      },
    ]);
  // Somebody new, somebody who waits, somebody who waits and is to stay there, and somebody who has a message.
  await add(500, 'priority=true');
  await add(280, 'priority=true');
  await add(270, 'priority=true&doNotQueue=true');
  await add(0, 'priority=true');
  const addedAt = Date.now();
  await untilPast(addedAt + 3_000);
  const rows = await work.acceptedOf(campaign);
  const placeOf = (at: number) => rows.findIndex(({ to }) => to === numberOf(at, campaign.firstNumber));
  expect(placeOf(500)).toBeGreaterThan(0);
  expect(placeOf(280)).toBeGreaterThan(0);
  expect(placeOf(270)).toBe(-1);
  expect(rows.filter(({ to }) => to === numberOf(0, campaign.firstNumber))).toHaveLength(1);
  await work.stopAndWait(campaign);
});

it('wakes a campaign that always runs within a second of a new contact, by API and by import', async () => {
  const campaign = await work.start(3, 6_000, { alwaysRunning: true });
  await work.atLeast(campaign, 3);
  await work.untilAsleep(campaign);
  const contact = {
    id: 'new',
    first_name: 'Ada',
    wa: `+${numberOf(50, campaign.firstNumber)}`,
    voucher: 'V',
  };
  await work.api.post(`${LISTS}/${campaign.listId}/contacts`, [
    { id: 'new', data: { ...contact, amount: '1' } },
  ]);
  const addedAt = Date.now();
  await work.atLeast(campaign, 4);
  await work.api.uploadContacts(campaign.listId, contactsCsv(70, campaign.firstNumber));
  const [imported] = await work.query<{ at: Date }>(
    `SELECT finished_at AS at FROM import_runs WHERE target_id = $1 ORDER BY finished_at DESC LIMIT 1`,
    [campaign.listId],
  );
  await work.atLeast(campaign, 5);
  const rows = await work.acceptedOf(campaign);
  const [byApi, byImport] = [rows[3]!.acceptedAt - addedAt, rows[4]!.acceptedAt - imported!.at.getTime()];
  tell(`awake ${byApi} ms after the answer to the API and ${byImport} ms after the end of the import`);
  // A second on a machine that has nothing else to do.
  expect(byApi).toBeLessThan(3_000);
  expect(byImport).toBeLessThan(3_000);
  await work.stopAndWait(campaign);
});

it('[F20] goes on while nobody watches: without API, and while workers are stopped within ten seconds', async () => {
  const campaign = await work.start(600, 3_000);
  await work.atLeast(campaign, 30);
  await crash(work.product.api);
  const before = (await work.acceptedOf(campaign)).length;
  await work.atLeast(campaign, before + 60);
  expect(await work.query(RUN_AUDIT)).toEqual([]);
  await work.product.startApi();
  for (const worker of work.product.workers.splice(0)) {
    const startedAt = performance.now();
    await stop(worker);
    tell(`a worker stopped in ${Math.round(performance.now() - startedAt)} ms`);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(worker.exitCode).toBe(0);
    await work.product.startWorker();
    expect(await work.query(RUN_AUDIT)).toEqual([]);
  }
  await work.untilStatus(campaign, 'complete');
  const people = (await work.acceptedOf(campaign)).map(({ to }) => to);
  expect([people.length, new Set(people).size]).toEqual([600, 600]);
  // They finished their calls: nothing is unknown.
  expect(await work.endingsOf(campaign)).toEqual({ 'OUTBOUND-MESSAGE-SENT': 600 });
});

it('[F19] goes on after a pause in which all workers were killed', async () => {
  const { id: listId } = await work.api.post<{ id: string }>(LISTS, {
    name: 'List by zone',
    columnNames: ['first_name', 'wa', 'voucher', 'amount', 'zone'],
    whatsAppColumns: [{ columnName: 'wa', type: 'cell', contactableTimeColumn: 'zone' }],
  });
  const ada = { first_name: 'Ada', wa: '+4915200000001', voucher: 'V', amount: '1', zone: 'UTC' };
  await work.api.post(`${LISTS}/${listId}/contacts`, [{ data: ada }]);
  const opens = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 12_000);
  const times = { day: ((opens.getUTCDay() + 6) % 7) + 1, startTime: opens.toISOString().slice(11, 19) };
  const set = await work.api.post<{ id: string }>('/api/v2/outbound/callabletimesets', {
    name: 'From then on',
    callableTimes: [{ timeZoneId: 'UTC', timeSlots: [{ ...times, stopTime: '24:00' }] }],
  });
  const more = { contactList: { id: listId }, callableTimeSet: { id: set.id } };
  const campaign = await work.start(1, 60, more);
  await eventually('the pause', async () => (await work.endingsOf(campaign)).postponed === 1);
  for (const worker of work.product.workers.splice(0)) await crash(worker);
  expect(Date.now()).toBeLessThan(opens.getTime());
  await work.product.startWorker();
  await work.untilStatus(campaign, 'complete');
  const [message] = await work.query<{ calling_at: Date }>(
    `SELECT calling_at FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id
      WHERE r.campaign_id = $1 AND m.disposition = 'OUTBOUND-MESSAGE-SENT'`,
    [campaign.id],
  );
  expect(message!.calling_at.getTime()).toBeGreaterThanOrEqual(opens.getTime());
});

it('has one disposition for each contact of a complete run, and counts that add up', async () => {
  expect(await work.query(RUN_AUDIT)).toEqual([]);
});
