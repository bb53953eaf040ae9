import fs from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');
const all = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, found]) => found ?? '')),
];

describe('the README', () => {
  const settings = all(read('src/platform/config/load-config.ts'), /\bget\('([A-Z_]+)'\)/gu);

  it('has a line in its table for every setting', () => {
    const rows = all(read('README.md'), /^\| (`[A-Z].*?) +\|/gmu).join(' ');
    expect(settings.length).toBeGreaterThan(15);
    expect(settings.filter((name) => !rows.includes(`\`${name}\``))).toEqual([]);
  });

  it('knows no setting that nothing reads', () => {
    const named = all(read('README.md'), /^\| (`[A-Z].*?) +\|/gmu).flatMap((row) =>
      all(row, /`([A-Z_]+)`/gu),
    );
    expect(named.filter((name) => !settings.includes(name))).toEqual([]);
  });
});

describe.each(['README.md', 'CONTRIBUTING.md'])('%s', (file) => {
  const text = read(file);

  it('links to files that exist', () => {
    const links = all(text, /\]\((?!https?:|#)([^)#]+)/gu);
    expect(links.filter((link) => !fs.existsSync(path.join(ROOT, link)))).toEqual([]);
  });

  it('names files of the project that exist', () => {
    const named = all(text, /`((?:src|test|config)\/[\w./-]+)`/gu);
    expect(named.filter((name) => !fs.existsSync(path.join(ROOT, name)))).toEqual([]);
  });

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = all(text, /npm (?:run )?((?:start|test|check|build|openapi|format|chaos|bench)\b[\w:]*)/gu);
    expect(named.length).toBeGreaterThan(1);
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });
});
