import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { testRedisUrl } from '../../../support/database.js';
import { DispatchWorld } from '../dispatch-world.js';
import { type Played, Schedule } from './schedule.js';

/** Plays schedules with the seeds from `first` on, each with its own campaign; the report says what there was. */
export async function playSchedules({
  first,
  count,
}: {
  first: number;
  count: number;
}): Promise<{ played: Played[]; report: string }> {
  const world = await DispatchWorld.open();
  const redis = new Redis(testRedisUrl());
  const place = { redisPrefix: `model-${randomUUID()}`, integrationId: randomUUID() };
  const played: Played[] = [];
  const startedAt = performance.now();
  try {
    for (let seed = first; seed < first + count; seed += 1)
      played.push(await new Schedule(world, redis, { ...place, seed }).play());
  } finally {
    redis.disconnect();
    await world.close();
  }
  return { played, report: reportOf(played, performance.now() - startedAt) };
}

function reportOf(played: readonly Played[], ms: number): string {
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
  const crashes = played.flatMap((one) => one.crashes);
  const endings: Record<string, number> = {};
  for (const one of played)
    for (const [ending, times] of Object.entries(one.endings))
      endings[ending] = (endings[ending] ?? 0) + times;
  return [
    `${played.length} schedules in ${Math.round(ms / 1000)} s: ${crashes.length} crashes at ` +
      `${new Set(crashes).size} kinds of moments among ${sum(played.map(({ points }) => points))} points in ${sum(played.map(({ steps }) => steps))} steps, ` +
      `${sum(played.map(({ accepted }) => accepted))} messages accepted, ` +
      `${sum(played.map(({ violations }) => violations.length))} violations`,
    JSON.stringify(endings),
  ].join('\n');
}
