import { randomUUID } from 'node:crypto';
import { WebhookOptOuts } from '../../../src/modules/dispatch/webhooks/opt-outs.js';
import { eventually } from '../../support/eventually.js';
import { RunWorld } from './run-world.js';

const CAMPAIGNS = '/api/v2/outbound/messagingcampaigns';
const SENT = 'OUTBOUND-MESSAGE-SENT';

let world: RunWorld;
beforeAll(async () => {
  world = await RunWorld.start();
});
afterAll(() => world?.close());

const number = (last: number) => `4915112345${String(600 + last)}`;

const noteIs = (value: string) => ({
  contactColumnConditionSettings: { columnName: 'note', operator: 'Equals', value, valueType: 'String' },
});
const update = (updateOption: string, properties: Record<string, string>) => ({
  updateContactColumnActionSettings: { updateOption, properties },
});

interface Rule {
  conditions: object[];
  actions: object[];
  category?: 'PreContact' | 'PostContact';
}

async function aRuleSet(rules: Rule[]): Promise<string> {
  const numbered = rules.map((rule, at) => ({
    category: 'PreContact',
    ...rule,
    name: `Rule ${at}`,
    order: at,
  }));
  const { id } = await world.created('/api/v2/outbound/digitalrulesets', {
    name: `Rules ${randomUUID()}`,
    rules: numbered,
  });
  return id;
}

async function aDncList(): Promise<string> {
  const { id } = await world.created('/api/v2/outbound/dnclists', {
    name: `DNC ${randomUUID()}`,
    dncSourceType: 'rds',
    contactMethod: 'WhatsApp',
  });
  await world.app.admin
    .patch(`/api/v2/outbound/dnclists/${id}/whatsappnumbers`)
    .send({ action: 'Add', whatsAppNumbers: ['4915199999999'] });
  return id;
}

it('applies rules before and after the message, each once', async () => {
  const offer = await world.aTemplate('autumn_offer');
  const before = await aRuleSet([
    { conditions: [noteIs('stop')], actions: [{ doNotSendActionSettings: {} }] },
    {
      conditions: [noteIs('mark')],
      actions: [{ markContactUncontactableActionSettings: { mediaTypes: ['WhatsApp'] } }],
    },
    { conditions: [noteIs('address')], actions: [{ markContactAddressUncontactableActionSettings: {} }] },
    {
      conditions: [noteIs('dnc')],
      actions: [{ appendToDncActionSettings: { expire: false, listType: 'Rds' } }],
    },
    { conditions: [noteIs('bad')], actions: [update('Increment', { first_name: '1' })] },
    {
      conditions: [noteIs('offer')],
      actions: [{ setContentTemplateActionSettings: { whatsAppContentTemplateId: offer } }],
    },
    { conditions: [noteIs('move')], actions: [update('Set', { wa: number(20) })] },
    { conditions: [], actions: [update('Increment', { amount: '1' })] },
  ]);
  const after = await aRuleSet([
    {
      category: 'PostContact',
      conditions: [{ lastResultOverallConditionSettings: { whatsAppWrapupCodes: [SENT] } }],
      actions: [update('Increment', { amount: '10' }), update('CurrentTime', { zone: '' })],
    },
  ]);
  const notes = ['', 'stop', 'mark', 'address', 'dnc', 'bad', 'offer', 'move'];
  const list = await world.aList(notes.map((note, at) => ({ wa: number(at), note })));
  const id = await world.aCampaign(list, {
    ruleSets: [{ id: before }, { id: after }],
    dncLists: [{ id: await aDncList() }],
  });
  const { body: dryRun } = await world.app.admin.post(`${CAMPAIGNS}/${id}/dryrun`).expect(200);
  await world.switchOn(id);
  await world.untilStatus(id, 'complete');
  expect(await world.endings(id)).toEqual({
    [number(0)]: SENT,
    [number(1)]: 'OUTBOUND-RULE-SKIPPED',
    [number(2)]: 'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED',
    [number(3)]: 'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED',
    [number(4)]: 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST',
    [number(5)]: 'OUTBOUND-RULE-ERROR-SKIPPED',
    [number(6)]: SENT,
    [number(7)]: SENT,
  });
  expect(dryRun).toMatchObject({
    wouldBeMessaged: 2,
    wouldBeSkipped: expect.arrayContaining(
      [
        'OUTBOUND-RULE-SKIPPED',
        'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED',
        'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED',
        'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST',
        'OUTBOUND-RULE-ERROR-SKIPPED',
      ].map((disposition) => expect.objectContaining({ disposition, count: 1 })),
    ),
    undecided: [{ detail: 'a rule changes the number', count: 1, exampleContactId: number(7) }],
  });
  const firsts = dryRun.firstContacts as {
    contactId: string;
    disposition?: string;
    contentTemplateId?: string;
  }[];
  expect(
    Object.fromEntries(firsts.map(({ contactId, disposition }) => [contactId, disposition ?? SENT])),
  ).toEqual(await world.endings(id));
  expect(firsts.find(({ contactId }) => contactId === number(6))).toMatchObject({ contentTemplateId: offer });
  const sent = await world.sentTo([number(0), number(6), number(7), number(20)]);
  expect(sent.map(({ to, template }) => `${to} ${template}`)).toEqual([
    `${number(0)} order_update`,
    `${number(6)} autumn_offer`,
    `${number(20)} order_update`,
  ]);
  const amounts = async () =>
    Object.fromEntries(
      await Promise.all(
        notes.map(async (note, at) => [note, (await world.contact(list, number(at))).data.amount]),
      ),
    ) as Record<string, string>;
  await eventually('the rules after the message', async () => (await amounts()).offer === '11');
  await eventually('no rules due', async () => {
    const [row] = await world.app.db.query<[{ due: number }]>(
      `SELECT count(*)::int AS due FROM campaign_messages WHERE rules_due AND state = 'settled'`,
    );
    return row.due === 0;
  });
  expect(await amounts()).toEqual({
    '': '11',
    stop: '',
    mark: '1',
    address: '1',
    dnc: '1',
    bad: '',
    offer: '11',
    move: '11',
  });
  const events = await world.app.db.query<{ code: string }[]>(
    `SELECT code FROM outbound_events WHERE error_entity ->> 'id' = $1 ORDER BY code`,
    [id],
  );
  expect(events.map(({ code }) => code)).toEqual([
    'DIGITAL_RULE_ERROR_SKIPPED',
    'DIGITAL_RULE_UPDATED_CONTACT_ADDRESS',
  ]);
  expect(Date.parse((await world.contact(list, number(0))).data.zone!)).toBeLessThanOrEqual(Date.now());
});

it('sends what a rule has just written into the contact', async () => {
  const ruleSet = await aRuleSet([
    { conditions: [noteIs('gift')], actions: [update('Set', { voucher: 'GIFT-1' })] },
  ]);
  const [given, other] = [number(50), number(51)];
  const list = await world.aList([
    { wa: given, note: 'gift' },
    { wa: other, note: '' },
  ]);
  const id = await world.aCampaign(list, { ruleSets: [{ id: ruleSet }] });
  await world.switchOn(id);
  await world.untilStatus(id, 'complete');
  const vouchers = (await world.sentTo([given, other])).map(({ to, components }) => [
    to,
    components.at(-1)!.parameters.at(-1)!.text,
  ]);
  expect(Object.fromEntries(vouchers)).toEqual({
    [given]: 'GIFT-1',
    [other]: expect.not.stringMatching('GIFT'),
  });
});

it('refuses a campaign whose rules name columns that its list does not have, and rules that it could not follow', async () => {
  const list = await world.aList([{ wa: number(30) }]);
  const columns = await aRuleSet([{ conditions: [], actions: [update('Set', { nowhere: 'x' })] }]);
  const refusal = world.aCampaign(list, { ruleSets: [{ id: columns }, { id: randomUUID() }] });
  await expect(refusal).rejects.toThrow(/contact\.column\.not\.found/u);
  const setIntegration = { whatsAppIntegrationId: await world.anIntegration() };
  await expect(
    aRuleSet([{ conditions: [], actions: [{ setWhatsAppIntegrationActionSettings: setIntegration }] }]),
  ).rejects.toThrow(/through its own integration.*not\.offered/u);
  const dataAction = { dataActionConditionSettings: { dataActionId: 'd' } };
  await expect(
    aRuleSet([{ conditions: [dataAction], actions: [{ doNotSendActionSettings: {} }] }]),
  ).rejects.toThrow(/into a column.*not\.offered/u);
});

it('sends no marketing template of a rule to somebody who stopped marketing from the number', async () => {
  const ruleSet = await aRuleSet([
    {
      conditions: [noteIs('offer')],
      actions: [
        {
          setContentTemplateActionSettings: {
            whatsAppContentTemplateId: await world.aTemplate('autumn_offer'),
          },
        },
      ],
    },
  ]);
  const [sender] = await world.app.db.query<[{ id: string }]>(
    `SELECT phone_number_id AS id FROM whatsapp_integrations WHERE id = $1`,
    [await world.anIntegration()],
  );
  const [stopped, other] = [number(40), number(41)];
  await world.app.app.get(WebhookOptOuts).marketingRefused({ id: randomUUID(), address: stopped }, sender.id);
  const list = await world.aList([
    { wa: stopped, note: 'offer' },
    { wa: other, note: 'offer' },
  ]);
  const id = await world.aCampaign(list, { ruleSets: [{ id: ruleSet }] });
  await world.switchOn(id);
  await world.untilStatus(id, 'complete');
  expect(await world.endings(id)).toEqual({ [stopped]: 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST', [other]: SENT });
});
