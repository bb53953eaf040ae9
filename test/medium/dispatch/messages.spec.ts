import { randomUUID } from 'node:crypto';
import type { DispatchCampaign } from '../../../src/modules/campaigns/index.js';
import { DispatchWorld } from './dispatch-world.js';

const NUMBERS = ['4915100000001', '4915100000002', '4915100000003', '4915100000004'];

describe('the queue of a run', () => {
  let world: DispatchWorld;

  beforeAll(async () => {
    world = await DispatchWorld.open();
  });

  afterAll(() => world.close());

  describe('its order', () => {
    it('follows the sorts of the campaign, numbers as numbers, and puts empty cells last', async () => {
      const campaign = await world.aCampaign([], {
        contactSorts: [{ fieldName: 'amount', direction: 'DESC', numeric: true }],
      });
      const amounts = ['9', '100', '', '-5', 'n/a', '20.5'];
      for (const [index, amount] of amounts.entries()) {
        await world.addContacts(campaign, [`491510000100${index}`], { amount });
      }
      const run = await world.runs.create(campaign);
      const { claimed } = await world.claim(campaign, run.id);
      expect(claimed.map(({ data }) => data.amount)).toEqual(['100', '20.5', '9', '-5', '', 'n/a']);
    });

    it('sorts dates as text, so ISO dates sort right', async () => {
      const campaign = await world.aCampaign([], {
        contactSorts: [{ fieldName: 'amount', direction: 'ASC', numeric: false }],
      });
      for (const [index, amount] of ['2027-01-02', '2026-12-25', '2026-12-03'].entries()) {
        await world.addContacts(campaign, [`491510000200${index}`], { amount });
      }
      const run = await world.runs.create(campaign);
      const { claimed } = await world.claim(campaign, run.id);
      expect(claimed.map(({ data }) => data.amount)).toEqual(['2026-12-03', '2026-12-25', '2027-01-02']);
    });

    it('[F31] takes contacts that come later after all others, each once', async () => {
      const campaign = await world.aCampaign(NUMBERS.slice(0, 2));
      const run = await world.runs.create(campaign);
      await world.addContacts(campaign, NUMBERS.slice(2));
      expect(await world.runs.queueContacts(run, campaign, '0')).toBe(2);
      expect(await world.runs.queueContacts(run, campaign, '0')).toBe(0);
      const { claimed } = await world.claim(campaign, run.id);
      expect(claimed.map(({ data }) => data.wa)).toEqual(NUMBERS);
    });
  });

  it('puts contacts in front of all that wait, those that wait already unless they keep their places', async () => {
    const campaign = await world.aCampaign(NUMBERS.slice(0, 3));
    const run = await world.runs.create(campaign);
    await world.addContacts(campaign, [NUMBERS[3]!]);
    const idOf = async (wa: string): Promise<string> => {
      const [row] = await world.db.query<[{ id: string }]>(
        `SELECT contact_id AS id FROM contacts WHERE contact_list_id = $1 AND data ->> 'wa' = $2`,
        [campaign.contactListId, wa],
      );
      return row.id;
    };
    const [first, second, third, fourth] = await Promise.all(NUMBERS.map(idOf));
    await world.runs.queueInFront(run, campaign, { contactIds: [third!, fourth!], keepsPlaces: false });
    await world.runs.queueInFront(run, campaign, { contactIds: [second!], keepsPlaces: true });
    const { claimed } = await world.claim(campaign, run.id, 3);
    expect(claimed.map(({ data }) => data.wa)).toEqual([NUMBERS[2], NUMBERS[3], NUMBERS[0]]);
    // Whoever is being messaged is not queued again.
    await world.runs.queueInFront(run, campaign, { contactIds: [first!, third!], keepsPlaces: false });
    expect(await world.endings(run.id)).toEqual({ claimed: 3, queued: 1 });
  });

  it('[F17] takes more contacts than a statement takes parameters', async () => {
    const campaign = await world.aCampaign([]);
    await world.db.query(
      `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids)
       SELECT $1, n, jsonb_build_object('wa', n::text), '{}' FROM generate_series(1, 70000) AS n`,
      [campaign.contactListId],
    );
    const run = await world.runs.create(campaign);
    expect(await world.endings(run.id)).toEqual({ queued: 70_000 });
  });

  describe('a claim', () => {
    it('[F1] [F2] gives each message to one claimer, however many claim at once', async () => {
      const numbers = Array.from({ length: 60 }, (_, index) => String(4915110000000 + index));
      const campaign = await world.aCampaign(numbers);
      const run = await world.runs.create(campaign);
      const claims = await Promise.all(Array.from({ length: 5 }, () => world.claim(campaign, run.id, 20)));
      const ids = claims.flatMap(({ claimed }) => claimed.map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(0);
    });

    it('passes over contacts whose value of a column is on a list of such values, also right before the call', async () => {
      const campaign = await world.aCampaign([]);
      const [blocked, open] = [NUMBERS[0]!, NUMBERS[1]!];
      await world.addContacts(campaign, [blocked], { customer: ' C-17' });
      await world.addContacts(campaign, [open], { customer: 'C-18' });
      await world.addContacts(campaign, [NUMBERS[2]!]);
      await world.exclude(campaign, 'customer', 'c-17');
      const run = await world.runs.create(campaign);
      const { claimed, claimToken } = await world.claim(campaign, run.id);
      expect(claimed.map(({ data }) => data.wa)).toEqual([open, NUMBERS[2]]);
      expect(await world.endings(run.id)).toEqual({ claimed: 2, 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST': 1 });
      await world.exclude(campaign, 'customer', 'c-18');
      const ids = claimed.map(({ id }) => id);
      const calls = await world.beginCalls(campaign, ids, claimToken);
      expect(calls.map(({ address }) => address)).toEqual([NUMBERS[2]]);
    });

    it('settles contacts without usable number, on a DNC list or marked, each with its reason', async () => {
      const campaign = await world.aCampaign([...NUMBERS, 'no number']);
      await world.optOut(campaign, NUMBERS[0]!);
      await world.db.query(
        `UPDATE contacts SET contactable = false WHERE data ->> 'wa' = $1 AND contact_list_id = $2`,
        [NUMBERS[1], campaign.contactListId],
      );
      await world.db.query(
        `UPDATE contacts SET uncontactable_columns = '{wa}' WHERE data ->> 'wa' = $1 AND contact_list_id = $2`,
        [NUMBERS[2], campaign.contactListId],
      );
      const run = await world.runs.create(campaign);
      const { claimed, skipped } = await world.claim(campaign, run.id);
      expect(claimed.map(({ data }) => data.wa)).toEqual([NUMBERS[3]]);
      expect(skipped).toBe(4);
      expect(await world.endings(run.id)).toEqual({
        claimed: 1,
        'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST': 1,
        'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED': 1,
        'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED': 1,
        'ININ-OUTBOUND-NUMBERS-INVALID': 1,
      });
    });

    it('knows the national variants of a DNC entry and forgets expired ones', async () => {
      const campaign = await world.aCampaign(['5511987654321', '4915112345678']);
      await world.optOut(campaign, '551187654321');
      await world.optOut(campaign, '4915112345678', new Date(Date.now() - 1_000));
      const run = await world.runs.create(campaign);
      const { claimed } = await world.claim(campaign, run.id);
      expect(claimed.map(({ data }) => data.wa)).toEqual(['4915112345678']);
    });

    it('takes the first usable of several columns', async () => {
      const campaign = await world.aCampaign([], { whatsAppColumns: ['wa', 'mobile'] });
      await world.db.query(
        `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids) VALUES ($1, 'two', '{}', $2)`,
        [
          campaign.contactListId,
          JSON.stringify({
            wa: { id: NUMBERS[0], key: NUMBERS[0] },
            mobile: { id: NUMBERS[1], key: NUMBERS[1] },
          }),
        ],
      );
      await world.optOut(campaign, NUMBERS[0]!);
      const run = await world.runs.create(campaign);
      const { claimed } = await world.claim(campaign, run.id);
      expect(await world.message(claimed[0]!.id)).toMatchObject({
        contact_column: 'mobile',
        address: NUMBERS[1],
      });
    });

    it('[F13] messages one person once, under whatever spelling and contact', async () => {
      const campaign = await world.aCampaign(['5511987654321', '551187654321', '5511987654321']);
      const run = await world.runs.create(campaign);
      const first = await world.claim(campaign, run.id, 2);
      expect(first.claimed).toHaveLength(1);
      const second = await world.claim(campaign, run.id, 2);
      expect(second).toMatchObject({ claimed: [], skipped: 2 });
    });

    it.each([1, 10])(
      'takes another column of a contact whose number another contact has, %i at once',
      async (look) => {
        const campaign = await world.aCampaign([], { whatsAppColumns: ['wa', 'mobile'] });
        const [shared, own] = [NUMBERS[0]!, NUMBERS[1]!];
        for (const id of ['a', 'b']) {
          await world.db.query(
            `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids) VALUES ($1, $2, '{}', $3)`,
            [
              campaign.contactListId,
              id,
              JSON.stringify({
                wa: { id: shared, key: shared },
                ...(id === 'b' ? { mobile: { id: own, key: own } } : {}),
              }),
            ],
          );
        }
        const run = await world.runs.create(campaign);
        const claims = [await world.claim(campaign, run.id, look), await world.claim(campaign, run.id, look)];
        expect(claims.map(({ claimed }) => claimed.map(({ address }) => address))).toEqual([[shared], [own]]);
        expect(await world.endings(run.id)).toEqual({ claimed: 2 });
      },
    );

    it('messages a person by the next contact when the first can not be filled', async () => {
      const campaign = await world.aCampaign([NUMBERS[0]!, NUMBERS[0]!, NUMBERS[0]!]);
      const run = await world.runs.create(campaign);
      const { claimed, claimToken } = await world.claim(campaign, run.id);
      const { id } = claimed[0]!;
      await world.messages.skip([{ id, disposition: 'OUTBOUND-RULE-ERROR-SKIPPED', detail: '' }], claimToken);
      expect((await world.claim(campaign, run.id)).claimed).toHaveLength(1);
      expect(await world.claim(campaign, run.id)).toMatchObject({ claimed: [], skipped: 1 });
    });

    it('begins the calls in the same breath where they are due at once', async () => {
      const campaign = await world.aCampaign(NUMBERS);
      await world.optOut(campaign, NUMBERS[1]!);
      const run = await world.runs.create(campaign);
      const { claimed, claimToken } = await world.claim(campaign, run.id, 2, 4, true);
      expect(claimed.map(({ address }) => address)).toEqual([NUMBERS[0], NUMBERS[2]]);
      expect(await world.message(claimed[0]!.id)).toMatchObject({
        state: 'calling',
        integration_id: campaign.integrationId,
        content_template_id: campaign.contentTemplateId,
      });
      await world.messages.release([claimed[0]!.id], claimToken);
      expect(await world.endings(run.id)).toEqual({
        queued: 2,
        calling: 1,
        'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST': 1,
      });
    });

    it('claims nothing once the campaign is not on', async () => {
      const campaign = await world.aCampaign(NUMBERS);
      const run = await world.runs.create(campaign);
      await world.setStatus(campaign, 'stopping');
      expect(await world.claim(campaign, run.id, 4, 4, true)).toMatchObject({ claimed: [], skipped: 0 });
    });

    it('[F14] looks further than it claims, and leaves in the queue who can wait', async () => {
      const campaign = await world.aCampaign([
        'no number',
        NUMBERS[0]!,
        'none either',
        NUMBERS[1]!,
        NUMBERS[2]!,
      ]);
      const run = await world.runs.create(campaign);
      const { claimed, skipped } = await world.claim(campaign, run.id, 1, 4);
      expect(claimed.map(({ data }) => data.wa)).toEqual([NUMBERS[0]]);
      expect(skipped).toBe(2);
      expect(await world.endings(run.id)).toEqual({
        claimed: 1,
        queued: 2,
        'ININ-OUTBOUND-NUMBERS-INVALID': 2,
      });
    });

    it('[F29] settles a contact that was deleted after the start', async () => {
      const campaign = await world.aCampaign([NUMBERS[0]!]);
      const run = await world.runs.create(campaign);
      await world.db.query(`DELETE FROM contacts WHERE contact_list_id = $1`, [campaign.contactListId]);
      expect(await world.claim(campaign, run.id)).toMatchObject({ claimed: [], skipped: 1 });
    });
  });

  describe('the last look before a call', () => {
    it('lets nobody through who was put on a DNC list after the claim', async () => {
      const campaign = await world.aCampaign(NUMBERS);
      const run = await world.runs.create(campaign);
      const { claimed, claimToken } = await world.claim(campaign, run.id);
      await world.optOut(campaign, NUMBERS[2]!);
      const ids = claimed.map(({ id }) => id);
      const callable = await world.beginCalls(campaign, ids, claimToken);
      const addressOf = new Map(claimed.map(({ id, address }) => [id, address]));
      expect(callable.map(({ id }) => addressOf.get(id)).sort()).toEqual([
        NUMBERS[0],
        NUMBERS[1],
        NUMBERS[3],
      ]);
    });

    it.each(['stopping', 'off', 'invalid'])('lets nobody through once the campaign is %s', async (status) => {
      const campaign = await world.aCampaign(NUMBERS);
      const run = await world.runs.create(campaign);
      const { claimed, claimToken } = await world.claim(campaign, run.id);
      await world.setStatus(campaign, status);
      expect(
        await world.beginCalls(
          campaign,
          claimed.map(({ id }) => id),
          claimToken,
        ),
      ).toEqual([]);
    });

    it('lets nobody through of a run that was recycled', async () => {
      const campaign = await world.aCampaign(NUMBERS);
      const run = await world.runs.create(campaign);
      const { claimed, claimToken } = await world.claim(campaign, run.id);
      await world.runs.recycle(campaign.id);
      expect(
        await world.beginCalls(
          campaign,
          claimed.map(({ id }) => id),
          claimToken,
        ),
      ).toEqual([]);
    });

    it('[F10] lets a message through once, whoever asks again', async () => {
      const campaign = await world.aCampaign(NUMBERS);
      const run = await world.runs.create(campaign);
      const { claimed, claimToken } = await world.claim(campaign, run.id);
      const ids = claimed.map(({ id }) => id);
      const rounds = await Promise.all([1, 2, 3].map(() => world.beginCalls(campaign, ids, claimToken)));
      expect(rounds.flat()).toHaveLength(NUMBERS.length);
      expect(await world.beginCalls(campaign, ids, randomUUID())).toEqual([]);
    });
  });

  it('holds a second message to the same person back by the schema itself', async () => {
    const campaign = await world.aCampaign([NUMBERS[0]!, NUMBERS[1]!]);
    const run = await world.runs.create(campaign);
    await world.claim(campaign, run.id);
    await expect(
      world.db.query(`UPDATE campaign_messages SET match_key = 'same' WHERE run_id = $1`, [run.id]),
    ).rejects.toThrow(/one_per_person/u);
  });

  it('[F16] waits with a deferred message until it is due', async () => {
    const { campaign, run, id, claimToken } = await world.aCall();
    await world.messages.requeue([{ id, claimToken, delayMs: 60_000, attempts: 1 }]);
    expect(await world.claim(campaign, run.id)).toMatchObject({ claimed: [], skipped: 0 });
    const pending = await world.messages.pending(run.id);
    expect(pending).toMatchObject({ queued: 1, inFlight: 0 });
    expect(pending.nextDueInMs).toBeGreaterThan(50_000);
  });

  it('[F18] finds campaigns that nobody works on', async () => {
    const names = ['fresh', 'busy', 'late', 'asleep', 'woken', 'restarted', 'stopping'] as const;
    const campaigns = new Map<string, DispatchCampaign>();
    for (const name of names) campaigns.set(name, await world.aCampaign([NUMBERS[0]!]));
    const dueIn = { busy: 1_000, late: -5_000, asleep: null, woken: null, restarted: null, stopping: null };
    for (const [name, inMs] of Object.entries(dueIn)) {
      const run = await world.runs.create(campaigns.get(name)!);
      // All but one have nothing left to do.
      if (name !== 'restarted')
        await world.db.query(`DELETE FROM campaign_messages WHERE run_id = $1`, [run.id]);
      await world.sleep(run.id, inMs);
    }
    await world.addContacts(campaigns.get('woken')!, [NUMBERS[1]!]);
    await world.setStatus(campaigns.get('stopping')!, 'stopping');
    const ids = [...campaigns.values()].map(({ id }) => id);
    const found = await world.runs.findNeglected(ids, 2_000);
    const named = [...campaigns].flatMap(([name, { id }]) => (found.includes(id) ? [name] : []));
    // The ring of a start or a stop may be lost while the run sleeps.
    expect(named).toEqual(['fresh', 'late', 'woken', 'restarted', 'stopping']);
  });
});
