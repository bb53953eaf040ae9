import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { MessagingProfile } from './messaging-profile.js';

type Kind<P extends MessagingProfile> = new () => P;

/** What is special about profiles beside other named objects: one of a kind may be the default. */
@Injectable()
export class ProfilesRepository {
  constructor(private readonly uow: UnitOfWork) {}

  findDefault<P extends MessagingProfile>(kind: Kind<P>): Promise<P | null> {
    return this.query(kind).where('profile.isDefault').getOne();
  }

  findMany<P extends MessagingProfile>(kind: Kind<P>, ids: readonly string[]): Promise<P[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.query(kind).where('profile.id = ANY(:ids)', { ids }).getMany();
  }

  /** Makes it the only default; none without `id`. */
  async setDefault<P extends MessagingProfile>(kind: Kind<P>, id?: string): Promise<void> {
    await this.uow.run(async () => {
      const { tableName } = this.uow.manager.connection.getMetadata(kind);
      await this.uow.manager.query(`SELECT pg_advisory_xact_lock(hashtext($1))`, [tableName]);
      await this.uow.manager.query(`UPDATE ${tableName} SET is_default = false WHERE is_default`);
      if (id) await this.uow.manager.query(`UPDATE ${tableName} SET is_default = true WHERE id = $1`, [id]);
    });
  }

  private query<P extends MessagingProfile>(kind: Kind<P>) {
    return this.uow.manager.createQueryBuilder(kind, 'profile');
  }
}
