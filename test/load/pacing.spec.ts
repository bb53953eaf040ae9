import { acceptedBy, startCampaign, untilStatus } from '../support/campaign.js';
import { type Product, startProduct } from '../support/product.js';

interface Rates {
  maxInAny60Seconds: number;
  maxInAnySecond: number;
}

const MINUTES = 2.5;

/** Greatest number of messages per whole minute between the first and the last message, as the provider saw them. */
function perMinute(moments: number[]): number {
  const ms = moments.at(-1)! - moments[0]!;
  return ((moments.length - 1) / ms) * 60_000;
}

// The second promise, measured at the provider: never faster than asked in any sliding minute, and close below it.
describe.each([600, 4_800, 60_000])('%i messages per minute with two workers', (messagesPerMinute) => {
  let product: Product;

  beforeAll(async () => {
    product = await startProduct({ workers: 2, simulator: { suffixProfiles: false } });
  });

  afterAll(() => product?.stop());

  it('keeps every minute at or below the rate', async () => {
    const contacts = Math.round(messagesPerMinute * MINUTES);
    const campaign = await startCampaign(product, { contacts, messagesPerMinute });
    await untilStatus(campaign, 'complete', 10 * 60_000);
    const accepted = await acceptedBy(product);
    const rates = (await product.simulator.control('GET', '/ledger/summary')).rates as unknown as Rates;
    const reached = perMinute(accepted.map(({ acceptedAt }) => acceptedAt));
    process.stdout.write(
      `asked ${messagesPerMinute}/min, reached ${reached.toFixed(0)}/min ` +
        `(${((reached / messagesPerMinute) * 100).toFixed(1)} %), most in any 60 s ${rates.maxInAny60Seconds}, ` +
        `most in any second ${rates.maxInAnySecond}\n`,
    );
    expect(new Set(accepted.map(({ to }) => to)).size).toBe(contacts);
    expect(rates.maxInAny60Seconds).toBeLessThanOrEqual(messagesPerMinute);
  });
});
