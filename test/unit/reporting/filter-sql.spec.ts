import fc from 'fast-check';
import { DIMENSION_NAMES } from '../../../src/modules/reporting/conversations/dimensions.js';
import {
  countPredicates,
  type Filter,
  filtersSql,
  type Predicate,
} from '../../../src/modules/reporting/conversations/filter-sql.js';

const UUID = '11111111-2222-4333-8444-555555555555';

const compile = (...filters: Filter[]): { sql: string; params: unknown[] } => {
  const params: unknown[] = [];
  return { sql: filtersSql(filters, params), params };
};
const compileOne = (...predicates: Predicate[]) => compile({ type: 'and', predicates });

const type = fc.constantFrom('and' as const, 'or' as const);
// The mark stands for text of a caller; no word of ours contains it.
const value = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => `${text}§`),
  fc.uuid(),
  fc.integer().map(String),
  fc.constantFrom("'; DROP TABLE x; --§", '$1§', '$99', '+49 155 5001', ') OR (TRUE§'),
);
const predicates = fc.array(
  fc.record({
    dimension: fc.constantFrom(...DIMENSION_NAMES),
    operator: fc.constantFrom('matches' as const, 'exists' as const, 'notExists' as const, undefined),
    value,
  }),
  { maxLength: 5 },
);
const filters = fc.array(
  fc.record({ type, predicates, clauses: fc.array(fc.record({ type, predicates }), { maxLength: 3 }) }),
  { maxLength: 4 },
);

// Everything that a compiled condition may consist of.
const VOCABULARY =
  /^(?:[()\s]|AND|OR|TRUE|FALSE|IS NOT NULL|IS NULL|=|\$\d+::(?:uuid|int|text|timestamptz)|coalesce\(provider_error_detail, provider_error_text\)|CASE WHEN disposition = 'OUTBOUND-MESSAGE-SENT' THEN 'system' WHEN disposition IS NOT NULL THEN 'error' END|date_trunc\('milliseconds', |[a-z_]+)*$/u;

describe('filtersSql', () => {
  it('never lets text of a caller into the SQL', () => {
    fc.assert(
      fc.property(filters, (given) => {
        const { sql } = compile(...given);
        expect(sql).toMatch(VOCABULARY);
        expect(sql).not.toContain('§');
      }),
    );
  });

  it('numbers the parameters without a gap, also after earlier ones', () => {
    fc.assert(
      fc.property(filters, fc.nat(5), (given, before) => {
        const params: unknown[] = Array.from({ length: before }, () => 'earlier');
        const sql = filtersSql(given, params);
        const used = [...sql.matchAll(/\$(\d+)/gu)].map((match) => Number(match[1]));
        expect(used).toEqual(Array.from({ length: params.length - before }, (_, i) => before + 1 + i));
      }),
    );
  });

  it('closes every bracket that it opens', () => {
    fc.assert(
      fc.property(filters, (given) => {
        let depth = 0;
        for (const char of compile(...given).sql) {
          if (char === '(') depth += 1;
          if (char === ')') depth -= 1;
          expect(depth).toBeGreaterThanOrEqual(0);
        }
        expect(depth).toBe(0);
      }),
    );
  });

  it('lets everything through when there is nothing to test', () => {
    expect(compile()).toEqual({ sql: 'TRUE', params: [] });
    expect(compile({ type: 'or' }, { type: 'and', predicates: [], clauses: [] }).sql).toBe('(TRUE AND TRUE)');
  });

  it('joins the filters of an array by AND, predicates and clauses by the type of their filter', () => {
    const read: Predicate = { dimension: 'deliveryStatus', value: 'Read' };
    const sent: Predicate = { dimension: 'wrapUpCode', value: 'OUTBOUND-MESSAGE-SENT' };
    const { sql, params } = compile(
      { type: 'or', predicates: [read], clauses: [{ type: 'and', predicates: [sent, read] }] },
      { type: 'and', predicates: [sent] },
    );
    expect(sql).toBe(
      '((delivery_status = $1::text OR (disposition = $2::text AND delivery_status = $3::text)) AND (disposition = $4::text))',
    );
    expect(params).toEqual(['Read', 'OUTBOUND-MESSAGE-SENT', 'Read', 'OUTBOUND-MESSAGE-SENT']);
  });

  it.each([
    [{ dimension: 'conversationId', value: UUID }, 'message_id = $1::uuid', [UUID]],
    [{ dimension: 'conversationId', value: 'no uuid' }, 'FALSE', []],
    [{ dimension: 'errorCode', value: '131026' }, 'provider_error_code = $1::int', [131026]],
    [{ dimension: 'errorCode', value: '1e3' }, 'FALSE', []],
    [{ dimension: 'errorCode', operator: 'notExists' }, 'provider_error_code IS NULL', []],
    [{ dimension: 'addressTo', value: '+49 (1555) 123-45' }, 'address = $1::text', ['49155512345']],
    [{ dimension: 'addressTo', value: 'nobody' }, 'FALSE', []],
    [{ dimension: 'messageType', value: 'whatsapp' }, 'TRUE', []],
    [{ dimension: 'messageType', value: 'sms' }, 'FALSE', []],
    [{ dimension: 'purpose', operator: 'exists' }, 'TRUE', []],
    [{ dimension: 'provider', operator: 'notExists' }, 'FALSE', []],
  ] satisfies [Predicate, string, unknown[]][])('compiles %j to %s', (predicate, sql, params) => {
    expect(compileOne(predicate)).toEqual({ sql: `((${sql}))`, params });
  });
});

describe('countPredicates', () => {
  it('counts those of filters and of clauses', () => {
    const one: Predicate = { dimension: 'purpose', operator: 'exists' };
    expect(countPredicates([])).toBe(0);
    expect(
      countPredicates([
        { type: 'or' },
        { type: 'and', predicates: [one], clauses: [{ type: 'or', predicates: [one, one] }] },
      ]),
    ).toBe(3);
  });
});
