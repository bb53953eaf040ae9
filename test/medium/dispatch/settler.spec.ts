import { randomBytes } from 'node:crypto';
import type { Settlement } from '../../../src/modules/dispatch/sending/messages.repository.js';
import { Settler } from '../../../src/modules/dispatch/sending/settler.js';
import { Logger } from '../../../src/platform/logging/logger.js';
import { DispatchWorld } from './dispatch-world.js';

const logger = new Logger({ logLevel: 'silent', logFormat: 'json', processRole: 'worker' });

describe('outcomes that PostgreSQL does not take', () => {
  let world: DispatchWorld;
  let settler: Settler;
  let logged: jest.SpyInstance;

  beforeAll(async () => {
    world = await DispatchWorld.open();
    await world.messages.settle([sent(await world.aCall(), 'wamid.constant')]);
  });

  afterAll(() => world.close());

  beforeEach(() => {
    settler = new Settler(world.messages, logger);
    logged = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
  });

  afterEach(() => logged.mockRestore());

  const sent = (
    { id, claimToken }: { id: string; claimToken: string },
    wamid = `wamid.${id}`,
  ): Settlement => ({
    id,
    claimToken,
    disposition: 'OUTBOUND-MESSAGE-SENT',
    wamid,
  });

  it.each<[string, Partial<Settlement>, object]>([
    [
      'the message id of another message',
      { wamid: 'wamid.constant' },
      {
        disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS',
        disposition_detail: expect.stringContaining('campaign_messages_wamid'),
      },
    ],
    [
      'an endless message id',
      { wamid: randomBytes(9_000).toString('base64') },
      { disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS' },
    ],
    [
      'a code beyond 32 bits',
      { disposition: 'OUTBOUND-MESSAGE-FAILED', wamid: undefined, errorCode: 3_000_000_000, errorText: 't' },
      {
        disposition: 'OUTBOUND-MESSAGE-FAILED',
        disposition_detail: expect.stringContaining('3000000000'),
        provider_error_code: null,
      },
    ],
    [
      'a NUL in its words',
      { disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS', wamid: undefined, detail: 'HTTP 500 a\0b' },
      { disposition: 'OUTBOUND-MESSAGE-AMBIGUOUS', disposition_detail: expect.stringContaining('Unicode') },
    ],
  ])('with %s are written without it and hold up no other', async (_what, change, expected) => {
    const [bad, good] = [await world.aCall(), await world.aCall()];
    settler.settle({ ...sent(bad), ...change });
    settler.settle(sent(good));
    await settler.drain();
    expect(await world.message(good.id)).toMatchObject({ disposition: 'OUTBOUND-MESSAGE-SENT' });
    expect(await world.message(bad.id)).toMatchObject({ state: 'settled', wamid: null, ...expected });
    expect(logged).toHaveBeenCalledWith(expect.objectContaining({ messageId: bad.id }), expect.any(String));
  });

  it('end a message that can not go back to the queue', async () => {
    const [bad, good] = [await world.aCall(), await world.aCall()];
    settler.requeue({ id: bad.id, claimToken: bad.claimToken, delayMs: 1e18, attempts: 1 });
    settler.requeue({ id: good.id, claimToken: good.claimToken, delayMs: 1, attempts: 1 });
    await settler.drain();
    expect(await world.message(good.id)).toMatchObject({ state: 'queued', attempts: 1 });
    expect(await world.message(bad.id)).toMatchObject({
      disposition: 'OUTBOUND-MESSAGE-FAILED',
      disposition_detail: expect.stringContaining('queue'),
    });
  });
});
