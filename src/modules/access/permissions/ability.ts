import { createMongoAbility, type MongoAbility, type RawRuleOf } from '@casl/ability';
import { ALL_PERMISSIONS, type CatalogueEntry, policyAllows } from './permission-catalogue.js';

/** What one policy of a granted role allows, and in which division; null stands for all divisions. */
export interface GrantedPolicy {
  divisionId: string | null;
  domain: string;
  /** `*` for every entity of the domain. */
  entityName: string;
  /** `*` for every action. */
  actions: string[];
}

export type AccessAbility = MongoAbility<[string, string]>;

/** CASL's name for what a permission is about. */
export function subjectOf(domain: string, entity: string): string {
  return `${domain}:${entity}`;
}

/**
 * Builds the CASL ability of a subject: for each permission one rule, free of conditions when it holds everywhere,
 * else limited to the divisions of the grants. Wildcards are spelt out by the catalogue. Permissions that are not
 * reachable (scopes of the token) are left out.
 */
export function buildAbility(
  policies: readonly GrantedPolicy[],
  isReachable: (entry: CatalogueEntry) => boolean = () => true,
): AccessAbility {
  const rules: RawRuleOf<AccessAbility>[] = [];
  for (const entry of ALL_PERMISSIONS.filter(isReachable)) {
    const granting = policies.filter((policy) => policyAllows(policy, entry));
    if (granting.length === 0) continue;
    const rule = { action: entry.action, subject: subjectOf(entry.domain, entry.entity) };
    const divisionIds = granting.map((policy) => policy.divisionId);
    const everywhere = !entry.divisionAware || divisionIds.includes(null);
    rules.push(
      everywhere ? rule : { ...rule, conditions: { divisionId: { $in: [...new Set(divisionIds)] } } },
    );
  }
  return createMongoAbility<AccessAbility>(rules);
}
