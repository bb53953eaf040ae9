import type { Reason } from '../../../kernel/reason.js';
import { ALL_PERMISSIONS, type PolicyTerms } from '../permissions/permission-catalogue.js';

/** A permission policy as it is sent (Genesys Cloud API, roles: DomainPermissionPolicy). */
export interface PolicyInput {
  domain: string;
  entityName: string;
  actionSet: string[];
  namedResources?: string[] | null;
  resourceConditionNode?: object | null;
}

/** Everything that is wrong with the policies of a role; `*` is allowed for the entity and for the actions. */
export function explainPolicies(policies: readonly PolicyInput[]): Reason[] {
  return policies.flatMap((policy, index) => {
    const place = `permissionPolicies.${index}`;
    return [...explainTerms(policy, place), ...explainConditions(policy, place)];
  });
}

function explainTerms(policy: PolicyInput, place: string): Reason[] {
  const { domain, entityName } = policy;
  const inDomain = ALL_PERMISSIONS.filter((entry) => entry.domain === domain);
  if (inDomain.length === 0) {
    return [unknown(`${place}.domain`, domain, list(ALL_PERMISSIONS.map((entry) => entry.domain)))];
  }
  const inEntity = inDomain.filter(({ entity }) => entityName === '*' || entity === entityName);
  if (inEntity.length === 0) {
    const known = list(['*', ...inDomain.map((entry) => entry.entity)]);
    return [unknown(`${place}.entityName`, `${domain}:${entityName}`, known)];
  }
  const actions = new Set(['*', ...inEntity.map((entry) => entry.action)]);
  return policy.actionSet
    .filter((action) => !actions.has(action))
    .map((action) => unknown(`${place}.actionSet`, `${domain}:${entityName}:${action}`, list([...actions])));
}

// To drop a condition silently would give more than was asked for.
function explainConditions(policy: PolicyInput, place: string): Reason[] {
  const conditions = [
    ['namedResources', (policy.namedResources ?? []).length],
    ['resourceConditionNode', Object.keys(policy.resourceConditionNode ?? {}).length],
  ] as const;
  return conditions
    .filter(([, size]) => size > 0)
    .map(([name]) => ({
      code: 'policy.condition.not.supported',
      field: `${place}.${name}`,
      message: `${place}.${name}: conditions are not supported; leave it out and limit the grant to divisions instead.`,
    }));
}

function unknown(field: string, given: string, known: string): Reason {
  return {
    code: 'permission.not.found',
    field,
    message: `${field}: there is no permission "${given}"; possible here: ${known}.`,
    params: { given },
  };
}

function list(names: string[]): string {
  return [...new Set(names)].sort().join(', ');
}

/** The policies as they are stored: one for each entity, with every action once. */
export function mergePolicies(policies: readonly PolicyInput[]): PolicyTerms[] {
  const merged = new Map<string, PolicyTerms>();
  for (const { domain, entityName, actionSet } of policies) {
    const key = `${domain}:${entityName}`;
    const actions = [...new Set([...(merged.get(key)?.actions ?? []), ...actionSet])];
    merged.set(key, { domain, entityName, actions });
  }
  return [...merged.values()];
}
