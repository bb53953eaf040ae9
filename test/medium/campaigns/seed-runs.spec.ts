import { eventually } from '../../support/eventually.js';
import { CAMPAIGNS, RUN_RULES, SeedWorld, testRules } from './seed-world.js';

describe('the rules of what a WhatsApp campaign does', () => {
  let seed: SeedWorld;

  beforeAll(async () => {
    seed = await SeedWorld.start();
  });

  afterAll(() => seed?.close());

  /** The recipients that WhatsApp accepted, by their place in the run: calls may overtake each other on their way. */
  async function recipients(id: string, numbers: string[]): Promise<string[]> {
    const rows = await seed.runs.app.db.query<{ address: string }[]>(
      `SELECT m.address FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id
        WHERE r.campaign_id = $1 ORDER BY m.position`,
      [id],
    );
    const accepted = new Set((await seed.runs.sentTo(numbers)).map(({ to }) => to));
    return rows.map(({ address }) => address).filter((address) => accepted.has(address));
  }

  async function sentOrder(rows: Record<string, string>[], contactSorts: object[]): Promise<string[]> {
    const id = await seed.runs.aCampaign(await seed.aList(rows), { contactSorts });
    await seed.runs.switchOn(id);
    await seed.runs.untilStatus(id, 'complete');
    return recipients(
      id,
      rows.map(({ wa }) => wa!),
    );
  }

  /** Every reason as `field: code`, and the messages. */
  async function refusal(campaign: object): Promise<{ reasons: string[]; message: string }> {
    const answer = await seed.runs.app.admin.post(CAMPAIGNS).send(campaign).expect(400);
    const details = answer.body.details as { errorCode: string; fieldName?: string }[];
    const reasons = details.map(({ errorCode, fieldName }) => `${fieldName}: ${errorCode}`);
    return { reasons, message: answer.body.message as string };
  }

  testRules(RUN_RULES, {
    S19: async () => {
      const [first, later] = [seed.phone(), seed.phone()];
      const list = await seed.aList([{ wa: first }]);
      const id = await seed.runs.aCampaign(list, { alwaysRunning: true });
      await seed.runs.switchOn(id);
      await eventually('the first message', async () => (await seed.runs.sentTo([first])).length === 1);
      await eventually('the run asleep', async () => {
        const [run] = await seed.runs.app.db.query<[{ tick_due_at: Date | null }]>(
          `SELECT tick_due_at FROM campaign_runs WHERE campaign_id = $1`,
          [id],
        );
        return run.tick_due_at === null;
      });
      expect(await seed.runs.read(id)).toMatchObject({ campaignStatus: 'on' });
      await seed.runs.addContacts(list, [{ wa: later }]);
      await eventually('the later message', async () => (await seed.runs.sentTo([later])).length === 1);
      await seed.runs.app.admin.post(`${CAMPAIGNS}/${id}/stop`).expect(200);
      await seed.runs.untilStatus(id, 'off');
    },

    S20: async () => {
      const rows = [
        { wa: seed.phone(), zone: 'b', note: '1', voucher: 'x', first_name: 'q' },
        { wa: seed.phone(), zone: 'a', note: '1', voucher: 'y', first_name: 'q' },
        { wa: seed.phone(), zone: 'a', note: '2', voucher: 'x', first_name: 'p' },
        { wa: seed.phone(), zone: 'a', note: '2', voucher: 'x', first_name: 'o' },
      ];
      const [b, y, p, o] = rows.map(({ wa }) => wa);
      const sorts = [
        { fieldName: 'zone' },
        { fieldName: 'note', direction: 'DESC' },
        { fieldName: 'voucher', direction: 'ASC' },
        { fieldName: 'first_name' },
      ];
      expect(await sentOrder(rows, sorts)).toEqual([o, p, y, b]);
      const tooMany = await seed.body(await seed.aList(), { contactSorts: [...sorts, { fieldName: 'wa' }] });
      expect((await refusal(tooMany)).reasons.join()).toMatch(/^contactSorts/u);
    },

    S21: async () => {
      const rows = ['9', '100', '20'].map((amount) => ({ wa: seed.phone(), amount }));
      const [nine, hundred, twenty] = rows.map(({ wa }) => wa);
      const by = (numeric: boolean) => [{ fieldName: 'amount', direction: 'DESC', numeric }];
      expect(await sentOrder(rows, by(true))).toEqual([hundred, twenty, nine]);
      const again = rows.map(({ amount }) => ({ wa: seed.phone(), amount }));
      const [nineToo, hundredToo, twentyToo] = again.map(({ wa }) => wa);
      expect(await sentOrder(again, by(false))).toEqual([nineToo, twentyToo, hundredToo]);
    },

    S22: async () => {
      const iso = ['2017-12-25', '2018-01-02', '2016-02-01'].map((note) => ({ wa: seed.phone(), note }));
      const [christmas, newYear, oldest] = iso.map(({ wa }) => wa);
      expect(await sentOrder(iso, [{ fieldName: 'note' }])).toEqual([oldest, christmas, newYear]);
      const slashes = ['12/25/17', '01/02/18', '02/01/16'].map((note) => ({ wa: seed.phone(), note }));
      const [asText12, asText01, asText02] = slashes.map(({ wa }) => wa);
      expect(await sentOrder(slashes, [{ fieldName: 'note' }])).toEqual([asText01, asText02, asText12]);
    },

    S23: async () => {
      const rows = Array.from({ length: 10 }, (_, at) => ({ wa: seed.phone(), amount: String(100 + at) }));
      const late = { wa: seed.phone(), amount: '1' };
      const list = await seed.aList(rows);
      const id = await seed.runs.aCampaign(list, {
        contactSorts: [{ fieldName: 'amount', numeric: true }],
        messagesPerMinute: 240,
      });
      await seed.runs.switchOn(id);
      await eventually('the first message', async () => (await seed.runs.sentTo([rows[0]!.wa])).length === 1);
      await seed.runs.addContacts(list, [late]);
      await seed.runs.untilStatus(id, 'complete');
      const numbers = [...rows, late].map(({ wa }) => wa);
      expect(await recipients(id, numbers)).toEqual(numbers);
    },

    S26: async () => {
      const [good, bad, off] = [seed.phone(), seed.phone(), '4915299999990'];
      await seed.runs.control('/faults', { action: 'error', code: 131026, status: 400, to: bad });
      const id = await seed.runs.aCampaign(await seed.aList([{ wa: good }, { wa: bad }, { wa: off }]));
      await seed.runs.switchOn(id);
      await seed.runs.untilStatus(id, 'complete');
      const statuses = async (): Promise<Record<string, unknown>> =>
        Object.fromEntries(
          (
            await seed.runs.app.db.query<{ wa: string; disposition: string; delivery: string }[]>(
              `SELECT m.contact_id AS wa, m.disposition, m.delivery_status AS delivery
               FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id WHERE r.campaign_id = $1`,
              [id],
            )
          ).map(({ wa, disposition, delivery }) => [wa, [disposition, delivery]]),
        );
      await eventually('both ends', async () => {
        const now = await statuses();
        const [sent, delivery] = now[good] as [string, string];
        const [failed] = now[bad] as [string];
        const undelivered = now[off] as [string, string];
        return (
          sent === 'OUTBOUND-MESSAGE-SENT' &&
          ['DeliverySuccess', 'Read'].includes(delivery) &&
          failed === 'OUTBOUND-MESSAGE-FAILED' &&
          undelivered.join() === 'OUTBOUND-MESSAGE-SENT,DeliveryFailed'
        );
      });
    },
  });
});
