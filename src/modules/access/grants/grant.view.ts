import { toWireDate } from '../../../platform/http/json-dates.js';
import { type DivisionView, toDivisionView } from '../divisions/division.view.js';
import { ALL_DIVISIONS } from '../permissions/delegation.js';
import type { PolicyTerms } from '../permissions/permission-catalogue.js';
import { ROLES_PATH } from '../roles/role.view.js';
import type { GrantRow, RoleHolder } from './grants.repository.js';
import type { Subject } from './subjects.repository.js';

type GrantDivisionView = DivisionView | { id: typeof ALL_DIVISIONS; name: string; description: string };

/** A grant on the wire (Genesys Cloud API, grants: AuthzGrant). All divisions are one with the id `*`. */
export interface GrantView {
  subjectId: string;
  division: GrantDivisionView;
  role: {
    id: string;
    name: string;
    description: string;
    policies: PolicyTerms[];
    default: boolean;
    selfUri: string;
  };
  grantMadeAt: string;
}

/** A subject with its grants on the wire (Genesys Cloud API, grants: AuthzSubject). */
export interface SubjectView {
  id: string;
  name: string;
  grants: GrantView[];
  selfUri: string;
}

/** Who holds a role where (Genesys Cloud API, roles: SubjectDivisionGrants). */
export interface RoleHolderView {
  id: string;
  name: string;
  type: string;
  divisions: { id: string; name: string }[];
  selfUri: string;
}

const EVERY_DIVISION = { id: ALL_DIVISIONS, name: ALL_DIVISIONS, description: 'All divisions' } as const;

export function toGrantView(row: GrantRow): GrantView {
  const { roleId, roleName: name, roleDescription: description, policies, defaultRoleId } = row;
  return {
    subjectId: row.subjectId,
    division: toDivision(row),
    role: {
      id: roleId,
      name,
      description,
      policies,
      default: defaultRoleId !== null,
      selfUri: `${ROLES_PATH}/${roleId}`,
    },
    grantMadeAt: toWireDate(row.grantedAt),
  };
}

export function toSubjectView({ id, name }: Subject, grants: readonly GrantRow[]): SubjectView {
  return { id, name, grants: grants.map(toGrantView), selfUri: `/api/v2/authorization/subjects/${id}` };
}

export function toHolderView({ id, name, type, divisions }: RoleHolder): RoleHolderView {
  return {
    id,
    name,
    type,
    divisions: divisions.map((division) => ({
      id: division.id ?? ALL_DIVISIONS,
      name: division.name ?? ALL_DIVISIONS,
    })),
    selfUri: `/api/v2/authorization/subjects/${id}`,
  };
}

function toDivision(row: GrantRow): GrantDivisionView {
  const { divisionId, divisionName, divisionDescription, home } = row;
  if (divisionId === null) return EVERY_DIVISION;
  return toDivisionView({
    id: divisionId,
    name: divisionName ?? '',
    description: divisionDescription ?? '',
    home: home ?? false,
  });
}
