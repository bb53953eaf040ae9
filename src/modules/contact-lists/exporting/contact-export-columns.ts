import type { ExportColumn } from '../../exports/index.js';

/** The columns of a list, as far as an export needs them. */
export interface ExportedList {
  columnNames: readonly string[];
  whatsAppColumns: readonly { columnName: string }[];
}

/** First column of an export: the id of the contact. */
export const ID_COLUMN = 'inin-outbound-id';

const ATTEMPTED_AT = `to_char(e.evaluated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * The columns of an export and the SQL of their cells, for contacts `c`: the id, the columns of the list, then what
 * campaigns noted (Genesys Cloud API, contact list export). An import ignores what comes after the columns of the list.
 * Names go to `params`.
 */
export function exportColumns(
  { columnNames, whatsAppColumns }: ExportedList,
  params: unknown[],
): { column: ExportColumn; sql: string }[] {
  const bind = (name: string): string => `$${params.push(name)}::text`;
  return [
    { column: { name: ID_COLUMN }, sql: 'c.contact_id' },
    ...columnNames.map((name) => ({ column: { name }, sql: `c.data ->> ${bind(name)}` })),
    flag('ContactCallable', 'c.callable'),
    flag('ContactableByWhatsApp', 'c.contactable'),
    ...whatsAppColumns.flatMap(({ columnName }) => {
      const column = bind(columnName);
      const ofResult = (sql: string): string =>
        `(SELECT ${sql} FROM contact_evaluations e WHERE e.contact_seq = c.seq AND e.contact_column = ${column})`;
      return [
        flag(`ContactableByWhatsApp-${columnName}`, `NOT ${column} = ANY (c.uncontactable_columns)`),
        noted(`WhatsAppLastAttempt-${columnName}`, ofResult(ATTEMPTED_AT)),
        noted(`WhatsAppLastResult-${columnName}`, ofResult('e.wrapup_code')),
      ];
    }),
  ];
}

function flag(name: string, condition: string): { column: ExportColumn; sql: string } {
  return noted(name, `CASE WHEN ${condition} THEN 'true' ELSE 'false' END`);
}

function noted(name: string, sql: string): { column: ExportColumn; sql: string } {
  return { column: { name, safe: true }, sql };
}
