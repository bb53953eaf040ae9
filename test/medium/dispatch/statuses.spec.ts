import fc from 'fast-check';
import type { MessageStatus } from '../../../src/modules/dispatch/webhooks/statuses.repository.js';
import { DispatchWorld } from './dispatch-world.js';

const at = (second: number): string => new Date(1_790_000_000_000 + second * 1_000).toISOString();

describe('delivery statuses', () => {
  let world: DispatchWorld;

  beforeAll(async () => {
    world = await DispatchWorld.open();
  });

  afterAll(() => world.close());

  const statusOf = (id: string, status: MessageStatus['status'], second: number): MessageStatus => ({
    messageId: id,
    wamid: `wamid.${id}`,
    status,
    at: at(second),
    ...(status === 'failed'
      ? { errorCode: 131026, errorText: 'undeliverable', errorDetail: 'InvalidDestination' }
      : {}),
  });

  async function aSentMessage(): Promise<string> {
    const { id, claimToken } = await world.aCall();
    await world.messages.settle([
      { id, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid: `wamid.${id}` },
    ]);
    return id;
  }

  it('[F36] [F37] lead to the same end in any order, with any repetition and any batching', async () => {
    const story: [MessageStatus['status'], number][] = [
      ['sent', 1],
      ['delivered', 3],
      ['read', 9],
    ];
    const plans = fc.array(fc.constantFrom(...story), { minLength: 3, maxLength: 9 });
    await fc.assert(
      fc.asyncProperty(plans, fc.integer({ min: 1, max: 4 }), async (plan, batch) => {
        const id = await aSentMessage();
        const all = [...plan, ...story].map(([status, second]) => statusOf(id, status, second));
        for (let start = 0; start < all.length; start += batch) {
          await world.statuses.merge(all.slice(start, start + batch));
        }
        const message = await world.message(id);
        expect(message).toMatchObject({ delivery_status: 'Read', disposition: 'OUTBOUND-MESSAGE-SENT' });
        const times = ['published_at', 'delivered_at', 'read_at'].map((name) =>
          (message[name] as Date).toISOString(),
        );
        expect(times).toEqual([at(1), at(3), at(9)]);
      }),
      { numRuns: 25 },
    );
  });

  it('never fall back: a read message stays read', async () => {
    const id = await aSentMessage();
    for (const status of ['read', 'sent', 'failed', 'delivered'] as const) {
      await world.statuses.merge([statusOf(id, status, 5)]);
    }
    expect(await world.message(id)).toMatchObject({ delivery_status: 'Read' });
  });

  it('take a read message for delivered when that receipt never came', async () => {
    const id = await aSentMessage();
    await world.statuses.merge([statusOf(id, 'read', 7)]);
    const message = await world.message(id);
    expect((message.delivered_at as Date).toISOString()).toBe(at(7));
  });

  it('show why a sent message was not delivered, and keep it sent', async () => {
    const id = await aSentMessage();
    await world.statuses.merge([statusOf(id, 'sent', 1), statusOf(id, 'failed', 2)]);
    expect(await world.message(id)).toMatchObject({
      delivery_status: 'DeliveryFailed',
      disposition: 'OUTBOUND-MESSAGE-SENT',
      provider_error_code: 131026,
      provider_error_detail: 'InvalidDestination',
    });
  });

  it('[F38] settle a call whose answer has not come yet', async () => {
    const { id, claimToken } = await world.aCall();
    await world.statuses.merge([statusOf(id, 'delivered', 3)]);
    expect(await world.message(id)).toMatchObject({ state: 'settled', wamid: `wamid.${id}` });
    await world.messages.settle([
      { id, claimToken, disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS', detail: 'timeout' },
    ]);
    expect(await world.message(id)).toMatchObject({
      disposition: 'OUTBOUND-MESSAGE-SENT',
      delivery_status: 'DeliverySuccess',
    });
  });

  describe('without callback data', () => {
    const early = (wamid: string, status: MessageStatus['status'], second: number): MessageStatus => ({
      ...statusOf('', status, second),
      messageId: undefined,
      wamid,
    });
    const keptOnes = () =>
      world.db.query<{ wamid: string }[]>(`SELECT wamid FROM early_statuses ORDER BY id`);

    beforeEach(() => world.db.query(`DELETE FROM early_statuses`));

    it('[F38] are merged once the answer to the call has said whose they are', async () => {
      const { id, claimToken } = await world.aCall();
      const wamid = `wamid.${id}`;
      expect(await world.statuses.merge([early(wamid, 'delivered', 3), early(wamid, 'sent', 1)])).toBe(0);
      expect(await world.statuses.mergeKept()).toEqual([]);
      await world.messages.settle([{ id, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid }]);
      await world.statuses.merge([early('wamid.other', 'failed', 2)]);
      expect(await world.statuses.mergeKept()).toHaveLength(2);
      const message = await world.message(id);
      expect(message).toMatchObject({ delivery_status: 'DeliverySuccess' });
      expect((message.published_at as Date).toISOString()).toBe(at(1));
      expect(await keptOnes()).toEqual([{ wamid: 'wamid.other' }]);
    });

    it('keep their error', async () => {
      const { id, claimToken } = await world.aCall();
      const wamid = `wamid.${id}`;
      await world.statuses.merge([early(wamid, 'failed', 3)]);
      await world.messages.settle([{ id, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid }]);
      await world.statuses.mergeKept();
      expect(await world.message(id)).toMatchObject({
        delivery_status: 'DeliveryFailed',
        provider_error_code: 131026,
        provider_error_text: 'undeliverable',
        provider_error_detail: 'InvalidDestination',
      });
    });

    it('are forgotten when they are of nobody for long, or too many', async () => {
      await world.statuses.merge([early('wamid.old', 'sent', 1)]);
      await world.db.query(`UPDATE early_statuses SET kept_at = now() - interval '11 minutes'`);
      await world.statuses.merge(Array.from({ length: 10_002 }, (_, n) => early(`wamid.${n}`, 'sent', 1)));
      await world.statuses.mergeKept();
      const kept = await keptOnes();
      expect(kept).toHaveLength(10_000);
      expect(kept).not.toContainEqual({ wamid: 'wamid.old' });
    });

    it('are not kept when they are of a message that is gone', async () => {
      await world.statuses.merge([statusOf('0b2e7f5e-58c9-4a0b-9b80-1f8c4b8f2a11', 'read', 4)]);
      expect(await keptOnes()).toEqual([]);
    });
  });

  it.each([
    ['sent', 'OUTBOUND-MESSAGE-SENT'],
    ['failed', 'OUTBOUND-MESSAGE-FAILED'],
  ] as const)('settle an ambiguous message by %s as %s', async (status, disposition) => {
    const { id, claimToken } = await world.aCall();
    await world.messages.settle([
      { id, claimToken, disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS', detail: 'timeout' },
    ]);
    await world.statuses.merge([statusOf(id, status, 2)]);
    expect(await world.message(id)).toMatchObject({ disposition });
  });

  describe('the result on the contact', () => {
    async function resultOf(id: string): Promise<unknown> {
      const [row] = await world.db.query<[{ evaluations: { wa?: { wrapupCodeId: string } } }]>(
        `SELECT latest_whatsapp_evaluations(contact_seq) AS evaluations FROM campaign_messages WHERE id = $1`,
        [id],
      );
      return row.evaluations.wa?.wrapupCodeId;
    }

    it('is noted of a status that comes before the answer, and stays when the answer says less', async () => {
      const { id, claimToken } = await world.aCall();
      await world.statuses.merge([statusOf(id, 'sent', 1)]);
      expect(await resultOf(id)).toBe('OUTBOUND-MESSAGE-SENT');
      await world.messages.settle([
        { id, claimToken, disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS', detail: 'timeout' },
      ]);
      expect(await resultOf(id)).toBe('OUTBOUND-MESSAGE-SENT');
    });

    it.each([
      ['sent', 'OUTBOUND-MESSAGE-SENT'],
      ['failed', 'OUTBOUND-MESSAGE-FAILED'],
    ] as const)('is put right when an ambiguous message turns out to be %s', async (status, disposition) => {
      const { id, claimToken } = await world.aCall();
      await world.messages.settle([
        { id, claimToken, disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS', detail: 'timeout' },
      ]);
      await world.statuses.merge([statusOf(id, status, 2)]);
      expect(await resultOf(id)).toBe(disposition);
    });

    it('is noted of a call whose worker died', async () => {
      const { id, run } = await world.aCall();
      await world.db.query(
        `UPDATE campaign_messages SET lease_until = now() - interval '1 s' WHERE id = $1`,
        [id],
      );
      await world.messages.recoverExpired(run.id);
      expect(await resultOf(id)).toBe('OUTBOUND-MESSAGE-AMBIGUOUS');
      await world.statuses.merge([statusOf(id, 'delivered', 3)]);
      expect(await resultOf(id)).toBe('OUTBOUND-MESSAGE-SENT');
    });

    it('is not noted anew by statuses that change nothing about it', async () => {
      const id = await aSentMessage();
      await world.db.query(`DELETE FROM contact_evaluations`);
      await world.statuses.merge([statusOf(id, 'delivered', 3)]);
      expect(await resultOf(id)).toBeUndefined();
    });

    it('brings nobody into a deadlock, however many settle, merge and recover at once', async () => {
      const campaign = await world.aCampaign(Array.from({ length: 60 }, (_, n) => String(4915130000000 + n)));
      const run = await world.runs.create(campaign);
      const { claimed, claimToken } = await world.claim(campaign, run.id, 60, 60, true);
      const ids = claimed.map(({ id }) => id);
      await world.db.query(
        `UPDATE campaign_messages SET lease_until = now() - interval '1 s' WHERE run_id = $1`,
        [run.id],
      );
      await Promise.all([
        world.statuses.merge(ids.slice(0, 40).map((id) => statusOf(id, 'sent', 1))),
        world.messages.settle(
          ids
            .slice(10, 50)
            .reverse()
            .map((id) => ({ id, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid: `wamid.${id}` })),
        ),
        world.messages.recoverExpired(run.id),
        world.statuses.merge(ids.slice(20).map((id) => statusOf(id, 'delivered', 3))),
      ]);
      expect(await world.endings(run.id)).toEqual({ 'OUTBOUND-MESSAGE-SENT': 60 });
      expect(new Set(await Promise.all(ids.map(resultOf)))).toEqual(new Set(['OUTBOUND-MESSAGE-SENT']));
    });
  });

  it('keep a message from being sent again that the provider turns out to have', async () => {
    const { campaign, run, id, claimToken } = await world.aCall();
    await world.messages.requeue([{ id, claimToken, delayMs: 0, attempts: 1 }]);
    await world.statuses.merge([statusOf(id, 'sent', 1)]);
    expect(await world.claim(campaign, run.id)).toMatchObject({ claimed: [], skipped: 0 });
    expect(await world.endings(run.id)).toEqual({ 'OUTBOUND-MESSAGE-SENT': 1 });
  });

  it('find a message by its wamid alone, and pass over unknown ones', async () => {
    const id = await aSentMessage();
    const unknown = statusOf('0b2e7f5e-58c9-4a0b-9b80-1f8c4b8f2a11', 'read', 4);
    const applied = await world.statuses.merge([
      { ...statusOf(id, 'delivered', 4), messageId: undefined },
      unknown,
    ]);
    expect(applied).toBe(1);
    expect(await world.message(id)).toMatchObject({ delivery_status: 'DeliverySuccess' });
  });

  it('[F39] all count that come in one call', async () => {
    const ids = await Promise.all(Array.from({ length: 50 }, () => aSentMessage()));
    expect(await world.statuses.merge(ids.map((id) => statusOf(id, 'delivered', 3)))).toBe(50);
    for (const id of ids)
      expect(await world.message(id)).toMatchObject({ delivery_status: 'DeliverySuccess' });
  });

  it('[F41] lose nothing when two hundred pairs come at once', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => aSentMessage()));
    const pairs = Array.from({ length: 5 }, () =>
      ids.flatMap((id) => [statusOf(id, 'delivered', 4), statusOf(id, 'read', 5)]),
    ).flat();
    await Promise.all(pairs.map((status) => world.statuses.merge([status])));
    for (const id of ids) expect(await world.message(id)).toMatchObject({ delivery_status: 'Read' });
  });

  it('[F41] lose nothing when many come at once', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => aSentMessage()));
    const waves = ['sent', 'delivered', 'read'] as const;
    await Promise.all(
      waves.flatMap((status) =>
        [ids.slice(0, 25), ids.slice(15)].map((some) => {
          return world.statuses.merge(some.map((id) => statusOf(id, status, 5)));
        }),
      ),
    );
    for (const id of ids) expect(await world.message(id)).toMatchObject({ delivery_status: 'Read' });
  });
});
