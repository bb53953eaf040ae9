import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const MOST_LINES = 400;
const CODE = /\.(?:[cm]?[jt]s|css|html)$/u;

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => CODE.test(name))
    .map((name) => path.join(folder, name));
}

const linesOf = (file: string): number =>
  fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1;

describe.each(['src', 'test', 'config'])('files of code in %s', (folder) => {
  const files = filesBelow(folder);

  it('are there to be measured', () => {
    expect(files.length).toBeGreaterThan(3);
  });

  it(`have at most ${MOST_LINES} lines: split what is longer by what it is about`, () => {
    const tooLong = files.filter((file) => linesOf(file) > MOST_LINES);
    expect(tooLong.map((file) => `${file}: ${linesOf(file)} lines`)).toEqual([]);
  });
});
