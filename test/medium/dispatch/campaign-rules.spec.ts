import { randomUUID } from 'node:crypto';
import { CampaignRuleActions } from '../../../src/modules/dispatch/campaign-rules/campaign-rule-actions.service.js';
import { CampaignRulesEvaluator } from '../../../src/modules/dispatch/campaign-rules/campaign-rules-evaluator.service.js';
import { eventually } from '../../support/eventually.js';
import { RunWorld } from './run-world.js';

const RULES = '/api/v2/outbound/campaignrules';

describe('campaign rules', () => {
  let world: RunWorld;

  beforeAll(async () => {
    world = await RunWorld.start();
  });

  afterAll(() => world?.close());

  async function enabled(body: object): Promise<string> {
    const rule = await world.created(RULES, { name: `Rule ${randomUUID()}`, ...body });
    await world.app.admin
      .put(`${RULES}/${rule.id}`)
      .send({ ...rule, enabled: true })
      .expect(200);
    return rule.id;
  }

  /** A condition that holds at any time. */
  const ALWAYS = {
    conditionType: 'dayOfWeek',
    parameters: { operator: 'in' },
    dateTimeParameters: { dayOfWeek: { inSet: [1, 2, 3, 4, 5, 6, 7] } },
  };
  const evaluator = () => world.app.app.get(CampaignRulesEvaluator, { strict: false });
  const actions = () => world.app.app.get(CampaignRuleActions, { strict: false });

  const act = (actionType: string, id: string, parameters: object = {}) => ({
    actionType,
    parameters,
    campaignRuleActionEntities: { whatsAppCampaigns: [{ id }] },
  });

  /** The audited changes of a campaign by action, made by nobody. */
  const changes = async (id: string, action: string): Promise<number> => {
    const [row] = await world.app.db.query<[{ count: number }]>(
      `SELECT count(*)::int AS count FROM audit_events WHERE entity_id = $1 AND action = $2`,
      [id, action],
    );
    return row.count;
  };

  /** Codes of events about the object, or related to it. */
  const eventsOf = async (id: string): Promise<string[]> => {
    const rows = await world.app.db.query<{ code: string }[]>(
      `SELECT code FROM outbound_events WHERE error_entity ->> 'id' = $1 OR related_entity ->> 'id' = $1
        ORDER BY code`,
      [id],
    );
    return rows.map(({ code }) => code);
  };

  const firings = async (id: string): Promise<number> => {
    const [row] = await world.app.db.query<[{ count: number }]>(
      `SELECT coalesce(sum(fired_count), 0)::int AS count FROM campaign_rule_states WHERE rule_id = $1`,
      [id],
    );
    return row.count;
  };

  it('change one campaign and start it when another one is done, once', async () => {
    const first = await world.aCampaign(await world.aList([{ wa: '4915190000001' }]));
    const second = await world.aCampaign(await world.aList([{ wa: '4915190000002' }]));
    const on = { campaignRuleActionEntities: { whatsAppCampaigns: [{ id: second }] } };
    const rule = await enabled({
      campaignRuleEntities: { whatsAppCampaigns: [{ id: first }] },
      campaignRuleConditions: [
        { conditionType: 'campaignProgress', parameters: { operator: 'equals', value: '100' } },
      ],
      campaignRuleActions: [
        { ...on, actionType: 'setCampaignMessagesPerMinute', parameters: { messagesPerMinute: 77 } },
        { ...on, actionType: 'turnOnCampaign' },
      ],
    });
    await world.switchOn(first);
    await world.untilStatus(second, 'complete');
    expect((await world.read(second)).messagesPerMinute).toBe(77);
    expect(await world.sentTo(['4915190000002'])).toHaveLength(1);
    const evaluators = [1, 2, 3, 4].map(() => world.app.app.get(CampaignRulesEvaluator, { strict: false }));
    await Promise.all(evaluators.map((evaluator) => evaluator.evaluate()));
    expect(await firings(rule)).toBe(1);
  });

  it('do each action once, however many evaluate and act at the same time', async () => {
    const [faster, on, off, again] = await Promise.all(
      ['11', '12', '13', '14'].map(async (n) =>
        world.aCampaign(await world.aList([{ wa: `49151900000${n}` }]), { alwaysRunning: n !== '12' }),
      ),
    );
    const template = await world.aTemplate('autumn_offer');
    await Promise.all([off!, again!].map((id) => world.switchOn(id)));
    await eventually('a message to each of the running ones', async () => {
      return (await world.sentTo(['4915190000013', '4915190000014'])).length === 2;
    });
    const rule = await enabled({
      campaignRuleConditions: [ALWAYS],
      campaignRuleActions: [
        act('setCampaignMessagesPerMinute', faster!, { messagesPerMinute: 78 }),
        act('changeCampaignTemplate', faster!, { whatsAppContentTemplate: { id: template } }),
        act('turnOnCampaign', on!),
        act('turnOffCampaign', off!),
        act('recycleCampaign', again!),
      ],
    });
    for (let round = 0; round < 4; round++) {
      await Promise.all([1, 2, 3].map(() => evaluator().evaluate()));
      await Promise.all([1, 2, 3].map(() => actions().run()));
    }
    await Promise.all([world.untilStatus(on!, 'complete'), world.untilStatus(off!, 'off')]);
    expect(await world.read(faster!)).toMatchObject({
      messagesPerMinute: 78,
      whatsAppConfig: { contentTemplate: { id: template } },
      campaignStatus: 'off',
    });
    await eventually('the recycled campaign to message its contact again', async () => {
      return (await world.sentTo(['4915190000014'])).length === 2;
    });
    expect(await firings(rule)).toBe(1);
    expect(await changes(faster!, 'Update')).toBe(2);
    expect(await changes(on!, 'Start')).toBe(1);
    expect(await changes(off!, 'Stop')).toBe(1);
    expect(await changes(again!, 'Recycle')).toBe(1);
    expect(await eventsOf(again!)).toEqual(['RECYCLE_CAMPAIGN']);
    expect(await eventsOf(rule)).toEqual(['CAMPAIGN_RULE_TRIGGERED', 'CAMPAIGN_STOPPED', 'RECYCLE_CAMPAIGN']);
    expect(await world.sentTo(['4915190000012', '4915190000013'])).toHaveLength(2);
  });

  it('run beside sequences, which message the contacts of one campaign after those of the other', async () => {
    const [first, second] = [
      await world.aCampaign(await world.aList([{ wa: '4915190000031' }, { wa: '4915190000032' }])),
      await world.aCampaign(await world.aList([{ wa: '4915190000033' }])),
    ];
    const sequence = await world.created('/api/v2/outbound/sequences', {
      name: `Sequence ${randomUUID()}`,
      campaigns: [{ id: first }, { id: second }],
      currentCampaign: 0,
      status: 'on',
    });
    await eventually('the end of the sequence', async () => {
      const { body } = await world.app.admin.get(`/api/v2/outbound/sequences/${sequence.id}`).expect(200);
      return body.status === 'complete' && body.currentCampaign === 1;
    });
    expect(await world.sentTo(['4915190000031', '4915190000032', '4915190000033'])).toHaveLength(3);
    const [order] = await world.app.db.query<[{ inOrder: boolean }]>(
      `SELECT max(f.calling_at) < min(s.calling_at) AS "inOrder"
         FROM campaign_messages f JOIN campaign_runs fr ON fr.id = f.run_id AND fr.campaign_id = $1,
              campaign_messages s JOIN campaign_runs sr ON sr.id = s.run_id AND sr.campaign_id = $2`,
      [first, second],
    );
    expect(order.inOrder).toBe(true);
  });

  it('do after a crash what a rule that fired still owes, though the rule is gone', async () => {
    const id = await world.aCampaign(await world.aList([{ wa: '4915190000021' }]));
    const rule = await enabled({
      campaignRuleEntities: { whatsAppCampaigns: [{ id }] },
      campaignRuleConditions: [
        { conditionType: 'campaignProgress', parameters: { operator: 'equals', value: '100' } },
      ],
      campaignRuleActions: [act('turnOffCampaign', id)],
    });
    const owed = { id: '1', type: 'setCampaignMessagesPerMinute', messagesPerMinute: 79 };
    await world.app.db.query(
      `WITH gone AS (DELETE FROM campaign_rules WHERE id = $1)
       INSERT INTO campaign_rule_actions (rule_id, rule_name, action, campaign_id) VALUES ($1, 'Gone', $2, $3)`,
      [rule, JSON.stringify(owed), id],
    );
    await eventually('the change', async () => (await world.read(id)).messagesPerMinute === 79);
    expect(await changes(id, 'Update')).toBe(1);
  });

  it('fire in each run of a campaign, however quickly one follows another', async () => {
    const id = await world.aCampaign(await world.aList([{ wa: '4915190000022' }]));
    const rule = await enabled({
      campaignRuleEntities: { whatsAppCampaigns: [{ id }] },
      campaignRuleConditions: [
        { conditionType: 'campaignProgress', parameters: { operator: 'equals', value: '100' } },
      ],
      campaignRuleActions: [act('setCampaignMessagesPerMinute', id, { messagesPerMinute: 80 })],
    });
    await world.switchOn(id);
    await eventually('the first firing', async () => (await firings(rule)) === 1);
    // The rule sees the second run only once it is over.
    await world.app.db.query(
      `INSERT INTO campaign_runs (campaign_id, division_id, contact_list_id, state, started_at, finished_at)
       SELECT campaign_id, division_id, contact_list_id, 'complete', now(), now() FROM campaign_runs
        WHERE campaign_id = $1`,
      [id],
    );
    await world.app.db.query(
      `INSERT INTO campaign_run_counts (run_id, disposition, delivery_status, error_code, messages)
       SELECT n.id, 'OUTBOUND-MESSAGE-SENT', '', 0, 1 FROM campaign_runs n
        WHERE n.campaign_id = $1 AND NOT EXISTS (SELECT FROM campaign_messages m WHERE m.run_id = n.id)`,
      [id],
    );
    await eventually('the second firing', async () => (await firings(rule)) === 2);
  });

  it('do not run away when they come true again and again', async () => {
    const id = await world.aCampaign(await world.aList([{ wa: '4915190000023' }]));
    const rule = await enabled({
      campaignRuleConditions: [
        {
          conditionType: 'timeOfDay',
          parameters: { operator: 'before' },
          dateTimeParameters: { timeOfDay: { thresholdValue: '12:00:00' } },
        },
      ],
      campaignRuleActions: [act('turnOffCampaign', id)],
    });
    for (let round = 0; round < 40; round++) {
      await evaluator().evaluate(new Date(`2026-11-27T${round % 2 === 0 ? '11' : '13'}:00:00Z`));
    }
    expect(await firings(rule)).toBe(10);
    const events = await world.app.db.query(
      `SELECT level FROM outbound_events WHERE code = 'CAMPAIGN_RULE_START_ERROR' AND error_entity ->> 'id' = $1`,
      [rule],
    );
    expect(events).toEqual([{ level: 'WARNING' }]);
  });

  it('tell what they could not do', async () => {
    const id = await world.aCampaign(await world.aList([{ wa: '4915190000003' }]));
    const rule = await enabled({
      campaignRuleConditions: [ALWAYS],
      campaignRuleActions: [act('setCampaignMessagesPerMinute', id, { messagesPerMinute: 9_999_999 })],
    });
    await eventually('an event', async () => {
      const rows = await world.app.db.query<unknown[]>(
        `SELECT FROM outbound_events WHERE code = 'CAMPAIGN_RULE_START_ERROR' AND error_entity ->> 'id' = $1`,
        [rule],
      );
      return rows.length === 1;
    });
    expect(await firings(rule)).toBe(1);
    expect((await world.read(id)).messagesPerMinute).toBe(4000);
  });
});
