import type {
  FilterCriteria,
  FilterPredicate,
} from '../../../src/modules/contact-lists/filters/contact-filter.js';

export type Cells = Record<string, string>;

/** What a filter means, said in JavaScript and without a look at the SQL. */
export function matches({ filterType, clauses }: FilterCriteria, cells: Cells, now: Date): boolean {
  return holds(
    filterType,
    clauses.map((clause) =>
      holds(
        clause.filterType,
        clause.predicates.map((predicate) => passes(predicate, cells[predicate.column] ?? '', now)),
      ),
    ),
  );
}

function holds(junction: string | undefined, results: boolean[]): boolean {
  return junction === 'OR' ? results.includes(true) : !results.includes(false);
}

function passes(predicate: FilterPredicate, cell: string, now: Date): boolean {
  const result = test(predicate, cell, now);
  return result !== undefined && result !== predicate.inverted;
}

/** Undefined for a cell that can't be read. */
function test(predicate: FilterPredicate, cell: string, now: Date): boolean | undefined {
  const { operator, columnType, value = '', range = {} } = predicate;
  const [text, wanted] = [cell.toLowerCase(), value.toLowerCase()];
  const to = (other: string) =>
    columnType === 'numeric' ? compareNumbers(cell, other) : compareTexts(text, other.toLowerCase());
  const is = (decide: (order: number) => boolean, other = value) => {
    const order = to(other);
    return order === undefined ? undefined : decide(order);
  };
  switch (operator) {
    case 'CONTAINS':
      return text.includes(wanted);
    case 'BEGINS_WITH':
      return text.startsWith(wanted);
    case 'ENDS_WITH':
      return text.endsWith(wanted);
    case 'BEFORE':
    case 'AFTER': {
      const moment = readMoment(cell);
      const limit = now.getTime() + periodMs(value);
      if (moment === undefined) return undefined;
      return operator === 'BEFORE' ? moment < limit : moment > limit;
    }
    case 'EQUALS':
      return is((order) => order === 0);
    case 'LESS_THAN':
      return is((order) => order < 0);
    case 'LESS_THAN_EQUALS':
      return is((order) => order <= 0);
    case 'GREATER_THAN':
      return is((order) => order > 0);
    case 'GREATER_THAN_EQUALS':
      return is((order) => order >= 0);
    case 'BETWEEN': {
      const above = is((order) => order > 0 || (range.minInclusive === true && order === 0), range.min);
      const below = is((order) => order < 0 || (range.maxInclusive === true && order === 0), range.max);
      return above === undefined || below === undefined ? undefined : above && below;
    }
    case 'IN': {
      const hits = (range.inSet ?? []).map((member) => is((order) => order === 0, member));
      return hits.includes(undefined) ? undefined : hits.includes(true);
    }
  }
}

function compareTexts(a: string, b: string): number {
  return Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function compareNumbers(a: string, b: string): number | undefined {
  const [left, right] = [scaled(a), scaled(b)];
  if (left === undefined || right === undefined) return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

// Exact, unlike a double: the number times 10 to the power of 30.
function scaled(text: string): bigint | undefined {
  const [, sign, whole, fraction = ''] = /^ *([+-]?)(\d+)(?:\.(\d+))? *$/u.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const size = BigInt(whole + fraction.padEnd(30, '0'));
  return sign === '-' ? -size : size;
}

function readMoment(cell: string): number | undefined {
  const found =
    /^ *([12]\d{3})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:?\d\d)?)? *$/u.exec(
      cell,
    );
  if (!found) return undefined;
  const part = (at: number) => Number(found[at] ?? 0);
  const [month, day, hour] = [part(2), part(3), part(4)];
  const ms = Number((found[7] ?? '').padEnd(3, '0'));
  const local = Date.UTC(part(1), month - 1, day, hour, part(5), part(6), ms);
  const date = new Date(local);
  // A calendar that rolls over tells that the day does not exist.
  const exists = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!exists || hour > 23 || part(5) > 59 || part(6) > 59) return undefined;
  const offset = offsetMs(found[8]);
  return offset === undefined ? undefined : local - offset;
}

function offsetMs(zone: string | undefined): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/u.exec(zone ?? '') ?? [];
  if (hours === undefined) return 0;
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function periodMs(period: string): number {
  const part = (unit: string) => Number(new RegExp(`([+-]?\\d+)${unit}`, 'u').exec(period)?.[1] ?? 0);
  return ((part('D') * 24 + part('H')) * 60 + part('M')) * 60_000;
}
