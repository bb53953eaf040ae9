import { eventually } from '../../support/eventually.js';
import { RunWorld } from './run-world.js';

const ORDER_UPDATE_ID = '1720000000000001';
const NUMBER_ID = '940000000000001';
const CONTACTS = 40;

// Everything is real: WhatsApp (simulated) tells by webhook, and the campaign stops and goes on by itself.
describe('a campaign', () => {
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

  it('that runs stops when WhatsApp pauses its template, says so, and goes on when WhatsApp approves it again', async () => {
    const tell = (status: string) => () => world.control(`/templates/${ORDER_UPDATE_ID}/status`, { status });
    expect(await interrupted(1, tell('PAUSED'), tell('APPROVED'))).toMatchObject({
      errors: [{ error: 'template.not.approved', details: expect.stringContaining('PAUSED') }],
    });
  });

  it('that runs stops when WhatsApp takes its number away, and goes on when the number is back', async () => {
    const tell = (status: string | null) => async () => {
      await world.control('/config', { numbers: { [NUMBER_ID]: { status } } });
      await world.app.db.query('UPDATE whatsapp_integrations SET probe_due_at = now()');
    };
    expect(await interrupted(2, tell('FLAGGED'), tell(null))).toMatchObject({
      errors: [{ error: 'integration.not.active', details: expect.stringContaining('FLAGGED') }],
    });
  });

  /** The only contact of a fresh campaign, who behaves like this. */
  async function aPerson(wa: string, profile: string, template: 'order_update' | 'autumn_offer') {
    await world.control('/profiles', { rules: [{ to: wa, profile }] });
    const list = await world.aList([{ wa }]);
    const config = {
      whatsAppColumns: ['wa'],
      whatsAppIntegration: { id: await world.anIntegration() },
      contentTemplate: { id: await world.aTemplate(template) },
    };
    const id = await world.aCampaign(list, { whatsAppConfig: config });
    await world.switchOn(id);
    await world.untilStatus(id, 'complete');
    return { list, id };
  }

  /** Whether the column of the only contact of the list, which has the number as its id, can be messaged. */
  async function isContactable(list: string, wa: string): Promise<boolean> {
    const { body } = await world.app.admin
      .get(`/api/v2/outbound/contactlists/${list}/contacts/${wa}`)
      .expect(200);
    const { columnStatus } = (body.contactableStatus as { WhatsApp: { columnStatus: object } }).WhatsApp;
    return !JSON.stringify(columnStatus).includes('"contactable":false');
  }

  it('marks whom WhatsApp can not reach, and tries them nowhere else, until they write', async () => {
    const wa = '4915100009901';
    const { list, id } = await aPerson(wa, 'unreachable', 'order_update');
    await eventually('the mark', async () => !(await isContactable(list, wa)));
    expect(await world.endings(id)).toEqual({ [wa]: 'OUTBOUND-MESSAGE-SENT' });
    const elsewhere = await aPerson(wa, 'unreachable', 'order_update');
    expect(await world.endings(elsewhere.id)).toEqual({ [wa]: 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST' });
    await world.control('/inbound', { from: wa, type: 'text', text: 'Hello?' });
    await eventually('the end of the mark', () => isContactable(list, wa));
    const again = await aPerson(wa, 'normal', 'order_update');
    expect(await world.endings(again.id)).toEqual({ [wa]: 'OUTBOUND-MESSAGE-SENT' });
  });

  it('marks them as well when that was told before the answer to the call, and not by our id of the message', async () => {
    const wa = '4915100009903';
    const { list } = await aPerson(wa, 'phone_off', 'order_update');
    await world.app.db.query(
      `INSERT INTO early_statuses (wamid, status, at, error_code, error_text)
       SELECT wamid, 'failed', now(), 131026, 'undeliverable' FROM campaign_messages WHERE address = $1`,
      [wa],
    );
    await eventually('the mark', async () => !(await isContactable(list, wa)));
  });

  it('sends no marketing for a while to whom WhatsApp lets none through, but other messages', async () => {
    const wa = '4915100009902';
    const { id } = await aPerson(wa, 'capped', 'autumn_offer');
    expect(await world.endings(id)).toEqual({ [wa]: 'OUTBOUND-MESSAGE-SENT' });
    const isCooling = () =>
      world.app.db.query<unknown[]>(`SELECT FROM dnc_entries WHERE match_key = $1`, [wa]);
    await eventually('the cool-down', async () => (await isCooling()).length === 1);
    const marketing = await aPerson(wa, 'normal', 'autumn_offer');
    expect(await world.endings(marketing.id)).toEqual({ [wa]: 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST' });
    const utility = await aPerson(wa, 'normal', 'order_update');
    expect(await world.endings(utility.id)).toEqual({ [wa]: 'OUTBOUND-MESSAGE-SENT' });
  });

  it('sends one person one message in six seconds, whatever campaigns it is of', async () => {
    await world.control('/config', { pairRateEnabled: true, pairBurst: 1 });
    const numbers = ['4915100009911', '4915100009912'];
    const rows = numbers.map((wa) => ({ wa }));
    const ids = [
      await world.aCampaign(await world.aList(rows)),
      await world.aCampaign(await world.aList(rows)),
    ];
    for (const id of ids) await world.switchOn(id);
    for (const id of ids) await world.untilStatus(id, 'complete');
    const sent = await world.sentTo(numbers);
    expect(sent.map(({ to }) => to).sort()).toEqual([...numbers, ...numbers].sort());
    for (const wa of numbers) {
      const [first, second] = sent.filter(({ to }) => to === wa).map(({ acceptedAt }) => acceptedAt);
      expect(second! - first!).toBeGreaterThanOrEqual(6_000);
    }
    const [{ refused }] = await world.app.db.query<[{ refused: number }]>(
      `SELECT coalesce(sum(m.attempts), 0)::int AS refused
         FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id WHERE r.campaign_id = ANY ($1)`,
      [ids],
    );
    expect(refused).toBe(0);
    await world.control('/config', { pairRateEnabled: false });
  });

  it('shows at rest within seconds what became of its template, number and list, until it is well again', async () => {
    const list = await world.aList([{ wa: '4915100000301' }]);
    const id = await world.aCampaign(list);
    const untilErrors = (what: string, errors: object[]) =>
      eventually(what, async () => {
        const { errors: shown } = (await world.read(id)) as { errors: { error: string }[] };
        return JSON.stringify(shown.map(({ error }) => ({ error }))) === JSON.stringify(errors);
      });
    await world.control(`/templates/${ORDER_UPDATE_ID}/status`, { status: 'PAUSED' });
    await untilErrors('the paused template', [{ error: 'template.not.approved' }]);
    await world.control(`/templates/${ORDER_UPDATE_ID}/status`, { status: 'APPROVED' });
    await untilErrors('the template again', []);
    const number = async (status: string | null) => {
      await world.control('/config', { numbers: { [NUMBER_ID]: { status } } });
      await world.app.db.query('UPDATE whatsapp_integrations SET probe_due_at = now()');
    };
    await number('FLAGGED');
    await untilErrors('the lost number', [{ error: 'integration.not.active' }]);
    await number(null);
    await untilErrors('the number again', []);
    const upload = (file: string) =>
      world.app.admin
        .post('/uploads/v2/contactlist')
        .field('fileType', 'contactlist')
        .field('id', list)
        .attach('file', Buffer.from(file), 'file.csv')
        .expect(200);
    await upload('');
    await untilErrors('the failed import', [{ error: 'contact.list.import.failed' }]);
    await upload('wa,first_name,voucher,zone,amount,note\n4915100000302,Ada,V-1,,,\n');
    await untilErrors('the list again', []);
    expect(await world.read(id)).toMatchObject({ campaignStatus: 'off', version: 1 });
  });

  it('goes slower when WhatsApp says of the number, and of no message, that it sends too fast', async () => {
    const numbers = Array.from({ length: CONTACTS }, (_, index) => String(4915100009700 + index));
    const id = await world.aCampaign(await world.aList(numbers.map((wa) => ({ wa }))), {
      messagesPerMinute: 60,
    });
    await world.switchOn(id);
    const value = { metadata: { phone_number_id: NUMBER_ID }, errors: [{ code: 130429, title: 'Too fast' }] };
    const entry = [{ id: 'w', changes: [{ field: 'messages', value }] }];
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
    await world.app.db.query(`INSERT INTO webhook_events (body) VALUES ($1)`, [Buffer.from(body)]);
    await eventually('the halved rate', async () => {
      const rows = await world.app.db.query<{ factor: number }[]>(
        `SELECT pace_factor AS factor FROM integration_gates WHERE integration_id = $1`,
        [await world.anIntegration()],
      );
      return rows[0]?.factor === 0.5;
    });
    expect(await codes(id)).toContain('WARNING CAMPAIGN_THROTTLED');
    await world.app.admin.post(`/api/v2/outbound/messagingcampaigns/${id}/stop`).expect(200);
    await world.untilStatus(id, 'off');
  });

  // Last, as it takes the number out of service.
  it('stops when messages fail one after the other as the account is not paid, and says so', async () => {
    const numbers = Array.from({ length: CONTACTS }, (_, index) => String(4915100009800 + index));
    const rules = numbers.map((to) => ({ to, profile: 'billing_broken' }));
    await world.control('/profiles', { rules });
    const id = await world.aCampaign(await world.aList(numbers.map((wa) => ({ wa }))), {
      messagesPerMinute: 240,
    });
    await world.switchOn(id);
    await world.untilStatus(id, 'invalid');
    expect(await world.read(id)).toMatchObject({
      errors: [{ error: 'integration.not.active', details: expect.stringContaining('131042') }],
    });
    expect((await world.sentTo(numbers)).length).toBeLessThan(CONTACTS);
  });
});
