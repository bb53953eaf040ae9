import pg from 'pg';
import { acceptedBy, startCampaign, untilMessaged, untilStatus } from '../support/campaign.js';
import { eventually } from '../support/eventually.js';
import { crash, type Product, startProduct } from '../support/product.js';
import { numberOf } from '../support/contacts-csv.js';

const CONTACTS = 1_500;
const KILLS = 20;

async function dispositions(product: Product): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: product.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ disposition: string; count: number }>(
    `SELECT coalesce(disposition, state) AS disposition, count(*)::int AS count FROM campaign_messages GROUP BY 1`,
  );
  await client.end();
  return Object.fromEntries(rows.map((row) => [row.disposition, row.count]));
}

async function startSlowProduct(workers: number): Promise<Product> {
  const product = await startProduct({ workers, simulator: { suffixProfiles: false } });
  // The provider answers slowly, so that calls are in the air at any moment.
  await product.simulator.control('POST', '/faults', { action: 'accept_then_delay', every: 1, delayMs: 300 });
  return product;
}

describe('a worker killed in the middle of a campaign', () => {
  let product: Product;

  beforeAll(async () => {
    product = await startSlowProduct(2);
  });

  afterAll(() => product?.stop());

  it('[F3] [F21] [F22] [F30] leaves nobody messaged twice and nobody out', async () => {
    const campaign = await startCampaign(product, { contacts: CONTACTS, messagesPerMinute: 6_000 });
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await untilMessaged(campaign, kill * 30);
      await crash(product.workers.shift()!);
      await product.startWorker();
    }
    await untilStatus(campaign, 'complete', 150_000);
    // Receipts of the calls that were in the air settle what the dead workers could not record.
    const accepted = await acceptedBy(product);
    const recipients = accepted.map(({ to }) => to);
    expect(new Set(recipients).size).toBe(recipients.length);
    const ended = await eventually('the receipts of all accepted messages', async () => {
      const counts = await dispositions(product);
      return counts['OUTBOUND-MESSAGE-SENT'] === accepted.length && counts;
    });
    const ambiguous = ended['OUTBOUND-MESSAGE-AMBIGUOUS'] ?? 0;
    expect((ended['OUTBOUND-MESSAGE-SENT'] ?? 0) + ambiguous).toBe(CONTACTS);
    // Everybody was messaged, but for calls that died with their worker before the provider saw them.
    expect(recipients.length).toBeGreaterThanOrEqual(CONTACTS - ambiguous);
    expect(recipients).toContain(numberOf(CONTACTS - 1));
  }, 240_000);
});
