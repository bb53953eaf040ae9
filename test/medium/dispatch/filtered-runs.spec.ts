import type { FilterClause } from '../../../src/modules/contact-lists/filters/contact-filter.js';
import type { Run } from '../../../src/modules/dispatch/runs/runs.repository.js';
import { DispatchWorld } from './dispatch-world.js';

const [NUMBER, OTHER, THIRD] = ['4915112345671', '4915112345672', '4915112345673'];

let world: DispatchWorld;
beforeAll(async () => {
  world = await DispatchWorld.open();
});
afterAll(() => world.close());

function amountAbove(value: string): FilterClause {
  return {
    predicates: [
      { column: 'amount', columnType: 'numeric', operator: 'GREATER_THAN', value, inverted: false },
    ],
  };
}

async function queued({ id }: Run): Promise<string[]> {
  const rows = await world.db.query<{ wa: string }[]>(
    `SELECT c.data ->> 'wa' AS wa FROM campaign_messages m JOIN contacts c ON c.seq = m.contact_seq
      WHERE m.run_id = $1 ORDER BY m.position`,
    [id],
  );
  return rows.map(({ wa }) => wa);
}

async function lastSeqs({ id, contactListId }: Run): Promise<{ noted: string; last: string }> {
  const [row] = await world.db.query<[{ noted: string; last: string }]>(
    `SELECT last_contact_seq AS noted, (SELECT max(seq) FROM contacts WHERE contact_list_id = $2) AS last
       FROM campaign_runs WHERE id = $1`,
    [id, contactListId],
  );
  return row;
}

describe('a run of a campaign with a filter', () => {
  it('queues the contacts that match, at the start and when they come later', async () => {
    const whole = await world.aCampaign([]);
    await world.addContacts(whole, [NUMBER], { amount: '50' });
    await world.addContacts(whole, [OTHER], { amount: '150' });
    const campaign = await world.filtered(whole, amountAbove('100'));
    const run = await world.runs.create(campaign);
    expect(await queued(run)).toEqual([OTHER]);
    await world.addContacts(campaign, [THIRD], { amount: '101' });
    await world.addContacts(campaign, ['4915112345674'], { amount: 'unknown' });
    expect(await world.runs.queueContacts(run, campaign, '0')).toBe(1);
    expect(await queued(run)).toEqual([OTHER, THIRD]);
    expect(await world.runs.queueContacts(run, campaign, '0')).toBe(0);
  });

  it('has seen the contacts that it passed over, so that nobody is rung for them again', async () => {
    const whole = await world.aCampaign([], { alwaysRunning: true });
    await world.addContacts(whole, [NUMBER, OTHER], { amount: '1' });
    const campaign = await world.filtered(whole, amountAbove('100'));
    const run = await world.runs.create(campaign);
    await world.sleep(run.id);
    const { noted, last } = await lastSeqs(run);
    expect(noted).toBe(last);
    expect(await world.runs.findNeglected([campaign.id], 0)).toEqual([]);
    await world.addContacts(campaign, [THIRD], { amount: '1' });
    expect(await world.runs.findNeglected([campaign.id], 0)).toEqual([campaign.id]);
    expect(await world.runs.queueContacts(run, campaign, noted)).toBe(0);
    await world.sleep(run.id);
    expect(await world.runs.findNeglected([campaign.id], 0)).toEqual([]);
  });

  it('takes the filter as it is at the last look', async () => {
    const whole = await world.aCampaign([]);
    await world.addContacts(whole, [NUMBER], { amount: '50' });
    const campaign = await world.filtered(whole, amountAbove('100'));
    const run = await world.runs.create(campaign);
    expect(await queued(run)).toEqual([]);
    await world.db.query(`UPDATE contact_list_filters SET clauses = $2 WHERE id = $1`, [
      campaign.contactListFilterId,
      JSON.stringify([amountAbove('10')]),
    ]);
    expect(await world.runs.queueContacts(run, campaign, '0')).toBe(1);
    expect(await queued(run)).toEqual([NUMBER]);
  });
});
