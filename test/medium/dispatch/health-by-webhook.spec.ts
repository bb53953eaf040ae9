import { eventually } from '../../support/eventually.js';
import { RunWorld } from './run-world.js';

const ORDER_UPDATE_ID = '1720000000000001';
const NUMBER_ID = '940000000000001';
const CONTACTS = 40;

// Everything is real: WhatsApp (simulated) tells by webhook, and the campaign stops and goes on by itself.
describe('a running campaign', () => {
  let world: RunWorld;

  beforeAll(async () => {
    world = await RunWorld.start({ webhooks: true });
  });

  afterAll(() => world?.close());

  async function running(series: number): Promise<{ id: string; numbers: string[] }> {
    const numbers = Array.from({ length: CONTACTS }, (_, index) =>
      String(4915100000000 + series * 100 + index),
    );
    const id = await world.aCampaign(await world.aList(numbers.map((wa) => ({ wa }))), {
      messagesPerMinute: 480,
    });
    await world.switchOn(id);
    await eventually('the first messages', async () => (await world.sentTo(numbers)).length >= 3);
    return { id, numbers };
  }

  const codes = async (id: string): Promise<string[]> =>
    (
      await world.app.db.query<{ code: string }[]>(
        `SELECT level || ' ' || code AS code FROM outbound_events WHERE error_entity ->> 'id' = $1 ORDER BY occurred_at`,
        [id],
      )
    ).map(({ code }) => code);

  async function interrupted(series: number, stop: () => Promise<void>, heal: () => Promise<void>) {
    const { id, numbers } = await running(series);
    await stop();
    await world.untilStatus(id, 'invalid');
    const seen = await world.read(id);
    // What was in the air arrives; nothing follows.
    const sent = await eventually('silence', async () => {
      const before = (await world.sentTo(numbers)).length;
      await world.app.db.query('SELECT pg_sleep(1)');
      return (await world.sentTo(numbers)).length === before && before;
    });
    expect(sent).toBeLessThan(CONTACTS);
    await heal();
    await world.untilStatus(id, 'complete');
    const recipients = (await world.sentTo(numbers)).map(({ to }) => to);
    expect(recipients.sort()).toEqual(numbers);
    expect(await world.read(id)).toMatchObject({ errors: [] });
    expect(await codes(id)).toEqual(
      expect.arrayContaining(['ERROR CAMPAIGN_INVALIDATED', 'INFO CAMPAIGN_INVALIDATED']),
    );
    return seen;
  }

  it('stops when WhatsApp pauses its template, says so, and goes on when WhatsApp approves it again', async () => {
    const tell = (status: string) => () => world.control(`/templates/${ORDER_UPDATE_ID}/status`, { status });
    expect(await interrupted(1, tell('PAUSED'), tell('APPROVED'))).toMatchObject({
      errors: [{ error: 'template.not.approved', details: expect.stringContaining('PAUSED') }],
    });
  });

  it('stops when WhatsApp takes its number away, and goes on when the number is back', async () => {
    const tell = (status: string | null) => async () => {
      await world.control('/config', { numbers: { [NUMBER_ID]: { status } } });
      await world.app.db.query('UPDATE whatsapp_integrations SET probe_due_at = now()');
    };
    expect(await interrupted(2, tell('FLAGGED'), tell(null))).toMatchObject({
      errors: [{ error: 'integration.not.active', details: expect.stringContaining('FLAGGED') }],
    });
  });
});
