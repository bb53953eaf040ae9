import { getQueueToken } from '@nestjs/bull';
import type { Job, Queue } from 'bull';
import { TICK_QUEUE } from '../../../src/modules/dispatch/dispatch.queues.js';
import { eventually } from '../../support/eventually.js';
import { RunWorld } from './run-world.js';

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
const LISTS = '/api/v2/outbound/contactlists';
const SENT = 'OUTBOUND-MESSAGE-SENT';
const FAILED = 'OUTBOUND-MESSAGE-FAILED';
const NO_NUMBER = 'ININ-OUTBOUND-NUMBERS-INVALID';
const DELETED = 'ININ-OUTBOUND-INTERNAL-ERROR-SKIPPED';

let world: RunWorld;
let nextHundred = 491512300000;

beforeAll(async () => {
  world = await RunWorld.start();
});
afterAll(() => world?.close());

/** So many numbers that no other test has; for those up to 80 the simulator has no special behaviour. */
function numbers(count: number): string[] {
  nextHundred += 1;
  return Array.from({ length: count }, (_, at) => `${nextHundred}${String(at).padStart(2, '0')}`);
}

const toRows = (all: readonly string[]) => all.map((wa) => ({ wa }));

async function progressOf(id: string): Promise<{ numberOfContactsMessaged: number }> {
  return (await world.read(id, '/progress')) as { numberOfContactsMessaged: number };
}

// Failures of systems of this kind, by their number; others of them are tested where they belong.
describe('a campaign', () => {
  it('[F14] spends its pace on messages alone, not on contacts that are passed over', async () => {
    const good = numbers(2);
    const without = Array.from({ length: 58 }, (_, at) => `none-${at}`);
    const list = await world.aList(toRows([...without, ...good]));
    const id = await world.aCampaign(list, { messagesPerMinute: 60 });
    const startedAt = performance.now();
    await world.switchOn(id);
    await world.untilStatus(id, 'complete');
    // With a second for each of them it would have been a minute.
    expect(performance.now() - startedAt).toBeLessThan(25_000);
    expect(await world.sentTo(good)).toHaveLength(2);
  });

  it('[F4] [F5] [F15] [F32] [F43] reaches everybody once, however often it is switched off and on', async () => {
    const all = numbers(80);
    // Goes back to the queue for a second, in which the campaign is switched as well.
    await world.control('/faults', { action: 'error', code: 131000, status: 400, to: all[7], times: 1 });
    const id = await world.aCampaign(await world.aList(toRows(all)), { messagesPerMinute: 600 });
    const change = async (move: 'start' | 'stop') => {
      const { status, body } = await world.app.admin.post(`${CAMPAIGNS}/${id}/${move}`);
      expect([200, 'invalid.update.bad.status.transition']).toContain(status === 200 ? 200 : body.code);
      return status === 200;
    };
    for (let turn = 0; turn < 100; turn += 1) {
      await change('start');
      await change('stop');
    }
    let messaged = 0;
    for (let pause = 0; pause < 4; pause += 1) {
      await eventually('the start', () => change('start'));
      await eventually('messages', async () => (await progressOf(id)).numberOfContactsMessaged > messaged);
      await change('stop');
      await world.untilStatus(id, 'off');
      const now = (await progressOf(id)).numberOfContactsMessaged;
      expect(now).toBeGreaterThan(messaged);
      messaged = now;
    }
    expect(messaged).toBeLessThan(all.length);
    await eventually('the last start', () => change('start'));
    await world.untilStatus(id, 'complete');
    const sent = (await world.sentTo(all)).map(({ to }) => to);
    expect([...sent].sort()).toEqual(all);
    expect((await progressOf(id)).numberOfContactsMessaged).toBe(all.length);
  }, 120_000);

  it('[F11] [F23] goes past contacts that are bad, wherever they are, and asks once for each', async () => {
    const all = numbers(18);
    const [refused, without] = [
      [0, 8, 16],
      [1, 9, 17],
    ] as const;
    const rows = all.map((wa, at) => ({ wa: (without as readonly number[]).includes(at) ? `no ${wa}` : wa }));
    for (const at of refused)
      await world.control('/faults', { action: 'error', code: 131026, status: 400, to: all[at] });
    const id = await world.aCampaign(await world.aList(rows));
    await world.switchOn(id);
    await world.untilStatus(id, 'complete');
    const endings = await world.endings(id);
    for (const [at, { wa }] of rows.entries()) {
      const isRefused = (refused as readonly number[]).includes(at);
      expect([wa, endings[wa]]).toEqual([wa, wa.startsWith('no') ? NO_NUMBER : isRefused ? FAILED : SENT]);
    }
    expect(await world.faultsFired()).toEqual(expect.arrayContaining(refused.map((at) => [all[at], 1])));
  });

  it('[F25] keeps no job waiting for the provider', async () => {
    const all = numbers(3);
    const spent: number[] = [];
    const queue = world.app.app.get<Queue>(getQueueToken(TICK_QUEUE));
    const note = ({ processedOn, finishedOn }: Job) => spent.push(finishedOn! - processedOn!);
    queue.on('completed', note);
    for (const to of all) await world.control('/faults', { action: 'delay', delayMs: 3_000, to, times: 1 });
    const id = await world.aCampaign(await world.aList(toRows(all)));
    await world.switchOn(id);
    await world.untilStatus(id, 'complete');
    queue.off('completed', note);
    expect(spent.length).toBeGreaterThan(2);
    expect(Math.max(...spent)).toBeLessThan(2_500);
    expect(await world.sentTo(all)).toHaveLength(3);
  });

  it('[F22] leaves no call of a dead worker open, also when nothing goes on in its run', async () => {
    const [wa] = numbers(1);
    const id = await world.aCampaign(await world.aList(toRows([wa!])));
    await world.switchOn(id);
    await world.untilStatus(id, 'complete');
    await world.app.db.query(
      `UPDATE campaign_messages
          SET state = 'calling', disposition = NULL, settled_at = NULL, claim_token = gen_random_uuid(), lease_until = now()
        WHERE contact_id = $1`,
      [wa],
    );
    const ambiguous = 'OUTBOUND-MESSAGE-AMBIGUOUS';
    await eventually('the end', async () => (await world.endings(id))[wa!] === ambiguous, 15_000);
  });

  it('[F26] [F31] takes and loses contacts while it runs, and its totals meet', async () => {
    const [first, later] = [numbers(40), numbers(15)];
    const list = await world.aList(toRows(first));
    const id = await world.aCampaign(list, { messagesPerMinute: 1_200 });
    await world.switchOn(id);
    await eventually('the first messages', async () => (await world.sentTo(first)).length > 3);
    const gone = first.slice(-4);
    await Promise.all([
      ...later.map((wa) => world.addContacts(list, [{ wa }])),
      world.app.admin.delete(`${LISTS}/${list}/contacts?contactIds=${gone.join(',')}`).expect(204),
      ...[1, 2, 3].map(() => world.app.admin.get(`${LISTS}/${list}?includeSize=true`).expect(200)),
    ]);
    await world.untilStatus(id, 'complete');
    const endings = await world.endings(id);
    const all = [...first, ...later];
    expect(Object.keys(endings).sort()).toEqual([...all].sort());
    for (const wa of all)
      expect([wa, endings[wa]]).toEqual([wa, gone.includes(wa) && endings[wa] !== SENT ? DELETED : SENT]);
    expect(await progressOf(id)).toMatchObject({ totalNumberOfContacts: all.length, percentage: 100 });
  });

  it('[F44] shows what it has sent within two seconds', async () => {
    const all = numbers(5);
    const id = await world.aCampaign(await world.aList(toRows(all)));
    await world.switchOn(id);
    await eventually('the messages', async () => (await world.sentTo(all)).length === all.length);
    const since = performance.now();
    const left = (): number => 2_000 - (performance.now() - since);
    await eventually('progress', async () => (await progressOf(id)).numberOfContactsMessaged === 5, left());
    const interval = `${new Date(Date.now() - 3_600_000).toISOString()}/${new Date(Date.now() + 3_600_000).toISOString()}`;
    const campaign = { type: 'dimension', dimension: 'outboundCampaignId', operator: 'matches', value: id };
    const query = { interval, segmentFilters: [{ type: 'and', predicates: [campaign] }] };
    await eventually(
      'the report',
      async () => {
        const { body } = await world.app.admin
          .post('/api/v2/analytics/conversations/details/query')
          .send(query);
        return body.totalHits === 5;
      },
      left(),
    );
    process.stdout.write(`progress and report ${Math.round(performance.now() - since)} ms after the send\n`);
  });

  it('[F13] takes spellings of one number for one person, and a number without its country for none', async () => {
    const [national, plus, zeros] = ['0788123456', '+250788123456', '00250788123456'] as const;
    const id = await world.aCampaign(await world.aList(toRows([national, plus, zeros])));
    await world.switchOn(id);
    await world.untilStatus(id, 'complete');
    expect(await world.endings(id)).toMatchObject({ [national]: NO_NUMBER, [plus]: SENT });
    expect(await world.sentTo(['250788123456', '0788123456', '788123456'])).toHaveLength(1);
  });

  it('[F12] tells how many people a retry and a recycling message before they act, and they message just those', async () => {
    const [sent, refused, unknown] = numbers(3) as [string, string, string];
    await world.control('/faults', { action: 'error', code: 131047, status: 400, to: refused, times: 1 });
    await world.control('/faults', { action: 'accept_then_drop', to: unknown, times: 1 });
    const list = await world.aList([...toRows([sent, refused, unknown]), { wa: 'none' }]);
    const id = await world.aCampaign(list);
    const preview = () => world.read(id, '/retry');
    expect(await preview()).toEqual({ retryable: 0, neverAgain: 0, skipped: 0, waiting: 0, recyclable: 4 });
    await world.switchOn(id);
    await world.untilStatus(id, 'complete');
    expect(await preview()).toEqual({ retryable: 1, neverAgain: 2, skipped: 1, waiting: 0, recyclable: 4 });
    const { body } = await world.app.admin.post(`${CAMPAIGNS}/${id}/retry`).expect(202);
    expect(body).toEqual({ requeued: 1 });
    expect(await preview()).toMatchObject({ retryable: 0, neverAgain: 2, waiting: 1 });
    await world.switchOn(id);
    await world.untilStatus(id, 'complete');
    const people = async () => (await world.sentTo([sent, refused, unknown])).map(({ to }) => to).sort();
    expect(await people()).toEqual([sent, refused, unknown].sort());
    expect(await preview()).toMatchObject({ retryable: 0, neverAgain: 3, skipped: 1, recyclable: 4 });
    const again = await world.app.admin.post(`${CAMPAIGNS}/${id}/retry`).expect(202);
    expect(again.body).toEqual({ requeued: 0 });
    await world.app.admin.delete(`${CAMPAIGNS}/${id}/progress`).expect(202);
    await world.switchOn(id);
    await world.untilStatus(id, 'complete');
    expect(await people()).toEqual([sent, sent, refused, refused, unknown, unknown].sort());
  });

  it('lets somebody else try whether an outage is over, when the first campaign has nothing to send', async () => {
    const [slow, other] = [numbers(3), numbers(3)];
    const waiting = await world.aCampaign(await world.aList(toRows(slow)), { messagesPerMinute: 1 });
    await world.switchOn(waiting);
    await eventually('its first message', async () => (await world.sentTo(slow)).length === 1);
    await world.app.db.query(
      `INSERT INTO integration_gates (integration_id, outages, held_until) VALUES ($1, 1, clock_timestamp())
       ON CONFLICT (integration_id) DO UPDATE SET outages = 1, held_until = clock_timestamp()`,
      [await world.anIntegration()],
    );
    const id = await world.aCampaign(await world.aList(toRows(other)));
    // What is known of the number counts for a quarter of a second.
    const known = performance.now();
    await eventually('a fresh look', () => Promise.resolve(performance.now() > known + 300));
    // Its next tick is rung for, as its next slot is a minute away.
    const ticks = async (): Promise<number> => {
      const [run] = await world.app.db.query<{ ticks: number }[]>(
        `SELECT tick_generation::int AS ticks FROM campaign_runs WHERE campaign_id = $1`,
        [waiting],
      );
      return run!.ticks;
    };
    const before = await ticks();
    await world.app.app.get<Queue>(getQueueToken(TICK_QUEUE)).add({ campaignId: waiting });
    await eventually('a tick', async () => (await ticks()) > before);
    const startedAt = performance.now();
    await world.switchOn(id);
    await world.untilStatus(id, 'complete');
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(await world.sentTo(other)).toHaveLength(3);
    await world.app.admin.post(`${CAMPAIGNS}/${waiting}/stop`).expect(200);
  });

  // Last, as they take the template away for an hour.
  it.each([
    [131008, 'order_update'],
    [135000, 'autumn_offer'],
  ] as const)(
    '[F34] [F35] stops when the provider refuses one request after the other by %i, and says why',
    async (code, name) => {
      const all = numbers(60);
      await world.control('/faults', {
        faults: all.map((to) => ({ action: 'error', code, status: 400, to })),
      });
      const whatsAppConfig = {
        whatsAppColumns: ['wa'],
        whatsAppIntegration: { id: await world.anIntegration() },
        contentTemplate: { id: await world.aTemplate(name) },
      };
      const list = await world.aList(toRows(all));
      const id = await world.aCampaign(list, { messagesPerMinute: 1_200, whatsAppConfig });
      await world.switchOn(id);
      await world.untilStatus(id, 'invalid');
      const { errors } = (await world.read(id)) as { errors: { error: string; details: string }[] };
      expect(errors).toEqual([{ error: expect.stringMatching(/^template\./u), details: expect.any(String) }]);
      const endings = Object.values(await world.endings(id));
      expect(endings.filter((ending) => ending === 'queued').length).toBeGreaterThan(20);
      const { body } = await world.app.admin.get('/api/v2/outbound/events?pageSize=100').expect(200);
      const told = (body.entities as { errorCode?: string; name: string }[]).map((event) =>
        JSON.stringify(event),
      );
      expect(told.some((event) => event.includes(id) && event.includes(`code ${code}`))).toBe(true);
    },
  );
});
