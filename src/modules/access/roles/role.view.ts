import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Role } from './role.entity.js';

export const ROLES_PATH = '/api/v2/authorization/roles';

class PolicyView {
  @ApiProperty()
  domain: string;

  @ApiProperty()
  entityName: string;

  @ApiProperty({ type: [String] })
  actionSet: string[];

  @ApiProperty()
  allowConditions: boolean;
}

/** A role on the wire (Genesys Cloud API, roles: DomainOrganizationRole). */
export class RoleView {
  @ApiProperty()
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  description: string;

  @ApiPropertyOptional()
  defaultRoleId?: string;

  @ApiProperty({ type: [String], description: 'Out of use, always empty; see permissionPolicies' })
  permissions: string[];

  @ApiProperty({ type: [PolicyView] })
  permissionPolicies: PolicyView[];

  @ApiPropertyOptional({ description: 'Users that hold the role in at least one division' })
  userCount?: number;

  @ApiProperty()
  roleNeedsUpdate: boolean;

  @ApiProperty({ description: 'Comes with the product' })
  default: boolean;

  @ApiProperty()
  base: boolean;

  @ApiProperty()
  selfUri: string;
}

export function toRoleView(role: Role, userCount?: number): RoleView {
  const { id, name, description, defaultRoleId, needsUpdate, policies } = role;
  return {
    id,
    name,
    description,
    defaultRoleId: defaultRoleId ?? undefined,
    permissions: [],
    permissionPolicies: policies.map(({ domain, entityName, actions }) => ({
      domain,
      entityName,
      actionSet: actions,
      allowConditions: false,
    })),
    userCount,
    roleNeedsUpdate: needsUpdate,
    default: defaultRoleId !== null,
    base: false,
    selfUri: `${ROLES_PATH}/${id}`,
  };
}
