import fs from 'node:fs';
import path from 'node:path';

const TESTS = path.resolve(__dirname, '..');
/** Sent twice, never sent or stuck, counted wrongly: the failures of systems of this kind that are known by number. */
const LAST = 47;
const NAME_OF_A_TEST = /\b(?:it|test|describe)(?:\.each\([\s\S]*?\))?\(\s*(['"`])((?:\[F\d+\] )+)/gu;

function numbersIn(text: string): number[] {
  return [...text.matchAll(NAME_OF_A_TEST)].flatMap(([, , numbers]) =>
    [...numbers!.matchAll(/\d+/gu)].map(Number),
  );
}

describe('failures of systems of this kind', () => {
  const files = fs
    .readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.spec.ts') && !name.startsWith('architecture'));
  const tested = new Set(files.flatMap((name) => numbersIn(fs.readFileSync(path.join(TESTS, name), 'utf8'))));

  it('are found in the names of tests, also of tables of tests', () => {
    expect(numbersIn(`it('[F3] [F21] one', x);\n it.each([[1], [2]])('[F7] many %i', y); // [F9]`)).toEqual([
      3, 21, 7,
    ]);
  });

  it(`have a test each, by their number from 1 to ${LAST}`, () => {
    const all = Array.from({ length: LAST }, (_, index) => index + 1);
    expect(all.filter((number) => !tested.has(number)).map((number) => `[F${number}]`)).toEqual([]);
    expect([...tested].filter((number) => number > LAST)).toEqual([]);
  });
});
