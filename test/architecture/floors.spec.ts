import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const CRUISER = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const RULES = path.join(ROOT, 'config/dependency-cruiser.cjs');
const LIMIT_MS = 60_000;

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}

/** What dependency-cruiser finds in `src` below a folder, with the rules of this project. */
async function violationsIn(folder: string): Promise<Violation[]> {
  const args = [CRUISER, '--config', RULES, '--output-type', 'json', 'src'];
  const output = await new Promise<string>((resolve, reject) => {
    // It ends with the number of violations as exit code; only an answer that is no JSON is a failure.
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 256 * 1024 * 1024 }, (_, stdout, stderr) =>
      stdout.startsWith('{') ? resolve(stdout) : reject(new Error(stderr || 'no answer')),
    );
  });
  const { summary } = JSON.parse(output) as { summary: { violations: Violation[]; totalCruised: number } };
  if (summary.totalCruised === 0) throw new Error(`nothing to cruise in ${folder}`);
  return summary.violations;
}

const describeViolation = ({ rule, from, to }: Violation): string => `${rule.name}: ${from} -> ${to}`;

describe('the floors of the house', () => {
  it(
    'have no upward, sideways, deep or circular import',
    async () => {
      expect((await violationsIn(ROOT)).map(describeViolation)).toEqual([]);
    },
    LIMIT_MS,
  );
});

// Each file breaks one rule, and would not be noticed if that rule were gone.
const BROKEN_HOUSE: Record<string, string> = {
  'src/kernel/looks-up.ts': `import type { Tool } from '../platform/tool.js';\nexport type Kernel = Tool;`,
  'src/platform/tool.ts': `export interface Tool { name: string }`,
  'src/modules/contact-lists/index.ts': `import { dnc } from '../dnc-lists/index.js';\nexport const contacts = dnc;`,
  'src/modules/contact-lists/contacts.repository.ts': `import { contacts } from './index.js';\nexport const rows = contacts;`,
  'src/modules/dnc-lists/index.ts': `export const dnc = [];`,
  'src/modules/campaigns/index.ts': `export { rows } from '../contact-lists/contacts.repository.js';`,
  'src/modules/whatsapp/index.ts': `export { later } from './earlier.js';\nexport const now = 1;`,
  'src/modules/whatsapp/earlier.ts': `import { now } from './index.js';\nexport const later = now + 1;`,
  'src/simulator/index.ts': `export type { Tool } from '../platform/tool.js';`,
  'src/main.ts': `import './simulator/index.js';`,
  'src/platform/forgotten.ts': `export const forgotten = true;`,
};

describe('the rules of the floors', () => {
  let folder: string;
  let found: string[];

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'depesche-floors-'));
    const files = {
      ...BROKEN_HOUSE,
      'package.json': '{ "type": "module" }',
      'tsconfig.json': '{ "compilerOptions": { "module": "nodenext" }, "include": ["src"] }',
    };
    for (const [file, text] of Object.entries(files)) {
      const target = path.join(folder, file);
      await mkdir(path.dirname(target), { recursive: true });
      await writeFile(target, `${text}\n`);
    }
    found = (await violationsIn(folder)).map(describeViolation);
  }, LIMIT_MS);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['a type import from a higher floor', 'floor-0-looks-up: src/kernel/looks-up.ts -> src/platform/tool.ts'],
    [
      'a neighbour on the same floor',
      'neighbour-of-contact-lists: src/modules/contact-lists/index.ts -> src/modules/dnc-lists/index.ts',
    ],
    [
      'a module entered past its index.ts',
      'modules-only-through-their-door: src/modules/campaigns/index.ts -> src/modules/contact-lists/contacts.repository.ts',
    ],
    ['a cycle', 'no-cycles: src/modules/whatsapp/earlier.ts -> src/modules/whatsapp/index.ts'],
    [
      'a simulator that knows the product',
      'simulator-stands-apart: src/simulator/index.ts -> src/platform/tool.ts',
    ],
    [
      'a product that knows the simulator',
      'nobody-uses-the-simulator: src/main.ts -> src/simulator/index.ts',
    ],
    ['a file that nobody uses', 'no-orphans: src/platform/forgotten.ts -> src/platform/forgotten.ts'],
  ])('find %s', (_, violation) => {
    expect(found).toContain(violation);
  });

  it('find nothing else wrong with that house', () => {
    const rules = new Set(found.map((violation) => violation.split(':')[0]));
    expect([...rules].sort()).toEqual([
      'floor-0-looks-up',
      'modules-only-through-their-door',
      'neighbour-of-contact-lists',
      'no-cycles',
      'no-orphans',
      'nobody-uses-the-simulator',
      'simulator-stands-apart',
    ]);
  });
});
