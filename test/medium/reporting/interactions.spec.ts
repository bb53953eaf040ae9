import { EVERYWHERE } from '../../../src/modules/access/index.js';
import { ConversationsRepository } from '../../../src/modules/reporting/conversations/conversations.repository.js';
import { ConversationsService } from '../../../src/modules/reporting/conversations/conversations.service.js';
import { DispatchWorld } from '../dispatch/dispatch-world.js';
import { MessageFixtures } from './message-fixtures.js';

let world: DispatchWorld;
let fixtures: MessageFixtures;
let conversations: ConversationsService;

beforeAll(async () => {
  world = await DispatchWorld.open();
  fixtures = new MessageFixtures(world.db);
  conversations = new ConversationsService(new ConversationsRepository(fixtures.uow));
});
beforeEach(() => fixtures.clear());
afterAll(() => world.close());

const session = async (id: string) => (await conversations.get(EVERYWHERE, id)).participants[0]!.sessions[0]!;
const stored = () =>
  world.db.query<Record<string, unknown>[]>(
    `SELECT i.message_id, i.wamid, i.disposition, i.delivery_status, i.started_at, i.read_at, i.settled_at,
            i.provider_error_code FROM interactions i ORDER BY 1`,
  );
const actual = () =>
  world.db.query<Record<string, unknown>[]>(
    `SELECT message_id, wamid, disposition, delivery_status, started_at, read_at, settled_at, provider_error_code
       FROM campaign_messages_v ORDER BY 1`,
  );

describe('interactions', () => {
  it('[F40] follow a message from the end of its call to the read receipt', async () => {
    const { id, claimToken } = await world.aCall('4915100000101');
    await fixtures.projector.catchUp();
    expect(await stored()).toEqual([]);
    await world.messages.settle([
      { id, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid: 'wamid.i-1' },
    ]);
    await fixtures.projector.catchUp();
    expect((await session(id)).deliveryStatus).toBe('Sent');
    await world.statuses.merge([
      { wamid: 'wamid.i-1', messageId: id, status: 'read', at: new Date().toISOString() },
    ]);
    await fixtures.projector.catchUp();
    expect((await session(id)).deliveryStatus).toBe('Read');
    expect(await stored()).toEqual(await actual());
    expect(await fixtures.projector.audit()).toEqual([]);
  });

  it('look messages up by their ids, also when the statistics know of none that has begun', async () => {
    const { id, run } = await world.aCall('4915100000103');
    await world.db.query(`DELETE FROM campaign_messages`);
    await world.db.query(
      `INSERT INTO campaign_messages (run_id, position, contact_seq, contact_id)
       SELECT $1, n, 1000000 + n, 'c' || n FROM generate_series(1, 500) AS n`,
      [run.id],
    );
    await world.db.query(`ANALYZE campaign_messages`);
    const plan = await world.db.query<{ 'QUERY PLAN': string }[]>(
      `EXPLAIN SELECT * FROM campaign_messages_v WHERE message_id = $1`,
      [id],
    );
    expect(plan.map((row) => row['QUERY PLAN']).join(' ')).toContain('campaign_messages_pk');
    await world.db.query(`DELETE FROM campaign_messages`);
  });

  it('show nothing of a call that was taken back, and the next one once', async () => {
    const { campaign, run, id, claimToken } = await world.aCall('4915100000102');
    await world.messages.requeue([{ id, claimToken, delayMs: 0, attempts: 1 }]);
    await fixtures.projector.catchUp();
    expect(await stored()).toEqual([]);
    const again = await world.claim(campaign, run.id);
    await world.beginCalls(campaign, [id], again.claimToken);
    await world.messages.settle([
      { id, claimToken: again.claimToken, disposition: 'OUTBOUND-MESSAGE-FAILED', errorCode: 131000 },
    ]);
    await fixtures.projector.catchUp();
    expect(await stored()).toEqual(await actual());
    expect(await stored()).toHaveLength(1);
    expect(await fixtures.projector.audit()).toEqual([]);
  });

  it('forget a failed message that is queued again, and show its next result once', async () => {
    const { campaign, run, id, claimToken } = await world.aCall('4915100000104');
    await world.messages.settle([
      { id, claimToken, disposition: 'OUTBOUND-MESSAGE-FAILED', errorCode: 131000 },
    ]);
    await fixtures.projector.catchUp();
    expect(await stored()).toHaveLength(1);
    await world.db.query(
      `UPDATE campaign_messages SET state = 'queued', calling_at = NULL, settled_at = NULL, disposition = NULL,
              failed_at = NULL, provider_error_code = NULL WHERE id = $1`,
      [id],
    );
    await fixtures.projector.catchUp();
    expect(await stored()).toEqual([]);
    const again = await world.claim(campaign, run.id);
    await world.beginCalls(campaign, [id], again.claimToken);
    await world.messages.settle([
      { id, claimToken: again.claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid: 'wamid.i-4' },
    ]);
    await fixtures.projector.catchUp();
    expect(await stored()).toEqual(await actual());
    expect(await stored()).toHaveLength(1);
    expect(await fixtures.projector.audit()).toEqual([]);
  });

  it('say nothing of contacts that were passed over', async () => {
    const campaign = await world.aCampaign(['nonsense']);
    const run = await world.runs.create(campaign);
    await world.claim(campaign, run.id);
    await fixtures.projector.catchUp();
    expect(await stored()).toEqual([]);
  });

  it('lose nothing when a look fails, and have a month for every message', async () => {
    await fixtures.add({ startedAt: '2025-02-28T23:59:59.999Z' }, { startedAt: '2031-12-31T23:00:00Z' });
    expect(await stored()).toEqual(await actual());
    expect(await stored()).toHaveLength(2);
    const { id, claimToken } = await world.aCall('4915100000103');
    await world.messages.settle([
      { id, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid: 'wamid.i-3' },
    ]);
    await world.db.query(`ALTER TABLE interactions ADD CONSTRAINT broken CHECK (message_id <> '${id}')`);
    await expect(fixtures.projector.projectNext()).rejects.toThrow(/broken/u);
    await world.db.query(`ALTER TABLE interactions DROP CONSTRAINT broken`);
    await fixtures.projector.catchUp();
    expect(await stored()).toHaveLength(3);
  });

  it('go month by month when they are too old', async () => {
    await fixtures.add({ startedAt: '2024-05-31T10:00:00Z' }, { startedAt: '2024-06-01T00:00:00Z' });
    const lastDay = new Date('2025-06-01T00:00:00Z');
    const before = new Date('2025-05-31T23:00:00Z');
    expect(await fixtures.months.dropOld(before)).not.toContain('interactions_2024_05');
    await fixtures.uow.manager.transaction(async (reader) => {
      await reader.query(`SELECT count(*) FROM interactions_2024_05`);
      await expect(fixtures.months.dropOld(lastDay)).rejects.toThrow('lock timeout');
    });
    expect(await fixtures.months.goneUntil()).toBeUndefined();
    const dropped = await fixtures.months.dropOld(lastDay);
    expect(await fixtures.months.goneUntil()).toEqual(new Date('2024-06-01T00:00:00Z'));
    expect(dropped).toEqual(expect.arrayContaining(['interactions_2024_05', 'interaction_counts_2024_05']));
    expect(dropped).not.toContain('interactions_2024_06');
    expect(await stored()).toHaveLength(1);
  });
});
