import { randomUUID } from 'node:crypto';
import { DispatchProgress } from '../../../src/modules/dispatch/progress/dispatch-progress.js';
import { EVERYWHERE } from '../../../src/modules/access/index.js';
import { AggregatesRepository } from '../../../src/modules/reporting/aggregates/aggregates.repository.js';
import { ConversationsRepository } from '../../../src/modules/reporting/conversations/conversations.repository.js';
import { DispatchWorld } from '../dispatch/dispatch-world.js';
import { MessageFixtures } from './message-fixtures.js';
it('measures', async () => {
  const world = await DispatchWorld.open();
  const fx = new MessageFixtures(world.db);
  const out: string[] = [];
  const time = async (label: string, n: number, work: () => Promise<unknown>) => {
    const ts: number[] = [];
    for (let i = 0; i < n; i += 1) { const t = performance.now(); await work(); ts.push(performance.now() - t); }
    ts.sort((a, b) => a - b);
    out.push(`${label}: median ${ts[n >> 1]!.toFixed(1)} ms, max ${ts[n - 1]!.toFixed(1)}`);
  };
  const c = randomUUID(); const d = randomUUID(); const l = randomUUID();
  const [run] = await world.db.query(`INSERT INTO campaign_runs (campaign_id, division_id, contact_list_id) VALUES ($1,$2,$3) RETURNING id`, [c, d, l]);
  await world.db.query(`INSERT INTO campaign_messages (run_id, position, contact_seq, contact_id, state, address, match_key, calling_at, claim_token, lease_until)
    SELECT $1, g, g, g::text, 'calling', g::text, g::text, now(), $2, now() + interval '1 hour' FROM generate_series(1, 40000) g`, [run.id, randomUUID()]);
  await fx.projector.catchUp();
  let at = 0;
  const settle = async () => { at += 500; await world.db.query(`UPDATE campaign_messages SET state='settled', claim_token=NULL, lease_until=NULL, settled_at=clock_timestamp(), disposition='OUTBOUND-MESSAGE-SENT', wamid='w'||position, sent_at=clock_timestamp() WHERE run_id=$1 AND position > $2::bigint - 500 AND position <= $2`, [run.id, at]); };
  await time('settle 500 with triggers', 20, settle);
  await world.db.query(`ALTER TABLE campaign_messages DISABLE TRIGGER USER`);
  await time('settle 500 without triggers', 20, settle);
  await world.db.query(`ALTER TABLE campaign_messages ENABLE TRIGGER USER`);
  await time('settle 500 with triggers again', 20, settle);
  const t = performance.now(); await fx.projector.catchUp(); out.push(`project 20000 changed: ${(performance.now() - t).toFixed(0)} ms`);
  const p = new DispatchProgress(world.uow);
  await time('progress of 1 run of 40000', 50, () => p.of([c]));
  await world.db.query(`SELECT create_interaction_month(m) FROM generate_series('2026-01-15'::timestamptz, '2026-10-15', '1 month') m`);
  await world.db.query(`INSERT INTO interactions (message_id, campaign_id, division_id, contact_list_id, contact_id, address, started_at, settled_at, disposition, delivery_status)
    SELECT gen_random_uuid(), ('11111111-0000-4000-8000-00000000000' || g % 5)::uuid, $1, $2, g::text, g::text, '2026-01-01'::timestamptz + g * interval '43 seconds', '2026-01-01'::timestamptz + g * interval '43 seconds', 'OUTBOUND-MESSAGE-SENT', (ARRAY['Read','DeliverySuccess','Sent'])[1 + g % 3] FROM generate_series(1, 600000) g`, [d, l]);
  await world.db.query(`INSERT INTO interaction_counts SELECT date_bin('15 minutes', started_at, 'epoch'), campaign_id, division_id, contact_list_id, integration_id, disposition, delivery_status, provider_error_code, provider_error_text, provider_error_detail, count(*) FROM interactions WHERE division_id = $1 AND started_at < '2026-11-01' GROUP BY 1,2,3,4,5,6,7,8,9,10`, [d]);
  await world.db.query('ANALYZE interactions'); await world.db.query('ANALYZE interaction_counts');
  const r = new ConversationsRepository(fx.uow);
  const criteria = { interval: { start: new Date('2026-10-20T00:00:00Z'), end: new Date('2026-10-21T00:00:00Z') }, filters: [{ type: 'and' as const, predicates: [{ dimension: 'outboundCampaignId' as const, value: '11111111-0000-4000-8000-000000000001' }, { dimension: 'deliveryStatus' as const, value: 'Read' }] }] };
  await time('filtered page of 25 and total, newest day, 600000 interactions', 30, async () => { await r.findPage(EVERYWHERE, criteria, { by: 'conversationStart', direction: 'desc' }, { pageNumber: 1, pageSize: 25 }); await r.count(EVERYWHERE, criteria); });
  const a = new AggregatesRepository(fx.uow);
  await time('aggregate by campaign and status over 600000', 10, () => a.find(EVERYWHERE, { criteria: { interval: { start: new Date('2026-01-01T00:00:00Z'), end: new Date('2026-11-01T00:00:00Z') }, filters: [] }, groupBy: ['outboundCampaignId', 'deliveryStatus'], metrics: ['nOutbound'], timeZone: 'UTC', limit: 1000 }));
  await time('hand-written over the rows', 3, () => world.db.query(`SELECT campaign_id, delivery_status, count(*) FROM interactions WHERE started_at >= '2026-01-01' AND started_at < '2026-11-01' GROUP BY 1, 2`));
  process.stderr.write(out.join('\n') + '\n');
  await world.close();
}, 120000);
