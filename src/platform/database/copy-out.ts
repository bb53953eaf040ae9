import type { Readable } from 'node:stream';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { EntityManager } from 'typeorm';

/** A query with its values. */
export interface SqlQuery {
  sql: string;
  params: readonly unknown[];
}

/**
 * Streams the rows of a query as CSV, from `COPY (<query>) TO STDOUT` on the connection of the manager's transaction.
 * COPY takes no parameters, so the values are written into the statement as literals. The SQL itself is written by the
 * program and never by a caller. Whoever destroys the stream before its end ends the transaction and the connection.
 */
export async function copyOut(
  manager: EntityManager,
  query: SqlQuery,
  delimiter: string,
): Promise<Readable & { rowCount: number }> {
  if (!manager.queryRunner) throw new Error('COPY needs a transaction');
  const client = (await manager.queryRunner.connect()) as pg.Client;
  const options = `FORMAT csv, DELIMITER ${pg.escapeLiteral(delimiter)}`;
  const copy = client.query(copyTo(`COPY (${withLiterals(query)}) TO STDOUT WITH (${options})`));
  endWith(copy, client);
  return copy;
}

// PostgreSQL would go on sending rows that nobody reads, and a ROLLBACK would wait behind them for ever.
function endWith(copy: Readable, client: pg.Client): void {
  let isOver = false;
  copy.once('end', () => (isOver = true));
  // What PostgreSQL reports, it has ended itself.
  copy.on('error', () => (isOver ||= !copy.destroyed));
  copy.once('close', () => {
    if (!isOver) void client.end().catch(() => undefined);
  });
}

/** The query with each `$n` replaced by its value as a literal; types must come from casts, as for any parameter. */
export function withLiterals({ sql, params }: SqlQuery): string {
  return sql.replace(/\$(\d+)/gu, (_whole, number: string) => {
    const at = Number(number) - 1;
    if (at >= params.length) throw new Error(`The query has no value for $${number}`);
    return literal(params[at]);
  });
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (Array.isArray(value)) return pg.escapeLiteral(arrayText(value));
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString());
  return pg.escapeLiteral(asText(value));
}

function arrayText(values: readonly unknown[]): string {
  const items = values.map((value) =>
    value === null ? 'NULL' : `"${asText(value).replace(/["\\]/gu, '\\$&')}"`,
  );
  return `{${items.join(',')}}`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
