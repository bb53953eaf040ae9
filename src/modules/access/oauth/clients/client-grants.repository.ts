import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import type { RoleDivision } from '../../permissions/escalation-guard.service.js';
import { Division } from '../../divisions/division.entity.js';
import { Grant } from '../../roles/grant.entity.js';
import { Role } from '../../roles/role.entity.js';

/** The roles that OAuth clients hold. */
@Injectable()
export class ClientGrantsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** The roles of each of the clients. */
  async find(clientIds: readonly string[]): Promise<Map<string, RoleDivision[]>> {
    const byClient = new Map<string, RoleDivision[]>(clientIds.map((id) => [id, []]));
    if (clientIds.length === 0) return byClient;
    const grants = await this.uow.manager
      .createQueryBuilder(Grant, 'grant')
      .where(`grant.subjectType = 'PC_OAUTH_CLIENT' AND grant.subjectId = ANY(:clientIds)`, { clientIds })
      .orderBy('grant.grantedAt')
      .addOrderBy('grant.id')
      .getMany();
    for (const { subjectId, roleId, divisionId } of grants)
      byClient.get(subjectId)?.push({ roleId, divisionId });
    return byClient;
  }

  /** Makes the client hold exactly these roles. */
  async replace(clientId: string, roles: readonly RoleDivision[]): Promise<void> {
    const subject = { subjectId: clientId, subjectType: 'PC_OAUTH_CLIENT' };
    await this.uow.manager.delete(Grant, subject);
    if (roles.length === 0) return;
    await this.uow.manager.insert(
      Grant,
      roles.map(({ roleId, divisionId }) => ({ ...subject, roleId, divisionId })),
    );
  }

  /** Of the roles and divisions named, the ids that do not exist. */
  async findMissing(roles: readonly RoleDivision[]): Promise<{ roleIds: string[]; divisionIds: string[] }> {
    const roleIds = [...new Set(roles.map(({ roleId }) => roleId))];
    const divisionIds = [...new Set(roles.map(({ divisionId }) => divisionId))].filter((id) => id !== null);
    const { manager } = this.uow;
    const known = await Promise.all([
      manager.createQueryBuilder(Role, 'role').where('role.id = ANY(:roleIds)', { roleIds }).getMany(),
      manager
        .createQueryBuilder(Division, 'division')
        .where('division.id = ANY(:divisionIds)', { divisionIds })
        .getMany(),
    ]);
    const [knownRoles, knownDivisions] = known.map((rows) => new Set(rows.map(({ id }) => id)));
    return {
      roleIds: roleIds.filter((id) => !knownRoles!.has(id)),
      divisionIds: divisionIds.filter((id) => !knownDivisions!.has(id)),
    };
  }
}
