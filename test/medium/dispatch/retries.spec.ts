import { WINDOW_CLOSED } from '../../../src/modules/dispatch/dispositions.js';
import { RetriesRepository } from '../../../src/modules/dispatch/runs/retries.repository.js';
import { DispatchWorld } from './dispatch-world.js';

const NUMBERS = ['1', '2', '3', '4', '5', '6'].map((last) => `491510000000${last}`);

describe('a retry within a run', () => {
  let world: DispatchWorld;
  let retries: RetriesRepository;

  beforeAll(async () => {
    world = await DispatchWorld.open();
    retries = new RetriesRepository(world.uow);
  });

  afterAll(() => world.close());

  it('queues those again who were refused or throttled, and nobody who was or may have been messaged', async () => {
    const campaign = await world.aCampaign([...NUMBERS, 'no number']);
    const run = await world.runs.create(campaign);
    const { claimed, claimToken } = await world.claim(campaign, run.id, 5, 7);
    const ids = claimed.map(({ id }) => id);
    await world.beginCalls(campaign, ids, claimToken);
    const [sent, refused, throttled, unknown, late] = ids as [string, string, string, string, string];
    const settle = (id: string, disposition: 'SENT' | 'FAILED' | 'THROTTLED' | 'AMBIGUOUS') =>
      ({ id, claimToken, disposition: `OUTBOUND-MESSAGE-${disposition}` }) as const;
    await world.messages.settle([
      { ...settle(sent, 'SENT'), wamid: 'wamid.retry-1' },
      { ...settle(refused, 'FAILED'), errorCode: 131026, errorText: 'no', errorDetail: 'InvalidDestination' },
      settle(throttled, 'THROTTLED'),
      settle(unknown, 'AMBIGUOUS'),
      settle(late, 'AMBIGUOUS'),
    ]);
    // The provider had it after all: it failed on its way to the person.
    await world.statuses.merge([
      {
        messageId: late,
        wamid: 'wamid.retry-2',
        status: 'failed',
        at: new Date().toISOString(),
        errorCode: 131026,
      },
    ]);
    expect(await retries.count(campaign.id)).toEqual({ retryable: 2, neverAgain: 3, skipped: 1, waiting: 1 });
    await world.runs.complete(run.id);

    expect(await retries.requeue(campaign.id)).toBe(2);
    expect(await retries.requeue(campaign.id)).toBe(0);
    expect(await retries.count(campaign.id)).toEqual({ retryable: 0, neverAgain: 3, skipped: 1, waiting: 3 });
    expect(await world.runs.lockActive(campaign.id)).toMatchObject({ id: run.id });
    const again = await world.claim(campaign, run.id);
    const wanted = [refused, throttled];
    expect(again.claimed.map(({ id }) => id)).toEqual(expect.arrayContaining(wanted));
    expect(again.claimed).toHaveLength(3);
    for (const id of wanted)
      expect(await world.message(id)).toMatchObject({
        attempts: 0,
        provider_error_code: null,
        failed_at: null,
      });
  });

  it('queues those again who were passed over as it was not their time, and no others of that disposition', async () => {
    const campaign = await world.aCampaign(NUMBERS.slice(0, 2));
    const run = await world.runs.create(campaign);
    const { claimed, claimToken } = await world.claim(campaign, run.id);
    const [late, nowhere] = claimed.map(({ id }) => id) as [string, string];
    const disposition = 'ININ-OUTBOUND-ZONE-BLOCKED-SKIPPED';
    const skipped = [
      { id: late, disposition, detail: WINDOW_CLOSED },
      { id: nowhere, disposition, detail: 'no time zone is given' },
    ] as const;
    await world.messages.skip(skipped, claimToken);
    expect(await retries.count(campaign.id)).toEqual({ retryable: 1, neverAgain: 0, skipped: 1, waiting: 0 });
    expect(await retries.requeue(campaign.id)).toBe(1);
    expect(await retries.count(campaign.id)).toEqual({ retryable: 0, neverAgain: 0, skipped: 1, waiting: 1 });
    expect((await world.claim(campaign, run.id)).claimed.map(({ id }) => id)).toEqual([late]);
  });

  it('does nothing to a campaign without a run, or whose run was recycled', async () => {
    const campaign = await world.aCampaign([NUMBERS[0]!]);
    expect(await retries.requeue(campaign.id)).toBe(0);
    await world.runs.create(campaign);
    await world.runs.recycle(campaign.id);
    expect(await retries.count(campaign.id)).toEqual({ retryable: 0, neverAgain: 0, skipped: 0, waiting: 0 });
    expect(await retries.requeue(campaign.id)).toBe(0);
  });
});
