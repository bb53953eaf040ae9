import { RECOVER_ANY } from '../../../src/modules/dispatch/sending/messages.sql.js';
import { DispatchWorld } from './dispatch-world.js';

const NUMBERS = ['4915100000001', '4915100000002', '4915100000003', '4915100000004'];

describe('the leases of dead workers', () => {
  let world: DispatchWorld;

  beforeAll(async () => {
    world = await DispatchWorld.open();
  });

  afterAll(() => world.close());

  const expireLeases = () =>
    world.db.query(`UPDATE campaign_messages SET lease_until = now() - interval '1 s'
                                              WHERE lease_until IS NOT NULL`);

  it('[F21] [F30] gives claimed messages back and never repeats a call that had begun', async () => {
    const campaign = await world.aCampaign(NUMBERS);
    const run = await world.runs.create(campaign);
    const { claimed, claimToken } = await world.claim(campaign, run.id);
    await world.beginCalls(campaign, [claimed[0]!.id], claimToken);
    await expireLeases();
    await world.messages.recoverExpired(run.id);
    expect(await world.endings(run.id)).toEqual({ queued: 3, 'OUTBOUND-MESSAGE-AMBIGUOUS': 1 });
    const again = await world.claim(campaign, run.id);
    expect(again.claimed.map(({ id }) => id)).not.toContain(claimed[0]!.id);
  });

  it('[F8] lets a worker that only slept correct what was taken for lost', async () => {
    const { run, id, claimToken } = await world.aCall();
    await expireLeases();
    await world.messages.recoverExpired(run.id);
    await world.messages.settle([
      { id, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid: `wamid.${id}` },
    ]);
    expect(await world.message(id)).toMatchObject({ disposition: 'OUTBOUND-MESSAGE-SENT' });
  });

  it.each<[string, (call: Awaited<ReturnType<DispatchWorld['aCall']>>) => Promise<unknown>]>([
    ['invalid', ({ campaign }) => world.setStatus(campaign, 'invalid')],
    ['off', ({ campaign }) => world.setStatus(campaign, 'off')],
    ['recycled', ({ campaign }) => world.runs.recycle(campaign.id)],
    [
      'deleted',
      async ({ campaign, run }) => {
        await world.db.query(`DELETE FROM messaging_campaigns WHERE id = $1`, [campaign.id]);
        await world.runs.complete(run.id);
      },
    ],
  ])('ends the calls of a campaign that is %s', async (_status, change) => {
    const call = await world.aCall();
    await world.runs.expectTick(call.run.id, null);
    await change(call);
    await world.db.query(`DELETE FROM campaign_message_changes`);
    expect(await world.messages.recoverAnyExpired()).toBe(false);
    expect(await world.endings(call.run.id)).toEqual({ calling: 1 });
    await expireLeases();
    await world.messages.recoverAnyExpired();
    expect(await world.endings(call.run.id)).toEqual({ 'OUTBOUND-MESSAGE-AMBIGUOUS': 1 });
    // Reports are told.
    expect(await world.db.query(`SELECT changed FROM campaign_message_changes`)).toContainEqual({
      changed: [call.id],
    });
  });

  it('looks for leases in all runs by their index', async () => {
    const run = await world.runs.create(await world.aCampaign([]));
    // The planner may expect many of them.
    await world.db.query(
      `INSERT INTO campaign_messages (run_id, position, contact_seq, contact_id, state, claim_token, lease_until)
       SELECT $1, n, n, n, 'claimed', gen_random_uuid(), now() - interval '1 s' FROM generate_series(1, 10000) AS n`,
      [run.id],
    );
    await world.db.query(`ANALYZE campaign_messages`);
    const [plan] = await world.db.query<[object]>(`EXPLAIN (FORMAT JSON) ${RECOVER_ANY}`, [1_000]);
    const text = JSON.stringify(plan);
    expect(text).toContain('campaign_messages_leases');
    expect(text).not.toContain('Seq Scan');
    expect(await world.messages.recoverAnyExpired()).toBe(true);
    await world.db.query(`DELETE FROM campaign_messages WHERE run_id = $1`, [run.id]);
  });

  describe('whose worker only slept and knows that nothing was sent', () => {
    const requeueing = ({ id, claimToken }: { id: string; claimToken: string }) => ({
      id,
      claimToken,
      delayMs: 0,
      attempts: 1 as const,
    });

    it('go back to the queue', async () => {
      const call = await world.aCall();
      await expireLeases();
      await world.messages.recoverExpired(call.run.id);
      await world.messages.requeue([requeueing(call)]);
      expect(await world.endings(call.run.id)).toEqual({ queued: 1 });
      expect(await world.message(call.id)).toMatchObject({ attempts: 1, calling_at: null });
      expect((await world.claim(call.campaign, call.run.id)).claimed).toHaveLength(1);
    });

    it.each<[string, (call: Awaited<ReturnType<DispatchWorld['aCall']>>) => Promise<unknown>]>([
      ['complete', ({ run }) => world.runs.complete(run.id)],
      ['recycled', ({ campaign }) => world.runs.recycle(campaign.id)],
    ])('have failed where the run is %s meanwhile', async (_state, end) => {
      const call = await world.aCall();
      await expireLeases();
      await world.messages.recoverExpired(call.run.id);
      await end(call);
      await world.messages.requeue([requeueing(call)]);
      expect(await world.message(call.id)).toMatchObject({
        disposition: 'OUTBOUND-MESSAGE-FAILED',
        wamid: null,
      });
      const [row] = await world.db.query<[{ code: string }]>(
        `SELECT latest_whatsapp_evaluations(seq) -> 'wa' ->> 'wrapupCodeId' AS code FROM contacts WHERE contact_list_id = $1`,
        [call.campaign.contactListId],
      );
      expect(row.code).toBe('OUTBOUND-MESSAGE-FAILED');
    });

    it('are left alone by the word of an earlier call, told twice', async () => {
      const call = await world.aCall();
      await world.messages.requeue([requeueing(call)]);
      const again = await world.claim(call.campaign, call.run.id);
      await world.beginCalls(call.campaign, [call.id], again.claimToken);
      await expireLeases();
      await world.messages.recoverExpired(call.run.id);
      await world.messages.requeue([requeueing(call)]);
      expect(await world.endings(call.run.id)).toEqual({ 'OUTBOUND-MESSAGE-AMBIGUOUS': 1 });
    });

    it('stay ambiguous when their answer made them so', async () => {
      const { id, claimToken, run } = await world.aCall();
      await world.messages.settle([{ id, claimToken, disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS' }]);
      await world.messages.requeue([requeueing({ id, claimToken })]);
      expect(await world.endings(run.id)).toEqual({ 'OUTBOUND-MESSAGE-AMBIGUOUS': 1 });
    });
  });

  it('leaves living leases alone', async () => {
    const { run } = await world.aCall();
    await world.messages.recoverExpired(run.id);
    await world.messages.recoverAnyExpired();
    expect(await world.endings(run.id)).toEqual({ calling: 1 });
  });
});
