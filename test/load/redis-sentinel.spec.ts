import { acceptedBy, startCampaign, untilMessaged, untilStatus } from '../support/campaign.js';
import { type Product, startProduct } from '../support/product.js';
import { type RedisPair, startRedisPair } from '../support/sentinel.js';

const CONTACTS = 200;

describe('Redis with Sentinel, its master killed in the middle of a campaign', () => {
  let redis: RedisPair;
  let product: Product;

  beforeAll(async () => {
    redis = await startRedisPair();
    product = await startProduct({
      workers: 1,
      redisUrl: redis.url,
      simulator: { suffixProfiles: false },
    });
  });

  afterAll(async () => {
    await product?.stop();
    await redis?.stop();
  });

  it('goes on with the replica: everybody once', async () => {
    const campaign = await startCampaign(product, { contacts: CONTACTS, messagesPerMinute: 1_200 });
    await untilMessaged(campaign, 40);
    await redis.killMaster();
    await untilStatus(campaign, 'complete', 90_000);
    const accepted = await acceptedBy(product);
    expect(accepted).toHaveLength(CONTACTS);
    expect(new Set(accepted.map(({ to }) => to)).size).toBe(CONTACTS);
  });
});
