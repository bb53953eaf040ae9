import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { AccessAbility, GrantedPolicy } from './ability.js';
import { findGrantedPolicies } from './granted-policies.js';

const MAX_ABILITIES = 2_000;

/**
 * The abilities of subjects that made requests lately. Each is kept with the stamp that the database had before its
 * grants were read; the stamp changes in the transaction that changes anybody's rights, so an ability is never older
 * than the stamp of the request that asks for it, whichever process made the change.
 */
@Injectable()
export class AbilityCache {
  private readonly kept = new Map<string, { stamp: string; ability: AccessAbility }>();

  constructor(private readonly uow: UnitOfWork) {}

  /**
   * @param variant what the ability depends on besides the grants of the subject
   * @param stamp version of all rights, read by this request
   */
  async of(
    { subjectId, variant = '' }: { subjectId: string; variant?: string },
    stamp: string,
    build: (policies: GrantedPolicy[]) => AccessAbility,
  ): Promise<AccessAbility> {
    const key = `${subjectId} ${variant}`;
    const known = this.kept.get(key);
    const ability =
      known?.stamp === stamp ? known.ability : build(await findGrantedPolicies(this.uow.manager, subjectId));
    this.keep(key, { stamp, ability });
    return ability;
  }

  // A map remembers the order of insertion: the first key is the one not used for longest.
  private keep(key: string, entry: { stamp: string; ability: AccessAbility }): void {
    this.kept.delete(key);
    this.kept.set(key, entry);
    if (this.kept.size > MAX_ABILITIES) this.kept.delete(this.kept.keys().next().value!);
  }
}
