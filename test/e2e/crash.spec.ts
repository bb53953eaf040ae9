import pg from 'pg';
import { acceptedBy, startCampaign, untilMessaged, untilStatus } from '../support/campaign.js';
import { eventually } from '../support/eventually.js';
import { crash, type Product, startProduct } from '../support/product.js';
import { numberOf } from '../support/contacts-csv.js';

const CONTACTS = 1_500;
const KILLS = 20;

/** The numbers of the contacts by disposition, or by state as long as they have none. */
async function numbersByFate(product: Product): Promise<Record<string, string[]>> {
  const client = new pg.Client({ connectionString: product.databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ fate: string; numbers: string[] }>(
    `SELECT coalesce(disposition, state) AS fate, array_agg(ltrim(address, '+') ORDER BY address) AS numbers
       FROM campaign_messages GROUP BY 1`,
  );
  await client.end();
  return Object.fromEntries(rows.map((row) => [row.fate, row.numbers]));
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
    const campaign = await startCampaign(product, { contacts: CONTACTS, messagesPerMinute: 1_800 });
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await untilMessaged(campaign, kill * 30);
      await crash(product.workers.shift()!);
      await product.startWorker();
    }
    await untilStatus(campaign, 'complete', 150_000);
    // Receipts of the calls that were in the air settle what the dead workers could not record.
    const recipients = (await acceptedBy(product)).map(({ to }) => to).sort();
    expect(new Set(recipients).size).toBe(recipients.length);
    const everybody = Array.from({ length: CONTACTS }, (_, index) => numberOf(index));
    const ended = await eventually('the receipts of all accepted messages', async () => {
      const numbers = await numbersByFate(product);
      return numbers['OUTBOUND-MESSAGE-SENT']?.length === recipients.length && numbers;
    });
    const { 'OUTBOUND-MESSAGE-SENT': sent, 'OUTBOUND-MESSAGE-AMBIGUOUS': ambiguous = [], ...rest } = ended;
    expect(sent).toEqual(recipients);
    // Everybody was messaged once, but for calls that died with their worker before the provider saw them.
    expect([...recipients, ...ambiguous].sort()).toEqual(everybody);
    expect(rest).toEqual({});
  }, 240_000);
});
