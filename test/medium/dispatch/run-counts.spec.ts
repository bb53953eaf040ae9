import { DispatchProgress } from '../../../src/modules/dispatch/progress/dispatch-progress.js';
import { RunCounts } from '../../../src/modules/dispatch/progress/run-counts.js';
import { DispatchWorld } from './dispatch-world.js';

let world: DispatchWorld;
let counts: RunCounts;
let progress: DispatchProgress;

beforeAll(async () => {
  world = await DispatchWorld.open();
  counts = new RunCounts(world.uow);
  progress = new DispatchProgress(world.uow);
});
afterAll(() => world.close());

describe('the counts of a run', () => {
  it('[F33] [F42] follow every move of the messages, before and after they are folded', async () => {
    const campaign = await world.aCampaign(['4915100000001', '4915100000002', 'nonsense', '4915100000003']);
    const of = async () => (await progress.of([campaign.id])).get(campaign.id)!;
    expect(await of()).toMatchObject({ total: 0, processed: 0 });
    const run = await world.runs.create(campaign);
    expect(await of()).toMatchObject({ total: 4, processed: 0, messaged: 0, skipped: {} });

    const { claimed, claimToken } = await world.claim(campaign, run.id);
    await world.beginCalls(
      campaign,
      claimed.map(({ id }) => id),
      claimToken,
    );
    const [first, second, third] = claimed.map(({ id }) => id) as [string, string, string];
    await world.messages.requeue([{ id: third, claimToken, delayMs: 60_000, attempts: 1 }]);
    await world.messages.settle([
      { id: first, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid: 'wamid.counts-1' },
      { id: second, claimToken, disposition: 'OUTBOUND-MESSAGE-FAILED', errorCode: 131026 },
    ]);
    const expected = {
      total: 4,
      processed: 3,
      messaged: 2,
      failed: 1,
      skipped: { 'ININ-OUTBOUND-NUMBERS-INVALID': 1 },
    };
    expect(await of()).toMatchObject(expected);
    await counts.fold();
    expect(await of()).toMatchObject(expected);
    expect(await world.db.query(`SELECT FROM campaign_run_differences`)).toEqual([]);

    await world.statuses.merge([
      { wamid: 'wamid.counts-1', messageId: first, status: 'read', at: new Date().toISOString() },
    ]);
    const fates = await progress.fates(campaign.id);
    expect(fates).toContainEqual({
      disposition: 'OUTBOUND-MESSAGE-SENT',
      deliveryStatus: 'Read',
      errorCode: null,
      messages: 1,
    });
    expect(fates).toContainEqual({
      disposition: 'OUTBOUND-MESSAGE-FAILED',
      deliveryStatus: 'Failed',
      errorCode: 131026,
      messages: 1,
    });
    expect(await counts.audit()).toEqual([]);
  });

  it('begin anew when the campaign is recycled', async () => {
    const { campaign } = await world.aCall('4915100000011');
    await world.runs.recycle(campaign.id);
    expect((await progress.of([campaign.id])).get(campaign.id)).toMatchObject({ total: 0, processed: 0 });
  });

  it('[F46] add up when many settle at the same time while others fold', async () => {
    const numbers = Array.from({ length: 60 }, (_, i) => `49152000${String(i).padStart(5, '0')}`);
    const campaign = await world.aCampaign(numbers);
    const run = await world.runs.create(campaign);
    const { claimed, claimToken } = await world.claim(campaign, run.id);
    const ids = claimed.map(({ id }) => id);
    await world.beginCalls(campaign, ids, claimToken);
    const settle = (id: string) =>
      world.messages.settle([{ id, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid: `wamid.${id}` }]);
    await Promise.all(ids.flatMap((id, i) => (i % 4 === 0 ? [settle(id), counts.fold()] : [settle(id)])));
    expect((await progress.of([campaign.id])).get(campaign.id)).toMatchObject({
      messaged: 60,
      failed: 0,
      total: 60,
    });
    const [undelivered] = ids as [string];
    await world.statuses.merge([
      {
        wamid: `wamid.${undelivered}`,
        messageId: undelivered,
        status: 'failed',
        at: new Date().toISOString(),
      },
    ]);
    expect((await progress.of([campaign.id])).get(campaign.id)).toMatchObject({ messaged: 60, failed: 1 });
    await counts.fold();
    expect(await counts.audit()).toEqual([]);
  });

  it('shows by the audit a count that is not true', async () => {
    const { run } = await world.aCall('4915100000021');
    await counts.fold();
    await world.db.query(`UPDATE campaign_run_counts SET messages = messages + 1 WHERE run_id = $1`, [
      run.id,
    ]);
    expect(await counts.audit()).toEqual([expect.objectContaining({ runId: run.id, counted: 2, actual: 1 })]);
    await world.db.query(`UPDATE campaign_run_counts SET messages = messages - 1 WHERE run_id = $1`, [
      run.id,
    ]);
  });
});
