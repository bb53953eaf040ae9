import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { type AccessAbility, buildAbility, type GrantedPolicy } from './ability.js';

const MAX_SUBJECTS = 2_000;

const FIND_POLICIES = `
  SELECT g.division_id AS "divisionId", p.domain, p.entity_name AS "entityName", p.actions
    FROM grants g JOIN role_policies p ON p.role_id = g.role_id
   WHERE g.subject_id = $1`;

/**
 * The abilities of subjects that made requests lately. Each is kept with the stamp that the database had before its
 * grants were read; the stamp changes in the transaction that changes anybody's rights, so an ability is never older
 * than the stamp of the request that asks for it, whichever process made the change.
 */
@Injectable()
export class AbilityCache {
  private readonly kept = new Map<string, { stamp: string; ability: AccessAbility }>();

  constructor(private readonly uow: UnitOfWork) {}

  /** @param stamp version of all rights, read by this request */
  async of(subjectId: string, stamp: string): Promise<AccessAbility> {
    const known = this.kept.get(subjectId);
    const ability = known?.stamp === stamp ? known.ability : await this.build(subjectId);
    this.keep(subjectId, { stamp, ability });
    return ability;
  }

  private async build(subjectId: string): Promise<AccessAbility> {
    return buildAbility(await this.uow.manager.query<GrantedPolicy[]>(FIND_POLICIES, [subjectId]));
  }

  // A map remembers the order of insertion: the first key is the one not used for longest.
  private keep(subjectId: string, entry: { stamp: string; ability: AccessAbility }): void {
    this.kept.delete(subjectId);
    this.kept.set(subjectId, entry);
    if (this.kept.size > MAX_SUBJECTS) this.kept.delete(this.kept.keys().next().value!);
  }
}
