import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../database/unit-of-work.js';
import { Logger } from '../logging/logger.js';
import { SecretBox } from './secret-box.js';

/** A column of sealed secrets in a table with the primary key `id`. */
export interface SealedColumn {
  table: string;
  column: string;
  /** The context that the secret of a row is sealed for. */
  contextOf: (id: string) => string;
}

interface SealedRow {
  id: string;
  sealed: Buffer;
}

/** Where sealed secrets are kept: modules add theirs, so that a new encryption key reaches all of them. */
@Injectable()
export class SealedColumns {
  private readonly columns: SealedColumn[] = [];

  constructor(
    private readonly uow: UnitOfWork,
    private readonly box: SecretBox,
    private readonly logger: Logger,
  ) {}

  add(column: SealedColumn): void {
    this.columns.push(column);
  }

  /**
   * Seals everything anew that is not under the newest key; answers how much that was. A secret that no key opens is
   * logged with its place and left as it is.
   */
  async reseal(): Promise<number> {
    let resealed = 0;
    for (const column of this.columns) resealed += await this.resealColumn(column);
    if (resealed > 0)
      this.logger.info({ resealed }, 'stored secrets are under the newest ENCRYPTION_KEY now');
    return resealed;
  }

  private async resealColumn({ table, column, contextOf }: SealedColumn): Promise<number> {
    const rows = await this.uow.manager.query<SealedRow[]>(
      `SELECT id, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL`,
    );
    let resealed = 0;
    for (const { id, sealed } of rows) {
      const newest = this.tryReseal({ table, column, id }, sealed, contextOf(id));
      if (!newest) continue;
      // Only if nobody has stored another secret meanwhile.
      await this.uow.manager.query(`UPDATE ${table} SET ${column} = $3 WHERE id = $1 AND ${column} = $2`, [
        id,
        sealed,
        newest,
      ]);
      resealed++;
    }
    return resealed;
  }

  private tryReseal(place: object, sealed: Buffer, context: string): Buffer | undefined {
    try {
      return this.box.reseal(sealed, context);
    } catch (err) {
      const hint =
        'a stored secret opens with none of the keys: put its key into ENCRYPTION_KEY, or replace the secret';
      this.logger.error({ err, ...place }, hint);
      return undefined;
    }
  }
}
