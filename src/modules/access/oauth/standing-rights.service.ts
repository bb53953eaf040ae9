import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import type { SubjectType } from '../caller.js';
import { isWithoutEffect } from '../license.js';
import { buildAbility } from '../permissions/ability.js';
import { AbilityCache } from '../permissions/ability-cache.js';
import { type DivisionScope, divisionScope } from '../permissions/division-scope.js';
import type { Permission } from '../permissions/permission-catalogue.js';
import { isWithinScopes } from './scopes.js';

/** A user or program, and the OAuth client by which it came. */
export interface Subject {
  subjectId: string;
  subjectType: SubjectType;
  clientId: string;
}

/** Where a subject holds a permission, as it was at one version of all rights. */
export interface StandingRights {
  version: string;
  scope(permission: Permission): DivisionScope;
}

const VERSION = `SELECT version FROM access_version`;

const FIND_SUBJECT = `
  SELECT c.scope, (SELECT version FROM access_version) AS version
    FROM oauth_clients c LEFT JOIN users u ON $2 = 'PC_USER' AND u.id::text = $1
   WHERE c.id = $3 AND c.state = 'active' AND ($2 <> 'PC_USER' OR u.state = 'active')`;

/** What somebody may see who has no request under way, for example because events are sent to them. */
@Injectable()
export class StandingRightsFinder {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly abilities: AbilityCache,
    private readonly config: Config,
  ) {}

  /** Changes with everybody's rights; rights of another version may be wrong. */
  async version(): Promise<string> {
    const [row] = await this.uow.manager.query<[{ version: string }]>(VERSION);
    return row.version;
  }

  /** The rights at this moment; undefined when the subject or the client is no longer active. */
  async find({ subjectId, subjectType, clientId }: Subject): Promise<StandingRights | undefined> {
    const [row] = await this.uow.manager.query<{ scope: string[]; version: string }[]>(FIND_SUBJECT, [
      subjectId,
      subjectType,
      clientId,
    ]);
    if (!row) return undefined;
    const { scope, version } = row;
    const ability = await this.abilities.of({ subjectId, variant: scope.join(' ') }, version, (policies) =>
      buildAbility(policies, (entry) => isWithinScopes(scope, entry)),
    );
    return {
      version,
      scope: (permission) =>
        isWithoutEffect(this.config.license, permission)
          ? { kind: 'divisions', ids: [] }
          : divisionScope(ability, [permission]),
    };
  }
}
