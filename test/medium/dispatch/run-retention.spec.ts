import { RunCounts } from '../../../src/modules/dispatch/progress/run-counts.js';
import { RunRetention } from '../../../src/modules/dispatch/runs/run-retention.js';
import { Config } from '../../../src/platform/config/config.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { DispatchWorld } from './dispatch-world.js';

type Campaign = Awaited<ReturnType<DispatchWorld['aCampaign']>>;

let world: DispatchWorld;
let retention: RunRetention;

beforeAll(async () => {
  world = await DispatchWorld.open();
  const config = Object.assign(new Config(), { messageRetentionDays: 90 });
  const logger = new Logger({ logLevel: 'silent', logFormat: 'json', processRole: 'worker' });
  retention = Object.assign(new RunRetention(world.uow, config, world.runs), { logger });
});
afterAll(() => world.close());

/** A run over the contacts of the campaign that ended so long ago. */
async function aRun(campaign: Campaign, daysAgo: number, state = 'complete'): Promise<string> {
  const { id } = await world.runs.create(campaign);
  await world.db.query(
    `UPDATE campaign_messages
        SET state = 'settled', settled_at = now(), disposition = 'ININ-OUTBOUND-NUMBERS-INVALID' WHERE run_id = $1`,
    [id],
  );
  await world.db.query(
    `UPDATE campaign_runs SET state = $2, started_at = now() - $3 * interval '1 day' - interval '1 hour',
            finished_at = now() - $3 * interval '1 day', tick_due_at = NULL WHERE id = $1`,
    [id, state, daysAgo],
  );
  return id;
}

async function messagesOf(runId: string): Promise<number> {
  const [row] = await world.db.query<[{ count: number }]>(
    `SELECT count(*)::int AS count FROM campaign_messages WHERE run_id = $1`,
    [runId],
  );
  return row.count;
}

async function untilDone(): Promise<number> {
  let rounds = 0;
  while (await retention.work()) rounds += 1;
  return rounds;
}

describe('the messages of runs', () => {
  it('go when their run ended long ago, batch by batch, and leave the run and its counts', async () => {
    const campaign = await world.aCampaign(['4915100000001', '4915100000002']);
    const old = await aRun(campaign, 91);
    const young = await aRun(campaign, 89);
    await world.db.query(
      `INSERT INTO campaign_messages (run_id, position, contact_seq, contact_id, state, settled_at, disposition)
       SELECT $1, n, -n, 'x' || n, 'settled', now(), 'ININ-OUTBOUND-NUMBERS-INVALID' FROM generate_series(10, 6009) AS n`,
      [old],
    );
    const newest = await aRun(campaign, 0);
    expect(await untilDone()).toBe(2);
    expect([await messagesOf(old), await messagesOf(young), await messagesOf(newest)]).toEqual([0, 2, 2]);
    const counts = await world.db.query<{ total: number; state: string }[]>(
      `SELECT sum(c.messages)::int AS total, r.messages AS state
         FROM campaign_run_counts_v c JOIN campaign_runs r ON r.id = c.run_id WHERE r.id = $1 GROUP BY 2`,
      [old],
    );
    expect(counts).toEqual([{ total: 6_002, state: 'gone' }]);
    expect(await new RunCounts(world.uow).audit()).toEqual([]);
  });

  it('stay with the run that a campaign goes on with, however old, unless it was recycled or the campaign is gone', async () => {
    const [kept, recycled, deleted] = [
      await world.aCampaign(['4915100000011']),
      await world.aCampaign(['4915100000012']),
      await world.aCampaign(['4915100000013']),
    ];
    const runs = [await aRun(kept, 400), await aRun(recycled, 400, 'recycled'), await aRun(deleted, 400)];
    await world.db.query(`DELETE FROM messaging_campaigns WHERE id = $1`, [deleted.id]);
    const running = await world.runs.create(recycled);
    await untilDone();
    expect(await Promise.all(runs.map(messagesOf))).toEqual([1, 0, 0]);
    expect(await messagesOf(running.id)).toBe(1);
  });

  it('go as well when the campaign was deleted before its end, after as long a time', async () => {
    const campaign = await world.aCampaign(['4915100000031', '4915100000032']);
    const { id } = await world.runs.create(campaign);
    await world.db.query(`DELETE FROM messaging_campaigns WHERE id = $1`, [campaign.id]);
    await untilDone();
    const [run] = await world.db.query<object[]>(
      `SELECT state, finished_at > now() - interval '1 minute' AS "endedNow" FROM campaign_runs WHERE id = $1`,
      [id],
    );
    expect([run, await messagesOf(id)]).toEqual([{ state: 'recycled', endedNow: true }, 2]);
    await world.db.query(`UPDATE campaign_runs SET finished_at = now() - interval '91 days' WHERE id = $1`, [
      id,
    ]);
    await untilDone();
    expect(await messagesOf(id)).toBe(0);
  });

  it('are deleted by one process at a time', async () => {
    const campaign = await world.aCampaign(['4915100000021']);
    const old = await aRun(campaign, 100);
    await aRun(campaign, 0);
    const [first, second] = await Promise.all([retention.work(), retention.work()]);
    expect([first, second]).toContain(true);
    await untilDone();
    expect(await messagesOf(old)).toBe(0);
  });
});
