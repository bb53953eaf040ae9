import { playSchedules } from '../medium/dispatch/model/play-schedules.js';

const SCHEDULES = Number(process.env.MODEL_SCHEDULES ?? 600);
const FIRST_SEED = Number(process.env.MODEL_FIRST_SEED ?? 1_001);

// The long form of the model test of npm test, see there. One that fails comes again by its seed.
it(
  `nobody is messaged twice and nobody lost in ${SCHEDULES} schedules of crashes`,
  async () => {
    const { played, report } = await playSchedules({ first: FIRST_SEED, count: SCHEDULES });
    process.stdout.write(`${report}\n`);
    expect(played.filter(({ violations }) => violations.length > 0)).toEqual([]);
    expect(played).toHaveLength(SCHEDULES);
  },
  SCHEDULES * 10_000,
);
