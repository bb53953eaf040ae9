import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { guardFormulaSql } from '../../../platform/csv/formula-guard.js';
import { copyOut, type SqlQuery } from '../../../platform/database/copy-out.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { ExportLayout } from '../export-file.js';
import type { ExportCell, ExportColumn, ExportContent } from '../export-source.js';
import { csvHeader, csvRows } from '../formats/csv-file.js';
import { xlsxFile } from '../formats/xlsx-file.js';

const FETCHED_ROWS = 2_000;

export interface ExportParts {
  parts: Readable[];
  /** Rows of a COPY are known only at its end. */
  rowsOfCopy?: () => number;
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
    if (layout.format === 'xlsx') {
      const rows = 'query' in content ? this.fetch(content.query, columns) : content.rows;
      return { parts: [xlsxFile(columns, rows, onRows)] };
    }
    const header = Readable.from([csvHeader(columns, layout)]);
    if ('rows' in content) return { parts: [header, csvRows(content.rows, layout, onRows)] };
    const copy = await copyOut(this.uow.manager, guarded(content.query, columns), layout.delimiter);
    return { parts: [header, copy], rowsOfCopy: () => copy.rowCount };
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

// OFFSET 0 keeps PostgreSQL from putting each expression of the query three times into the guard.
function guarded({ sql, params }: SqlQuery, columns: readonly ExportColumn[]): SqlQuery {
  const cells = columns.map(({ safe }, at) => (safe ? alias(at) : guardFormulaSql(alias(at))));
  return { sql: `SELECT ${cells.join(', ')} FROM (${sql} OFFSET 0) AS s(${aliases(columns)})`, params };
}

function aliases(columns: readonly ExportColumn[]): string {
  return columns.map((_column, at) => alias(at)).join(', ');
}

function alias(at: number): string {
  return `c${at}`;
}
