import { acceptedBy } from '../support/campaign.js';
import { type Product, startProduct } from '../support/product.js';
import { isInstalled, readmeBlocks, runScript } from '../support/readme.js';
import { loginSdk } from '../support/sdk.js';

// The commands of the README as a newcomer pastes them. curl and Bash may be missing where the tests run.
const canPaste = isInstalled('bash') && isInstalled('curl');

describe('the README', () => {
  let product: Product;
  let env: Record<string, string>;

  beforeAll(async () => {
    product = await startProduct({ workers: 'all' });
    env = {
      BASE_URL: product.baseUrl,
      CLIENT_ID: product.clientId,
      CLIENT_SECRET: product.clientSecret,
      SIMULATOR_TOKEN: product.simulator.accessToken,
    };
  });

  afterAll(() => product?.stop());

  async function statusOf(name: string): Promise<string | undefined> {
    const { outbound } = await loginSdk(product);
    const found = await outbound.getOutboundMessagingcampaigns({ name });
    return found.entities?.[0]?.campaignStatus;
  }

  (canPaste ? it : it.skip)(
    'leads by curl from the login to a complete campaign and its report',
    async () => {
      const blocks = readmeBlocks('bash walkthrough');
      expect(blocks.length).toBeGreaterThan(8);
      const output = await runScript(['bash'], ['set -euo pipefail', ...blocks].join('\n'), env);
      expect(output).toContain('3 of 6 messaged');
      expect(output).toContain('"ININ-OUTBOUND-ON-DO-NOT-CALL-LIST":1');
      expect(output).toContain('"ININ-OUTBOUND-NUMBERS-INVALID":1');
      expect(output.match(/\+4915123456\d{3} {2}OUTBOUND-MESSAGE-SENT/gu)).toHaveLength(3);
      expect(await statusOf('First campaign')).toBe('complete');
      const recipients = (await acceptedBy(product)).map(({ to }) => to);
      expect(recipients.sort()).toEqual(['4915123456701', '4915123456702', '4915123456703']);
    },
  );

  (canPaste ? it : it.skip)('does the same by the official SDK', async () => {
    const [snippet, ...more] = readmeBlocks('js sdk');
    expect(more).toEqual([]);
    const output = await runScript([process.execPath, '--input-type=module'], snippet ?? '', env);
    expect(output.trim()).toBe('3 messaged, 100 % done');
    expect(await statusOf('Campaign by SDK')).toBe('complete');
    const recipients = (await acceptedBy(product)).map(({ to }) => to);
    expect(recipients).toEqual(expect.arrayContaining(['4915123456710', '4915123456711', '4915123456712']));
  });
});
