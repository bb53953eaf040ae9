import { randomUUID } from 'node:crypto';
import { eventually } from '../../support/eventually.js';
import { DispatchWorld } from './dispatch-world.js';

const [FIRST, LATE, LAST] = ['4915112345641', '4915112345642', '4915112345643'] as const;

describe('a contact whose transaction ends after those of later contacts', () => {
  let world: DispatchWorld;

  beforeAll(async () => {
    world = await DispatchWorld.open();
  });

  afterAll(() => world.close());

  it('is found for a run that sleeps, though nobody rings for it', async () => {
    const campaign = await world.aCampaign([FIRST], { alwaysRunning: true });
    const { id } = campaign;
    const neglected = () => world.runs.findNeglected([id], 0);
    const late = world.db.createQueryRunner();
    await late.startTransaction();
    await late.query(
      `INSERT INTO contacts (contact_list_id, contact_id, data, whatsapp_ids) VALUES ($1, $2, $3, $4)`,
      [
        campaign.contactListId,
        randomUUID(),
        JSON.stringify({ wa: LATE }),
        JSON.stringify({ wa: { id: LATE, key: LATE } }),
      ],
    );
    await world.addContacts(campaign, [LAST]);
    const run = await world.runs.create(campaign);
    await world.db.query(
      `UPDATE campaign_messages SET state = 'settled', settled_at = now(),
      disposition = 'ININ-OUTBOUND-NUMBERS-INVALID' WHERE run_id = $1`,
      [run.id],
    );
    await world.runs.settleLateContacts(run.id);
    await world.runs.expectTick(run.id, null);
    expect(await neglected()).toEqual([]);
    await late.commitTransaction();
    await late.release();
    // Transactions of other tests on the same server count as well.
    await eventually('the look for it', async () => (await neglected()).length === 1);

    await world.runs.settleLateContacts(run.id);
    expect(await world.runs.queueContacts(run, campaign, '0')).toBe(1);
    await world.db.query(`DELETE FROM campaign_messages WHERE run_id = $1 AND state = 'queued'`, [run.id]);
    expect(await neglected()).toEqual([]);
  });
});
