import type { EntityManager } from 'typeorm';
import type { GrantedPolicy } from './ability.js';

const POLICIES_OF_SUBJECT = `
  SELECT g.division_id AS "divisionId", p.domain, p.entity_name AS "entityName", p.actions
    FROM grants g JOIN role_policies p ON p.role_id = g.role_id
   WHERE g.subject_id = $1`;

/** Everything that the roles of a user or OAuth client allow, and in which division. */
export function findGrantedPolicies(manager: EntityManager, subjectId: string): Promise<GrantedPolicy[]> {
  return manager.query<GrantedPolicy[]>(POLICIES_OF_SUBJECT, [subjectId]);
}
