import { SenderCache } from '../../../src/modules/whatsapp/integrations/sender-cache.js';

/** A cache of a repository whose answers come when they are told to. */
function aCache() {
  const answers: ((row: { id: string; token: string } | Error) => void)[] = [];
  const findUnlocked = (id: string) =>
    new Promise((resolve, reject) => {
      answers.push((row) => (row instanceof Error ? reject(row) : resolve({ ...row, id })));
    });
  type Parts = ConstructorParameters<typeof SenderCache>;
  return { cache: new SenderCache({ findUnlocked } as unknown as Parts[0]), answers };
}

/** Lets everything happen that waits for nothing but its turn. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('what is known of a sender', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  async function known() {
    const { cache, answers } = aCache();
    const first = cache.get('a');
    answers[0]!({ id: 'a', token: 'old' });
    await first;
    return { cache, answers };
  }

  it('is read once for all who ask within seconds', async () => {
    const { cache, answers } = await known();
    jest.advanceTimersByTime(3_900);
    expect((await cache.get('a'))?.token).toBe('old');
    expect(answers).toHaveLength(1);
  });

  it('is read anew in good time, and nobody waits for that', async () => {
    const { cache, answers } = await known();
    jest.advanceTimersByTime(4_100);
    expect((await cache.get('a'))?.token).toBe('old');
    expect((await cache.get('a'))?.token).toBe('old');
    expect(answers).toHaveLength(2);
    answers[1]!({ id: 'a', token: 'new' });
    await settle();
    jest.advanceTimersByTime(3_000);
    expect((await cache.get('a'))?.token).toBe('new');
    expect(answers).toHaveLength(2);
  });

  it('never counts for longer than it may, whether or not it could be read anew', async () => {
    const { cache, answers } = await known();
    jest.advanceTimersByTime(4_100);
    await cache.get('a');
    answers[1]!(new Error('no database'));
    await settle();
    expect((await cache.get('a'))?.token).toBe('old');
    jest.advanceTimersByTime(1_000);
    const late = cache.get('a');
    answers[2]!({ id: 'a', token: 'new' });
    expect((await late)?.token).toBe('new');
  });

  it('does not come back after it was said to be void', async () => {
    const { cache, answers } = await known();
    jest.advanceTimersByTime(4_100);
    await cache.get('a');
    cache.invalidate('a');
    answers[1]!({ id: 'a', token: 'old' });
    await settle();
    const next = cache.get('a');
    answers[2]!({ id: 'a', token: 'new' });
    expect((await next)?.token).toBe('new');
  });
});
