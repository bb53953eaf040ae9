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

const given = () => {
  const written: string[][] = [];
  const messages = {
    requeue: () => Promise.resolve(),
    settle: (settlements: readonly Settlement[]) => {
      written.push(settlements.map(({ id }) => id));
      return Promise.resolve();
    },
  } as unknown as MessagesRepository;
  return { written, settler: new Settler(messages, {} as Logger) };
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
});
