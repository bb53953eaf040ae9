import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until `ask` returns something other than undefined or false; fails with `what` at the end. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await sleep(25);
  }
  throw new Error(`${what} did not happen within ${withinMs} ms; last: ${String(last)}`);
}

/** Waits for a moment on the wall clock, in milliseconds since 1970. */
export async function untilPast(moment: number): Promise<void> {
  await eventually('the time', () => Promise.resolve(Date.now() > moment), 60_000);
}
