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

  /** The stamp now. */
  async current(): Promise<string> {
    const [row] = await this.uow.manager.query<{ version: string }[]>(`SELECT version FROM access_version`);
    return row!.version;
  }

  /**
   * Raises the stamp in the running unit of work, whose commit makes the change count. Its row stays locked until
   * then, so changes of access happen one after another.
   */
  async bump(): Promise<void> {
    await this.uow.manager.query(BUMP_ACCESS_VERSION);
  }

  /** Runs a change of who may do what as one unit of work. It sees every earlier change, none happens beside it. */
  change<T>(work: () => Promise<T>): Promise<T> {
    return this.uow.run(async () => {
      await this.bump();
      return work();
    });
  }
}
