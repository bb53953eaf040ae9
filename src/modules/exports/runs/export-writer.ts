import { pipeline, Readable, type Transform } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { copyOut, type SqlQuery } from '../../../platform/database/copy-out.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { ExportLayout } from '../export-file.js';
import type { ExportCell, ExportColumn, ExportContent, ExportLimits } from '../export-source.js';
import { Allowance } from '../formats/allowance.js';
import { csvHeader, csvRows } from '../formats/csv-file.js';
import { GuardedCsv } from '../formats/guarded.js';
import { LimitedCsv, limitedRows } from '../formats/limited.js';
import { MAX_SHEET_ROWS, xlsxFile } from '../formats/xlsx-file.js';

const FETCHED_ROWS = 2_000;

export interface ExportParts {
  parts: Readable[];
  /** Rows of a COPY are known only at its end. */
  rowsOfCopy?: () => number;
  /** Known at the end as well. */
  note?: () => string | undefined;
}

/** Turns the content of an export into the bytes of its file. Must run in a transaction, which the streams read from. */
@Injectable()
export class ExportWriter {
  constructor(private readonly uow: UnitOfWork) {}

  /** The parts of the file, to be written one after the other; `onRows` is told of rows as they are written. */
  async write(
    content: ExportContent,
    layout: ExportLayout,
    onRows: (count: number) => void,
  ): Promise<ExportParts> {
    const { columns } = content;
    const limits = content.limits && limitsOf(content.limits, layout);
    const allowance = limits && new Allowance(limits, onRows);
    const note = (): string | undefined => allowance?.notes.join(' ') || undefined;
    if (layout.format === 'xlsx') {
      const rows = 'query' in content ? this.fetch(bounded(content.query, limits), columns) : content.rows;
      if (!allowance) return { parts: [xlsxFile(columns, rows, onRows)] };
      return { parts: [xlsxFile(columns, limitedRows(rows, allowance, columns), () => undefined)], note };
    }
    const header = Readable.from([csvHeader(columns, layout)]);
    if ('rows' in content) {
      const rows = allowance ? limitedRows(content.rows, allowance, columns) : content.rows;
      return { parts: [header, csvRows(rows, layout, allowance ? () => undefined : onRows)], note };
    }
    const copy = await copyOut(this.uow.manager, bounded(content.query, limits), layout.delimiter);
    const isSafe = columns.every(({ safe }) => safe);
    const cells = isSafe ? copy : through(copy, new GuardedCsv(layout.delimiter));
    if (!allowance) return { parts: [header, cells], rowsOfCopy: () => copy.rowCount };
    return {
      parts: [header, through(cells, new LimitedCsv(allowance, columns, layout.delimiter))],
      note,
    };
  }

  private async *fetch(
    { sql, params }: SqlQuery,
    columns: readonly ExportColumn[],
  ): AsyncGenerator<ExportCell[][]> {
    const { manager } = this.uow;
    const select = `SELECT ARRAY[${aliases(columns)}]::text[] AS cells FROM (${sql} OFFSET 0) AS s(${aliases(columns)})`;
    await manager.query(`DECLARE export_rows NO SCROLL CURSOR FOR ${select}`, [...params]);
    for (;;) {
      const rows = await manager.query<{ cells: (string | null)[] }[]>(
        `FETCH ${FETCHED_ROWS} FROM export_rows`,
      );
      if (rows.length === 0) break;
      yield rows.map(({ cells }) => cells);
    }
    await manager.query('CLOSE export_rows');
  }
}

// The last lines of a sheet are needed for what the file says of its end.
function limitsOf(limits: ExportLimits, { format }: ExportLayout): ExportLimits {
  if (format !== 'xlsx') return limits;
  const notes = limits.gone === undefined ? 1 : 2;
  return { ...limits, rows: Math.min(limits.rows, MAX_SHEET_ROWS - notes) };
}

// One row more than the file takes, by which it is known that there are more.
function bounded({ sql, params }: SqlQuery, limits: ExportLimits | undefined): SqlQuery {
  return { sql: limits ? `${sql} LIMIT ${limits.rows + 1}` : sql, params };
}

// What goes wrong reaches whoever reads the end of it.
function through(source: Readable, next: Transform): Readable {
  return pipeline(source, next, () => undefined);
}

function aliases(columns: readonly ExportColumn[]): string {
  return columns.map((_column, at) => alias(at)).join(', ');
}

function alias(at: number): string {
  return `c${at}`;
}
