import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import {
  COLUMN_TYPES,
  type FilterCriteria,
  type FilterPredicate,
  JUNCTIONS,
  OPERATORS,
} from '../../../src/modules/contact-lists/filters/contact-filter.js';
import { explainCriteria } from '../../../src/modules/contact-lists/filters/filter-rules.js';
import { criteriaSql } from '../../../src/modules/contact-lists/filters/filter-sql.js';
import { openTestDatabase } from '../../support/database.js';
import { type Cells, matches } from './filter-reference.js';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const COLUMNS = ['city', 'amount', `we"ird'; -- $1`];

let db: DataSource;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  database = await openTestDatabase();
  ({ db } = database);
});
afterAll(() => database.close());

/** Which of the rows the condition lets pass, by a real PostgreSQL. */
async function select(criteria: FilterCriteria, rows: Cells[]): Promise<boolean[]> {
  const params: unknown[] = [JSON.stringify(rows)];
  const condition = criteriaSql(criteria, { alias: 'c', params, now: NOW });
  const found = await db.query<{ passes: boolean }[]>(
    `SELECT ${condition} IS TRUE AS passes
       FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS c(data, position) ORDER BY position`,
    params,
  );
  return found.map(({ passes }) => passes);
}

function only(predicate: Partial<FilterPredicate>): FilterCriteria {
  const whole = {
    column: 'city',
    columnType: 'alphabetic' as const,
    operator: 'EQUALS' as const,
    inverted: false,
  };
  return { clauses: [{ predicates: [{ ...whole, ...predicate }] }] };
}

async function cellsThatPass(predicate: Partial<FilterPredicate>, cells: string[]): Promise<string[]> {
  const passes = await select(
    only(predicate),
    cells.map((city) => ({ city })),
  );
  return cells.filter((_, at) => passes[at]);
}

const number = fc.oneof(
  fc.integer({ min: -12, max: 12 }).map(String),
  fc.constantFrom('0.5', '-0.50', '+7', '007', '1.0', '0.10000000000000000001', '99999999999999999999'),
);
const letters = fc.string({ unit: fc.constantFrom(...'aAbBäÄzé%_\\\'"$1'), maxLength: 3 });
const moment = fc.oneof(
  fc
    .date({
      min: new Date('2026-02-27T00:00:00Z'),
      max: new Date('2026-03-03T00:00:00Z'),
      noInvalidDate: true,
    })
    .chain((date) => {
      const iso = date.toISOString();
      return fc.constantFrom(iso, iso.slice(0, 10), iso.slice(0, 16), iso.slice(0, 19).replace('T', ' '));
    }),
  fc.constantFrom(
    '2026-02-29',
    '2028-02-29',
    '1900-02-29',
    '2000-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-03-01T24:00',
    '2026-03-01T14:00+02:00',
    '2026-03-01T07:00-0500',
    '2026-03-01T07:00+15:00',
    ' 2026-03-01 ',
    '01.03.2026',
    '0000-00-00',
  ),
);
const unreadable = fc.constantFrom('', ' ', '1e3', '1,5', '1 000', '٣', 'NaN', 'Infinity', '1.', '.5', '--1');
const cell = fc.oneof(number, letters, moment, unreadable);
const row = fc.record(
  { city: cell, amount: cell, [COLUMNS[2]!]: cell },
  { requiredKeys: [] },
) as fc.Arbitrary<Cells>;

const period = fc
  .record({
    d: fc.integer({ min: -3, max: 3 }),
    h: fc.integer({ min: -30, max: 30 }),
    m: fc.nat({ max: 59 }),
  })
  .map(({ d, h, m }) => `P${d}DT${h}H${m}M`);

const predicate: fc.Arbitrary<FilterPredicate> = fc
  .record({
    column: fc.constantFrom(...COLUMNS),
    columnType: fc.constantFrom(...COLUMN_TYPES),
    operator: fc.constantFrom(...OPERATORS),
    inverted: fc.boolean(),
    period,
    values: fc.array(fc.tuple(number, letters), { minLength: 3, maxLength: 3 }),
    minInclusive: fc.option(fc.boolean(), { nil: undefined }),
    maxInclusive: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map(({ period: ahead, values, minInclusive, maxInclusive, ...rest }) => {
    const isMoment = rest.operator === 'BEFORE' || rest.operator === 'AFTER';
    const [a, b, c] = values.map((pair) => pair[rest.columnType === 'numeric' ? 0 : 1]) as [
      string,
      string,
      string,
    ];
    const range = { min: a, max: b, minInclusive, maxInclusive, inSet: [a, b, c] };
    return { ...rest, value: isMoment ? ahead : a, range };
  });

const junction = fc.constantFrom(...JUNCTIONS);
const criteria: fc.Arbitrary<FilterCriteria> = fc.record({
  filterType: junction,
  clauses: fc.array(
    fc.record({ filterType: junction, predicates: fc.array(predicate, { minLength: 1, maxLength: 3 }) }),
    { minLength: 1, maxLength: 3 },
  ),
});

describe('a filter as SQL', () => {
  it('lets pass what the same filter in JavaScript lets pass', async () => {
    await fc.assert(
      fc.asyncProperty(criteria, fc.array(row, { minLength: 1, maxLength: 12 }), async (filter, rows) => {
        expect(await select(filter, rows)).toEqual(rows.map((cells) => matches(filter, cells, NOW)));
      }),
      { numRuns: 1_000 },
    );
  });

  it.each(OPERATORS.flatMap((operator) => COLUMN_TYPES.map((columnType) => ({ operator, columnType }))))(
    'does so for $operator on $columnType columns alone',
    async ({ operator, columnType }) => {
      const one = predicate.map((any) => ({ ...any, operator, columnType }));
      const fitting = one.filter((any) => explainCriteria(only(any), COLUMNS).length === 0);
      await fc.assert(
        fc.asyncProperty(fitting, fc.array(row, { minLength: 1, maxLength: 12 }), async (any, rows) => {
          expect(await select(only(any), rows)).toEqual(rows.map((cells) => matches(only(any), cells, NOW)));
        }),
        { numRuns: 60 },
      );
    },
  );

  it('takes every text of a caller as a value, never as SQL', async () => {
    const texts = [
      `' OR TRUE --`,
      `'; DROP TABLE contacts; --`,
      `$1`,
      `\\' OR 1=1 --`,
      `") OR (TRUE`,
      `%`,
      `_`,
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...texts), fc.constantFrom(...OPERATORS), async (text, operator) => {
        const isMoment = operator === 'BEFORE' || operator === 'AFTER';
        const range = { min: text, max: text, minInclusive: true, maxInclusive: true, inSet: [text] };
        const filter = only({ column: text, operator, value: isMoment ? 'P1D' : text, range });
        const params: unknown[] = [];
        const sql = criteriaSql(filter, { alias: 'c', params, now: NOW });
        if (text.length > 2) expect(sql).not.toContain(text);
        expect(params[0]).toBe(text);
        const rows = [{ [text]: text }, { [text]: 'other' }, {}];
        expect(await select(filter, rows)).toEqual(rows.map((cells) => matches(filter, cells, NOW)));
      }),
    );
    const [table] = await db.query<{ there: string }[]>(`SELECT to_regclass('contacts') AS there`);
    expect(table!.there).toBe('contacts');
  });
});

describe('what conditions mean', () => {
  it('text is compared whatever its case, and wildcards are letters', async () => {
    expect(await cellsThatPass({ value: 'ÄRGER' }, ['ärger', 'Ärger', 'arger'])).toEqual(['ärger', 'Ärger']);
    const percent = { operator: 'CONTAINS', value: '5%' } as const;
    expect(await cellsThatPass(percent, ['5% off', '50 off', '15%'])).toEqual(['5% off', '15%']);
  });

  it('an empty cell is another text, but no number and no moment', async () => {
    expect(await cellsThatPass({ value: 'DE', inverted: true }, ['DE', 'FR', ''])).toEqual(['FR', '']);
    const number = { columnType: 'numeric', operator: 'GREATER_THAN', value: '100', inverted: true } as const;
    expect(await cellsThatPass(number, ['100', '101', '', 'many'])).toEqual(['100']);
    const moment = { operator: 'BEFORE', value: 'P0D', inverted: true } as const;
    expect(await cellsThatPass(moment, ['2026-03-02', '2026-02-28', '', 'soon'])).toEqual(['2026-03-02']);
  });

  it('an empty cell is found by a set with an empty text', async () => {
    const empty: Partial<FilterPredicate> = { operator: 'IN', range: { inSet: ['', 'n/a'] } };
    expect(await cellsThatPass(empty, ['', 'N/A', 'x'])).toEqual(['', 'N/A']);
    expect(await select(only({ operator: 'IN', range: { inSet: [''] } }), [{ amount: '1' }])).toEqual([true]);
  });

  it('periods count from now, numbers by their value', async () => {
    const past = { operator: 'AFTER', value: 'P-01DT-08H-30M' } as const;
    expect(await cellsThatPass(past, ['2026-02-28T03:30', '2026-02-28T03:31', '2026-03-09'])).toEqual([
      '2026-02-28T03:31',
      '2026-03-09',
    ]);
    const range = { min: '9', max: '10', maxInclusive: true };
    const between = { columnType: 'numeric', operator: 'BETWEEN', range } as const;
    expect(await cellsThatPass(between, ['9', '9.01', '10.00', '100'])).toEqual(['9.01', '10.00']);
  });
});
