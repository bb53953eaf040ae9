import type { FillRisks } from '../../templates/index.js';

/** Exactly as named, else whatever the case, as templates are filled; undefined when there is no such column. */
export function columnOf(id: string, columnNames: readonly string[]): string | undefined {
  return columnNames.find((name) => name === id) ?? columnNames.find((name) => lower(name) === lower(id));
}

/**
 * Condition on contacts `c` for which the template might not be filled; true for too many rather than for too few. A
 * value with a visible ASCII character is surely not empty, and has at most as many characters as bytes.
 */
export function mayFailSql(
  { required, lengths, defaults }: FillRisks,
  columnNames: readonly string[],
  params: unknown[],
): string {
  const cells = new Map<string, string>();
  const cell = (id: string): string => {
    const known = cells.get(id);
    if (known) return known;
    const column = columnOf(id, columnNames);
    const sql = column === undefined ? `''` : `coalesce(c.data ->> $${params.push(column)}, '')`;
    cells.set(id, sql);
    return sql;
  };
  const empty = required.map((id) => `${cell(id)} !~ '[!-~]'`);
  const long = lengths
    .filter(({ ids }) => ids.length > 0)
    .map(({ limit, length, ids }) => {
      const sizes = ids.map((id) => `greatest(octet_length(${cell(id)}), ${defaults.get(id)?.length ?? 0})`);
      return `${[String(length), ...sizes].join(' + ')} > ${limit}`;
    });
  const tooLong = lengths.some(({ limit, length, ids }) => ids.length === 0 && length > limit);
  const conditions = [...empty, ...long, ...(tooLong ? ['TRUE'] : [])];
  return conditions.length === 0 ? 'FALSE' : `(${conditions.join(' OR ')})`;
}

function lower(text: string): string {
  return text.toLowerCase();
}
