import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';

/** Raises the stamp; for the bootstrap, which has no unit of work. */
export const BUMP_ACCESS_VERSION = `UPDATE access_version SET version = version + 1`;

/**
 * The stamp of who may do what: one row that every change of roles, policies, grants, clients and users raises in its
 * own transaction. What was computed under an older stamp is void, in every process.
 */
@Injectable()
export class AccessVersion {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * Runs a change of who may do what as one unit of work. The row of the stamp stays locked until it ends, so changes
   * happen one after another and each sees every earlier one.
   */
  change<T>(work: () => Promise<T>): Promise<T> {
    return this.uow.run(async () => {
      await this.uow.manager.query(BUMP_ACCESS_VERSION);
      return work();
    });
  }
}
