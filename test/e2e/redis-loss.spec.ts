import { Redis } from 'ioredis';
import { acceptedBy, startCampaign, untilMessaged, untilStatus } from '../support/campaign.js';
import { testRedisUrl } from '../support/database.js';
import { type Product, startProduct } from '../support/product.js';

const CONTACTS = 400;

// PostgreSQL is the truth, Redis a doorbell: without its memory the campaign goes on, at the asked pace and once each.
describe('Redis losing everything in the middle of a campaign', () => {
  let product: Product;
  let redis: Redis;
  let prefix: string;

  beforeAll(async () => {
    prefix = `loss-${process.pid}`;
    redis = new Redis(testRedisUrl());
    product = await startProduct({
      workers: 1,
      env: { REDIS_PREFIX: prefix },
      simulator: { suffixProfiles: false },
    });
  });

  afterAll(async () => {
    await product?.stop();
    redis.disconnect();
  });

  it('[F9] [F32] holds nobody up, sends nothing twice and never too fast', async () => {
    const messagesPerMinute = 1_800;
    const campaign = await startCampaign(product, { contacts: CONTACTS, messagesPerMinute });
    for (const count of [40, 120, 200]) {
      await untilMessaged(campaign, count);
      const keys = await redis.keys(`${prefix}:*`);
      expect(keys.length).toBeGreaterThan(0);
      await redis.del(keys);
    }
    await untilStatus(campaign, 'complete');
    const accepted = await acceptedBy(product);
    expect(accepted).toHaveLength(CONTACTS);
    expect(new Set(accepted.map(({ to }) => to)).size).toBe(CONTACTS);
    // Evenly spaced at 30 a second: whatever Redis forgot, no second holds much more than its share.
    const summary = await product.simulator.control('GET', '/ledger/summary');
    const rates = summary.rates as unknown as { maxInAnySecond: number };
    expect(rates.maxInAnySecond).toBeLessThanOrEqual(45);
  });
});
