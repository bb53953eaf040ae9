import type {
  MessagesRepository,
  Settlement,
} from '../../../src/modules/dispatch/sending/messages.repository.js';
import { Settler } from '../../../src/modules/dispatch/sending/settler.js';
import type { Logger } from '../../../src/platform/logging/logger.js';

const outcome = (id: string): Settlement => ({
  id,
  claimToken: 'token',
  disposition: 'OUTBOUND-MESSAGE-SENT',
  wamid: `wamid.${id}`,
});

const logger = { warn: () => undefined, error: () => undefined } as unknown as Logger;

const given = (refusing: (settlements: readonly Settlement[]) => string | undefined = () => undefined) => {
  const written: string[][] = [];
  const messages = {
    requeue: () => Promise.resolve(),
    settle: (settlements: readonly Settlement[]) => {
      const code = refusing(settlements);
      if (code) return Promise.reject(Object.assign(new Error('refused'), { code }));
      if (settlements.length > 0) written.push(settlements.map(({ id }) => id));
      return Promise.resolve();
    },
  } as unknown as MessagesRepository;
  return { written, settler: new Settler(messages, logger) };
};

describe('the settler', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('waits a moment for others', async () => {
    const { written, settler } = given();
    settler.settle(outcome('a'));
    settler.settle(outcome('b'));
    await jest.advanceTimersByTimeAsync(39);
    expect(written).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(written).toEqual([['a', 'b']]);
  });

  it('lets a full batch wait for nobody, also when it fills during the wait, and loses none', async () => {
    const { written, settler } = given();
    settler.settle(outcome('first'));
    for (let n = 0; n < 500; n += 1) settler.settle(outcome(`m${n}`));
    await jest.advanceTimersByTimeAsync(0);
    expect(written.flat()).toHaveLength(501);
    settler.settle(outcome('last'));
    await jest.advanceTimersByTimeAsync(40);
    expect(written.flat().at(-1)).toBe('last');
    await settler.drain();
  });

  it('tries again for as long as PostgreSQL is away', async () => {
    jest.useRealTimers();
    let tries = 0;
    const { written, settler } = given(() => ((tries += 1) < 3 ? '57P01' : undefined));
    settler.settle(outcome('a'));
    settler.settle(outcome('b'));
    await settler.drain();
    expect([written, tries]).toEqual([[['a', 'b']], 3]);
  });

  it('gives up what PostgreSQL takes in no form, and nothing else', async () => {
    const isBad = (some: readonly Settlement[]) => some.some(({ id }) => id === 'bad');
    const { written, settler } = given((some) => (isBad(some) ? '22003' : undefined));
    for (const id of ['a', 'bad', 'b']) settler.settle(outcome(id));
    await jest.advanceTimersByTimeAsync(40);
    expect(written).toEqual([['a'], ['b']]);
    await settler.drain();
  });
});
