import { AsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { DivisionsService } from '../../../src/modules/access/divisions/divisions.service.js';
import type { DispatchCampaign } from '../../../src/modules/campaigns/index.js';
import { ContactsRepository } from '../../../src/modules/contact-lists/contacts/contacts.repository.js';
import { ContactListsService } from '../../../src/modules/contact-lists/index.js';
import { RecipientHolds } from '../../../src/modules/dispatch/recipients/recipient-holds.js';
import { RepliesRepository } from '../../../src/modules/dispatch/webhooks/replies.repository.js';
import { DncEntriesRepository } from '../../../src/modules/dnc-lists/dnc-entries.repository.js';
import { HeldRecipients } from '../../../src/modules/dnc-lists/index.js';
import { OptOutsRepository } from '../../../src/modules/dnc-lists/opt-outs/opt-outs.repository.js';
import { Config } from '../../../src/platform/config/config.js';
import { DispatchWorld } from './dispatch-world.js';

const DAY_MS = 24 * 60 * 60_000;
const OTHER = '4915100000002';
const ON_LIST = 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST';
const UNCONTACTABLE = 'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED';

let world: DispatchWorld;
let holds: RecipientHolds;
let held: HeldRecipients;
let people = 0;

beforeAll(async () => {
  world = await DispatchWorld.open();
  const { uow } = world;
  const entries = new DncEntriesRepository(uow);
  held = new HeldRecipients(uow, new OptOutsRepository(uow), entries, new DivisionsService(uow));
  // Marks are all that holds need of contact lists.
  const lists = new ContactListsService(
    undefined as never,
    new ContactsRepository(uow, undefined as never),
    undefined as never,
  );
  holds = new RecipientHolds(uow, held, lists, undefined as never);
});
afterAll(() => world.close());

const aPerson = (): string => String(4915170000000 + ++people);

/** A message to the person that WhatsApp reported as undeliverable so many days ago. */
async function undeliverable(
  person: string,
  daysAgo = 0,
): Promise<{ id: string; campaign: DispatchCampaign }> {
  const { id, campaign, claimToken } = await world.aCall(person);
  const wamid = `wamid.${id}`;
  await world.messages.settle([{ id, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid }]);
  const at = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
  await world.statuses.merge([{ messageId: id, wamid, status: 'failed', at, errorCode: 131026 }]);
  return { id, campaign };
}

async function again(campaign: DispatchCampaign): Promise<Record<string, number>> {
  await world.runs.recycle(campaign.id);
  const run = await world.runs.create(campaign);
  await world.claim(campaign, run.id);
  return world.endings(run.id);
}

const elsewhere = async (person: string) => again(await world.aCampaign([person, OTHER]));

async function ends(person: string): Promise<(Date | null)[]> {
  const rows = await world.db.query<{ at: Date | null }[]>(
    `SELECT expires_at AS at FROM dnc_entries WHERE match_key = $1`,
    [person],
  );
  return rows.map(({ at }) => at);
}

async function markedColumns({ contactListId }: DispatchCampaign): Promise<string[]> {
  const [row] = await world.db.query<[{ columns: string[] }]>(
    `SELECT uncontactable_columns AS columns FROM contacts WHERE contact_list_id = $1`,
    [contactListId],
  );
  return row.columns;
}

describe('a person whom WhatsApp could not reach', () => {
  it('is marked in the contact, and gets nothing under any other contact for thirty days', async () => {
    const person = aPerson();
    const { id, campaign } = await undeliverable(person);
    await holds.strike([id]);
    await holds.strike([id]);
    expect(await markedColumns(campaign)).toEqual(['wa']);
    expect(await again(campaign)).toEqual({ [UNCONTACTABLE]: 1 });
    expect(await elsewhere(person)).toEqual({ claimed: 1, [ON_LIST]: 1 });
    const [end] = await ends(person);
    expect(Math.round((end!.getTime() - Date.now()) / DAY_MS)).toBe(30);
    const [list] = await world.db.query<[{ name: string; size: number }]>(
      `SELECT name, size FROM dnc_lists WHERE opt_outs = 'unreachable'`,
    );
    expect(list).toEqual({ name: 'WhatsApp unreachable numbers', size: 1 });
    const [{ detail }] = await world.db.query<[{ detail: string }]>(
      `SELECT disposition_detail AS detail FROM campaign_messages WHERE disposition = $1`,
      [ON_LIST],
    );
    expect(detail).toBe('WhatsApp could not reach the person lately');
  });

  it('is tried again after thirty days, and after a second failure held until something arrives', async () => {
    const person = aPerson();
    const first = await undeliverable(person, 31);
    await holds.strike([first.id]);
    expect(await markedColumns(first.campaign)).toEqual([]);
    expect(await ends(person)).toEqual([]);
    const second = await undeliverable(person);
    await holds.strike([second.id]);
    expect(await ends(person)).toEqual([null]);
    expect(await markedColumns(second.campaign)).toEqual(['wa']);
    await holds.lift();
    expect(await ends(person)).toEqual([null]);
    await holds.reached([{ matchKey: person, at: new Date() }]);
    expect(await ends(person)).toEqual([]);
    expect(await markedColumns(second.campaign)).toEqual([]);
    expect(await elsewhere(person)).toEqual({ claimed: 2 });
  });

  it('counts failures within a week as one', async () => {
    const person = aPerson();
    const [first, second] = [await undeliverable(person, 5), await undeliverable(person)];
    for (const { id } of [first, second, first]) await holds.strike([id]);
    const [end] = await ends(person);
    expect(Math.round((end!.getTime() - Date.now()) / DAY_MS)).toBe(25);
  });

  it('is free when the time is over, unless somebody marked the contact as well', async () => {
    const [person, marked] = [aPerson(), aPerson()];
    const { id, campaign } = await undeliverable(person, 29);
    const other = await undeliverable(marked, 29);
    await world.db.query(`UPDATE contacts SET uncontactable_columns = '{wa}' WHERE contact_list_id = $1`, [
      other.campaign.contactListId,
    ]);
    await holds.strike([id, other.id]);
    expect(await markedColumns(campaign)).toEqual(['wa']);
    await world.db.query(
      `UPDATE unreachable_recipients SET held_until = now() - interval '1 s' WHERE match_key = ANY ($1)`,
      [[person, marked]],
    );
    await holds.lift();
    expect(await markedColumns(campaign)).toEqual([]);
    expect(await markedColumns(other.campaign)).toEqual(['wa']);
  });

  it('is not freed by what arrived before the failure, nor struck by a message that arrived', async () => {
    const person = aPerson();
    const { id } = await undeliverable(person, 1);
    await holds.strike([id]);
    await holds.reached([{ matchKey: person, at: new Date(Date.now() - 2 * DAY_MS) }]);
    expect(await ends(person)).toHaveLength(1);
    const arrived = aPerson();
    const message = await undeliverable(arrived);
    const at = new Date().toISOString();
    const wamid = `wamid.${message.id}`;
    await world.statuses.merge([{ messageId: message.id, wamid, status: 'delivered', at }]);
    await holds.strike([message.id]);
    expect(await ends(arrived)).toEqual([]);
  });
});

describe('a failure that is told late', () => {
  const ago = (days: number): Date => new Date(Date.now() - days * DAY_MS);

  async function arrives(person: string, status: 'delivered' | 'read', daysAgo: number): Promise<void> {
    const { id, claimToken } = await world.aCall(person);
    const wamid = `wamid.${id}`;
    await world.messages.settle([{ id, claimToken, disposition: 'OUTBOUND-MESSAGE-SENT', wamid }]);
    await world.statuses.merge([{ messageId: id, wamid, status, at: ago(daysAgo).toISOString() }]);
    await holds.reached([{ matchKey: person, at: ago(daysAgo) }]);
  }

  async function writes(from: string, daysAgo: number): Promise<void> {
    const config = Object.assign(new Config(), { interactionRetentionDays: 365 });
    const item = { kind: 'inbound', messageId: `wamid.in.${from}`, from, at: ago(daysAgo) } as const;
    await new RepliesRepository(world.uow, config).add([item]);
  }

  async function getsOneOutsideOfCampaigns(address: string, daysAgo: number): Promise<void> {
    await world.db.query(
      `INSERT INTO agentless_messages (integration_id, response_id, address, requested_by, outcome, wamid, delivered_at)
       VALUES (gen_random_uuid(), gen_random_uuid(), $1, 'a test', 'accepted', 'wamid.' || $1, $2)`,
      [address, ago(daysAgo)],
    );
  }

  it.each([
    ['got a message', (person: string) => arrives(person, 'delivered', 1)],
    ['read a message', (person: string) => arrives(person, 'read', 1)],
    ['got one outside of campaigns', (person: string) => getsOneOutsideOfCampaigns(person, 1)],
    ['wrote', (person: string) => writes(person, 1)],
  ])('holds nobody who %s since', async (_what, lives) => {
    const person = aPerson();
    const { id, campaign } = await undeliverable(person, 2);
    await lives(person);
    await holds.strike([id]);
    expect(await ends(person)).toEqual([]);
    expect(await markedColumns(campaign)).toEqual([]);
    const latest = await undeliverable(person);
    await holds.strike([latest.id]);
    expect(await ends(person)).toHaveLength(1);
  });

  it('holds who got or wrote something before it only', async () => {
    const person = aPerson();
    const { id } = await undeliverable(person, 2);
    await arrives(person, 'delivered', 3);
    await getsOneOutsideOfCampaigns(person, 3);
    await writes(person, 3);
    await holds.strike([id]);
    expect(await ends(person)).toHaveLength(1);
  });
});

it('holds and signs of life of several workers do not wait for each other in a circle', async () => {
  const [person, other] = [aPerson(), aPerson()];
  const [first, second, freed] = [
    await undeliverable(person),
    await undeliverable(person),
    await undeliverable(other),
  ];
  await holds.strike([freed.id]);
  // Bound outside, so that it has a transaction of its own.
  const elsewhere = AsyncResource.bind(() => holds.strike([second.id]));
  let strike: Promise<void> | undefined;
  await world.uow.run(async () => {
    await holds.reached([{ matchKey: other, at: new Date() }]);
    strike = elsewhere();
    await sleep(300);
    await holds.strike([first.id]);
  });
  await strike;
  expect(await ends(person)).toHaveLength(1);
  expect(await ends(other)).toEqual([]);
});

describe('a person to whom WhatsApp lets no more marketing through', () => {
  async function aCampaignOf(category: string, person: string): Promise<DispatchCampaign> {
    await world.db.query(
      `INSERT INTO whatsapp_integrations (name, status, access_token, waba_id, phone_number_id, phone_number)
       VALUES ('Shop', 'Active', '', 'w1', $1, $1)`,
      [person],
    );
    const [integration] = await world.db.query<[{ id: string }]>(
      `SELECT id FROM whatsapp_integrations WHERE phone_number_id = $1`,
      [person],
    );
    const campaign = await world.aCampaign([person, OTHER], { integrationId: integration.id });
    await world.db.query(
      `INSERT INTO responses (id, name, response_type, messaging_template) VALUES ($1, 'R', 'MessagingTemplate', $2)`,
      [campaign.contentTemplateId, { whatsApp: { name: `t-${person}`, language: 'de' } }],
    );
    await world.db.query(
      `INSERT INTO whatsapp_templates (waba_id, name, language, meta_id, category, status, parameter_format,
                                       components, quality, synced_at)
       VALUES ('w1', $1, 'de', '1', $2, 'APPROVED', 'POSITIONAL', '[]', 'GREEN', now())`,
      [`t-${person}`, category],
    );
    return campaign;
  }

  it('gets none from any number for a week, but other messages', async () => {
    const [one, two] = [aPerson(), aPerson()];
    const [marketing, utility] = [await aCampaignOf('MARKETING', one), await aCampaignOf('UTILITY', two)];
    await holds.coolDown([one, two].map((address) => ({ address, at: new Date() })));
    expect(await again(marketing)).toEqual({ claimed: 1, [ON_LIST]: 1 });
    expect(await again(utility)).toEqual({ claimed: 2 });
    const [end] = await ends(one);
    expect(Math.round((end!.getTime() - Date.now()) / DAY_MS)).toBe(7);
  });

  it('gets none any more with a number of the United States, where none arrives', async () => {
    const numbers = ['12125550123', '14165550123'] as const;
    await holds.coolDown(numbers.map((address) => ({ address, at: new Date() })));
    expect(await ends(numbers[0])).toEqual([null]);
    expect(await ends(numbers[1])).toEqual([expect.any(Date)]);
  });

  it('is not held longer by a report that comes late, nor shorter', async () => {
    const person = aPerson();
    const daysAgo = (days: number) => ({ address: person, at: new Date(Date.now() - days * DAY_MS) });
    await holds.coolDown([daysAgo(8)]);
    expect(await ends(person)).toEqual([]);
    await holds.coolDown([daysAgo(3), daysAgo(1)]);
    await holds.coolDown([daysAgo(2)]);
    const [end] = await ends(person);
    expect(Math.round((end!.getTime() - Date.now()) / DAY_MS)).toBe(6);
  });
});

it('does not end a hold for good by one for a while', async () => {
  const person = aPerson();
  await held.hold('unreachable', [{ whatsAppId: person, until: null }]);
  await held.hold('unreachable', [{ whatsAppId: person, until: new Date(Date.now() + DAY_MS) }]);
  expect(await ends(person)).toEqual([null]);
  await held.release('unreachable', [person]);
  expect(await ends(person)).toEqual([]);
});
