import { AuditTrail } from '../../../src/modules/access/audit/audit-trail.js';
import { DivisionsService } from '../../../src/modules/access/divisions/divisions.service.js';
import type { DispatchCampaign } from '../../../src/modules/campaigns/index.js';
import { WebhookOptOuts } from '../../../src/modules/dispatch/webhooks/opt-outs.js';
import { DncEntriesRepository } from '../../../src/modules/dnc-lists/dnc-entries.repository.js';
import { OptOutsRepository } from '../../../src/modules/dnc-lists/opt-outs/opt-outs.repository.js';
import { OptOuts } from '../../../src/modules/dnc-lists/opt-outs/opt-outs.service.js';
import type { InboundItem, PreferenceItem, StatusItem } from '../../../src/modules/whatsapp/index.js';
import { Config } from '../../../src/platform/config/config.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { DispatchWorld } from './dispatch-world.js';

const PERSON = '5511987654321';
const SAME_PERSON = '551187654321';
const OTHER = '4915100000002';
const OPTED_OUT = 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST';

let world: DispatchWorld;
let optOuts: WebhookOptOuts;
let said = 0;

beforeAll(async () => {
  world = await DispatchWorld.open();
  const logger = new Logger({ logLevel: 'silent', logFormat: 'json', processRole: 'worker' });
  const { uow } = world;
  const service = new OptOuts(
    uow,
    new OptOutsRepository(uow),
    new DncEntriesRepository(uow),
    new DivisionsService(uow),
    new AuditTrail(uow),
    logger,
  );
  optOuts = new WebhookOptOuts(uow, Object.assign(new Config(), { optOutKeywords: ['genug'] }), service);
});
afterAll(() => world.close());
beforeEach(() =>
  world.db.query(`
    TRUNCATE opt_out_signals;
    DELETE FROM messaging_campaign_dnc_lists;
    DELETE FROM dnc_lists`),
);

const writes = (text: string, change: Partial<InboundItem> = {}): InboundItem => ({
  kind: 'inbound',
  messageId: `wamid.in.${++said}`,
  from: PERSON,
  text,
  phoneNumberId: 'n1',
  at: new Date(1_000 * (1_700_000_000 + said)),
  ...change,
});
const prefers = (value: 'stop' | 'resume', phoneNumberId: string): PreferenceItem => ({
  kind: 'preference',
  from: SAME_PERSON,
  category: 'marketing_messages',
  value,
  phoneNumberId,
  at: new Date(1_000 * (1_700_000_000 + ++said)),
});
const refusal = (wamid: string, change: Partial<StatusItem> = {}): StatusItem => ({
  kind: 'status',
  wamid,
  status: 'failed',
  at: new Date(1_000 * (1_700_000_000 + ++said)),
  recipientId: PERSON,
  phoneNumberId: 'n1',
  error: { code: 131050, title: 'stopped', details: 'stopped' },
  ...change,
});

/** A campaign that sends a template of the category through a business number. */
async function aCampaignOf(phoneNumberId: string, category: string | undefined): Promise<DispatchCampaign> {
  await world.db.query(
    `INSERT INTO whatsapp_integrations (name, status, access_token, waba_id, phone_number_id, phone_number)
     VALUES ('Shop', 'Active', '', 'w1', $1, $2) ON CONFLICT (phone_number_id) DO NOTHING`,
    [phoneNumberId, `+4930${phoneNumberId.slice(1)}`],
  );
  const [integration] = await world.db.query<[{ id: string }]>(
    `SELECT id FROM whatsapp_integrations WHERE phone_number_id = $1`,
    [phoneNumberId],
  );
  const campaign = await world.aCampaign([PERSON, OTHER], { integrationId: integration.id });
  const template = `t-${campaign.id}`;
  await world.db.query(
    `INSERT INTO responses (id, name, response_type, messaging_template) VALUES ($1, 'R', 'MessagingTemplate', $2)`,
    [campaign.contentTemplateId, { whatsApp: { name: template, language: 'de' } }],
  );
  if (category) {
    await world.db.query(
      `INSERT INTO whatsapp_templates (waba_id, name, language, meta_id, category, status, parameter_format,
                                       components, quality, synced_at)
       VALUES ('w1', $1, 'de', '1', $2, 'APPROVED', 'POSITIONAL', '[]', 'GREEN', now())`,
      [template, category],
    );
  }
  return campaign;
}

/** Whom the campaign would message now. */
async function reached(campaign: DispatchCampaign): Promise<string[]> {
  const run = await world.runs.create(campaign);
  const { claimed, claimToken } = await world.claim(campaign, run.id);
  const ids = claimed.map(({ id }) => id);
  const calls = await world.beginCalls(campaign, ids, claimToken);
  await world.db.query(`UPDATE campaign_runs SET state = 'recycled', finished_at = now() WHERE id = $1`, [
    run.id,
  ]);
  return calls.map(({ address }) => address);
}

const listed = (): Promise<{ name: string; value: string }[]> =>
  world.db.query(
    `SELECT l.name, e.value FROM dnc_entries e JOIN dnc_lists l ON l.id = e.dnc_list_id ORDER BY 1, 2`,
  );

describe('a person who writes STOP', () => {
  it('gets no message of any campaign, whether it is queued or claimed already', async () => {
    const [queued, claimed] = [
      await world.aCampaign([OTHER, PERSON]),
      await world.aCampaign([SAME_PERSON, OTHER]),
    ];
    const [queuedRun, claimedRun] = [await world.runs.create(queued), await world.runs.create(claimed)];
    const claim = await world.claim(claimed, claimedRun.id);
    await optOuts.apply([writes('Stop!')]);
    const late = await world.claim(queued, queuedRun.id);
    expect(late.claimed.map(({ data }) => data.wa)).toEqual([OTHER]);
    expect(await world.endings(queuedRun.id)).toEqual({ claimed: 1, [OPTED_OUT]: 1 });
    const [row] = await world.db.query<[{ detail: string }]>(
      `SELECT disposition_detail AS detail FROM campaign_messages WHERE run_id = $1 AND disposition = $2`,
      [queuedRun.id, OPTED_OUT],
    );
    expect(row.detail).toBe('the person opted out of messages through WhatsApp');
    const ids = claim.claimed.map(({ id }) => id);
    const calls = await world.beginCalls(claimed, ids, claim.claimToken);
    expect(calls.map(({ address }) => address)).toEqual([OTHER]);
  });

  it('is on a DNC list that people can see, with the evidence and an entry in the audit trail', async () => {
    const item = writes('STOP', { contextWamid: 'wamid.out' });
    await optOuts.apply([item, writes('Where is my parcel?'), writes('genug', { from: OTHER })]);
    await optOuts.apply([item]);
    expect(await listed()).toEqual([
      { name: 'WhatsApp opt-outs', value: OTHER },
      { name: 'WhatsApp opt-outs', value: PERSON },
    ]);
    const [list] = await world.db.query(
      `SELECT l.size, d.home FROM dnc_lists l JOIN divisions d ON d.id = l.division_id`,
    );
    expect(list).toEqual({ size: 2, home: true });
    expect(
      await world.db.query(`SELECT * FROM opt_out_signals WHERE whatsapp_id = $1`, [PERSON]),
    ).toMatchObject([
      {
        signal_key: `inbound:${item.messageId}`,
        scope: 'all',
        direction: 'stop',
        source: 'keyword',
        matched: 'stop',
        message_text: 'STOP',
        context_wamid: 'wamid.out',
        sender: 'n1',
        signalled_at: item.at,
      },
    ]);
    const audited = await world.db.query<unknown[]>(
      `SELECT action, subject_type FROM audit_events WHERE entity_type = 'Dnc'`,
    );
    expect(audited.slice(-2)).toEqual(Array(2).fill({ action: 'Add', subject_type: 'SYSTEM' }));
  });

  it('is messaged again after START, not after an older one that comes late', async () => {
    const campaign = await world.aCampaign([PERSON, OTHER]);
    const early = writes('START');
    await optOuts.apply([writes('STOP')]);
    await optOuts.apply([early]);
    expect(await reached(campaign)).toEqual([OTHER]);
    const start = writes('start');
    const stop = writes('STOP', { from: SAME_PERSON });
    await optOuts.apply([stop, start]);
    expect(await reached(campaign)).toEqual([OTHER]);
    await optOuts.apply([writes('START', { at: stop.at })]);
    expect(await reached(campaign)).toEqual([OTHER]);
    await optOuts.apply([writes('START')]);
    expect(await reached(campaign)).toEqual([PERSON, OTHER]);
    await optOuts.apply([writes('STOP')]);
    expect(await reached(campaign)).toEqual([OTHER]);
  });

  it('stays on the lists of others after START', async () => {
    const campaign = await world.aCampaign([PERSON, OTHER]);
    await world.optOut(campaign, PERSON);
    await optOuts.apply([writes('STOP')]);
    await optOuts.apply([writes('START')]);
    expect(await reached(campaign)).toEqual([OTHER]);
  });

  it('is found by the message that is answered when the number is hidden', async () => {
    const { id } = await world.aCall(PERSON);
    const campaign = await world.aCampaign([PERSON]);
    await world.db.query(`UPDATE campaign_messages SET wamid = 'wamid.known' WHERE id = $1`, [id]);
    await optOuts.apply([writes('STOP', { from: 'US.1234', contextWamid: 'wamid.known' })]);
    await optOuts.apply([writes('STOP', { from: 'US.9999' })]);
    expect(await listed()).toEqual([{ name: 'WhatsApp opt-outs', value: PERSON }]);
    expect(await reached(campaign)).toEqual([]);
  });
});

describe('a person who stops marketing', () => {
  it.each([
    ['in the settings of WhatsApp', () => prefers('stop', 'n1')],
    ['as a refusal tells', () => refusal('wamid.1')],
    ['as a refusal tells without a number', () => refusal('wamid.of.1', { recipientId: undefined })],
  ])('%s gets no marketing from that number, but other messages', async (_how, signal) => {
    const { id } = await world.aCall(PERSON);
    await world.db.query(`UPDATE campaign_messages SET wamid = NULL WHERE wamid = 'wamid.of.1'`);
    await world.db.query(`UPDATE campaign_messages SET wamid = 'wamid.of.1' WHERE id = $1`, [id]);
    const campaigns = {
      utility: await aCampaignOf('n3', 'UTILITY'),
      elsewhere: await aCampaignOf('n2', 'MARKETING'),
      marketing: await aCampaignOf('n1', 'MARKETING'),
    };
    await optOuts.apply([signal(), prefers('stop', 'n3')]);
    expect(await reached(campaigns.marketing)).toEqual([OTHER]);
    expect(await reached(campaigns.elsewhere)).toEqual([PERSON, OTHER]);
    expect(await reached(campaigns.utility)).toEqual([PERSON, OTHER]);
    expect((await listed()).map(({ name }) => name)).toEqual([
      'WhatsApp marketing opt-outs from +49301',
      'WhatsApp marketing opt-outs from +49303',
    ]);
    const unknown = await aCampaignOf('n1', undefined);
    expect(await reached(unknown)).toEqual([OTHER]);
  });

  it('resumes it there, not by START', async () => {
    const campaign = await aCampaignOf('n1', 'MARKETING');
    await optOuts.apply([prefers('stop', 'n1')]);
    await optOuts.apply([writes('START')]);
    expect(await reached(campaign)).toEqual([OTHER]);
    await optOuts.apply([prefers('resume', 'n1')]);
    expect(await reached(campaign)).toEqual([PERSON, OTHER]);
  });
});

it('opt-outs of many people and of the same ones at once all count', async () => {
  const people = Array.from({ length: 50 }, (_, at) => String(4915120000000 + at));
  await Promise.all(
    Array.from({ length: 4 }, () => optOuts.apply(people.map((from) => writes('STOP', { from })))),
  );
  expect((await listed()).map(({ value }) => value)).toEqual(people);
  expect(await world.db.query(`SELECT size FROM dnc_lists`)).toEqual([{ size: 50 }]);
});

it('an opt-out goes with the person to another number', async () => {
  const campaign = await world.aCampaign([OTHER, '4915100000003']);
  await world.optOut(campaign, PERSON);
  await optOuts.apply([writes('STOP')]);
  const change = {
    kind: 'number-change',
    messageId: 'wamid.c',
    from: SAME_PERSON,
    to: OTHER,
    at: new Date(),
  } as const;
  await optOuts.apply([change, change]);
  expect((await listed()).map(({ value }) => value).sort()).toEqual([OTHER, OTHER, PERSON, PERSON].sort());
  expect(await world.db.query(`SELECT size FROM dnc_lists`)).toEqual([{ size: 2 }, { size: 2 }]);
  await optOuts.apply([writes('START', { from: PERSON })]);
  expect(await reached(campaign)).toEqual(['4915100000003']);
});

it('what people say is applied before statuses that came earlier', async () => {
  const envelope = (field: string, value: object): Buffer =>
    Buffer.from(
      JSON.stringify({
        object: 'whatsapp_business_account',
        entry: [{ id: 'w', changes: [{ field, value }] }],
      }),
    );
  const status = envelope('messages', { statuses: [{ id: 'wamid.x', status: 'sent' }] });
  const message = envelope('messages', {
    messages: [{ from: PERSON, id: 'wamid.y', text: { body: 'STOP' } }],
  });
  const preference = envelope('user_preferences', { user_preferences: [{ wa_id: PERSON, value: 'stop' }] });
  for (const body of [status, status, message, preference]) {
    await world.db.query(`INSERT INTO webhook_events (body) VALUES ($1)`, [body]);
  }
  const rows = await world.db.query<{ body: Buffer }[]>(
    `SELECT body FROM webhook_events WHERE applied_at IS NULL ORDER BY urgent DESC, id`,
  );
  expect(rows.map(({ body }) => body)).toEqual([message, preference, status, status]);
});

it('keeps a refusal in the answer to a send as an opt-out from marketing of that number', async () => {
  const refused = { id: 'a0000000-0000-4000-8000-000000000001', address: PERSON };
  await optOuts.marketingRefused(refused, 'n1');
  await optOuts.marketingRefused(refused, 'n1');
  const entries = await world.db.query(
    `SELECT l.opt_outs AS scope, l.opt_outs_sender AS sender, count(*)::int AS people
       FROM dnc_entries e JOIN dnc_lists l ON l.id = e.dnc_list_id GROUP BY 1, 2`,
  );
  expect(entries).toEqual([{ scope: 'marketing', sender: 'n1', people: 1 }]);
});
