import { playSchedules } from './model/play-schedules.js';

const SCHEDULES = 8;

// Many more of them: npx jest -c config/jest.load.config.mjs --testPathPatterns crash-model
it('[F1] [F2] [F3] [F10] [F18] [F22] [F46] whatever dies at whatever moment, nobody is messaged twice and nobody lost', async () => {
  const { played, report } = await playSchedules({ first: 1, count: SCHEDULES });
  process.stdout.write(`${report}\n`);
  expect(played.filter(({ violations }) => violations.length > 0)).toEqual([]);
  expect(played).toHaveLength(SCHEDULES);
  expect(played.flatMap(({ crashes }) => crashes).length).toBeGreaterThan(SCHEDULES / 2);
});
