import { Injectable } from '@nestjs/common';
import type { Reason } from '../../../kernel/reason.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import { AccessChanges } from '../access-changes.js';
import type { Caller, SubjectType } from '../caller.js';
import { divisionGone } from '../divisions/division.errors.js';
import { DivisionsRepository } from '../divisions/divisions.repository.js';
import { ALL_DIVISIONS, requireHeldIn, requireMayHandOut } from '../permissions/delegation.js';
import { roleGone } from '../roles/role.errors.js';
import type { Role } from '../roles/role.entity.js';
import { RolesRepository } from '../roles/roles.repository.js';
import { type GrantKey, GrantsRepository, type RoleDivision } from './grants.repository.js';
import { type Subject, SubjectsRepository } from './subjects.repository.js';

/** Grants that are asked for: each of the pairs for each of the subjects. */
export interface GrantRequest {
  subjectIds: readonly string[];
  pairs: readonly RoleDivision[];
  /** Must be the type of the subjects when it is given. */
  subjectType?: SubjectType;
}

const MAX_GRANTS = 1_000;

/**
 * Hands out roles and takes them back. Whoever does it needs the permission in the division of each grant (for a grant
 * in all divisions: everywhere), and hands out only what they hold themselves. All of a request happens or nothing.
 */
@Injectable()
export class GrantsService {
  constructor(
    private readonly changes: AccessChanges,
    private readonly grants: GrantsRepository,
    private readonly subjects: SubjectsRepository,
    private readonly roles: RolesRepository,
    private readonly divisions: DivisionsRepository,
  ) {}

  /** Throws 400 with every unknown role and division, 403 for what the caller may not hand out. */
  add(caller: Caller, request: GrantRequest): Promise<void> {
    return this.audited('Create', request.subjectIds, async () => {
      const subjects = await this.subjectsOf(request);
      await this.insert(caller, subjects, product(request));
    });
  }

  /** Gives one role in one division to one subject. Throws 404 when one of them does not exist. */
  addOne(caller: Caller, key: GrantKey, type?: SubjectType): Promise<void> {
    return this.changes.run(async () => {
      await this.roles.get(key.roleId);
      if (key.divisionId !== null) await this.divisions.get(key.divisionId);
      await this.add(caller, { subjectIds: [key.subjectId], pairs: [key], subjectType: type });
    });
  }

  /** Takes the grants back; what is not granted is left out. Throws 409 for the last admin grant. */
  remove(caller: Caller, request: GrantRequest): Promise<void> {
    return this.audited('Delete', request.subjectIds, async () => {
      await this.subjectsOf(request);
      const held = await this.grants.findKeys(request);
      const wanted = new Set(product(request).map(keyOf));
      await this.delete(
        caller,
        held.filter((key) => wanted.has(keyOf(key))),
      );
    });
  }

  /** Takes one grant back. Throws 404 when it is not there. */
  removeOne(caller: Caller, key: GrantKey): Promise<void> {
    return this.audited('Delete', [key.subjectId], async () => {
      const held = await this.grants.findKeys({ subjectIds: [key.subjectId], roleId: key.roleId });
      requireHeldIn(caller, 'authorization:grant:delete', key.divisionId);
      if (!held.some((other) => keyOf(other) === keyOf(key))) throw grantNotFound(key);
      await this.delete(caller, [key]);
    });
  }

  /** Gives the subject just these grants; what it holds already needs no right to hand it out. */
  replace(
    caller: Caller,
    subjectId: string,
    pairs: readonly RoleDivision[],
    type?: SubjectType,
  ): Promise<void> {
    return this.audited('Update', [subjectId], async () => {
      const request = { subjectIds: [subjectId], pairs, subjectType: type };
      const subjects = await this.subjectsOf(request);
      const wanted = product(request);
      const held = await this.grants.findKeys(request);
      await this.insert(caller, subjects, without(wanted, held), pairs);
      await this.delete(caller, without(held, wanted));
    });
  }

  /**
   * Gives the subject just these roles: a role it does not hold yet comes in the home division, one that is not named
   * goes from all divisions.
   */
  replaceRoles(caller: Caller, subjectId: string, roleIds: readonly string[]): Promise<void> {
    return this.changes.run(async () => {
      const home = (await this.divisions.getHome()).id;
      const held = await this.grants.findKeys({ subjectIds: [subjectId] });
      const kept = held.filter(({ roleId }) => roleIds.includes(roleId));
      const fresh = roleIds
        .filter((roleId) => !held.some((key) => key.roleId === roleId))
        .map((roleId) => ({ roleId, divisionId: home }));
      await this.replace(caller, subjectId, [...kept, ...fresh]);
    });
  }

  /** Gives the role to users in the home division, unless they hold it somewhere already. */
  addUsers(caller: Caller, roleId: string, userIds: string[]): Promise<void> {
    return this.changes.run(async () => {
      await this.roles.get(roleId);
      const held = await this.grants.findKeys({ subjectIds: userIds, roleId });
      const subjectIds = userIds.filter((id) => !held.some(({ subjectId }) => subjectId === id));
      const pairs = [{ roleId, divisionId: (await this.divisions.getHome()).id }];
      await this.subjectsOf({ subjectIds: userIds, pairs, subjectType: 'PC_USER' });
      await this.add(caller, { subjectIds, pairs, subjectType: 'PC_USER' });
    });
  }

  /** Takes the role from users in all divisions. */
  removeUsers(caller: Caller, roleId: string, userIds: string[]): Promise<void> {
    return this.audited('Delete', userIds, async () => {
      await this.roles.get(roleId);
      await this.subjectsOf({ subjectIds: userIds, pairs: [], subjectType: 'PC_USER' });
      await this.delete(caller, await this.grants.findKeys({ subjectIds: userIds, roleId }));
    });
  }

  /** One entry for each of the subjects: all that it held before and holds after. */
  private audited(action: string, subjectIds: readonly string[], work: () => Promise<void>): Promise<void> {
    return this.changes.run(async () => {
      const before = await this.grants.findLabels(subjectIds);
      await work();
      const after = await this.grants.findLabels(subjectIds);
      for (const { id, name } of await this.subjects.find(subjectIds)) {
        await this.changes.record({
          action,
          entity: 'authorization:grant',
          id,
          name,
          before: { grants: before.get(id) },
          after: { grants: after.get(id) },
        });
      }
    });
  }

  private async insert(
    caller: Caller,
    subjects: ReadonlyMap<string, Subject>,
    keys: GrantKey[],
    named: readonly RoleDivision[] = keys,
  ): Promise<void> {
    const roles = await this.requireTargets(named);
    for (const divisionId of new Set(keys.map((key) => key.divisionId))) {
      requireHeldIn(caller, 'authorization:grant:add', divisionId);
    }
    for (const role of roles) {
      const divisionIds = keys.filter(({ roleId }) => roleId === role.id).map((key) => key.divisionId);
      if (divisionIds.length > 0) requireMayHandOut(caller, role, divisionIds);
    }
    await this.grants.insert(subjects, keys);
  }

  private async delete(caller: Caller, keys: GrantKey[]): Promise<void> {
    for (const divisionId of new Set(keys.map((key) => key.divisionId))) {
      requireHeldIn(caller, 'authorization:grant:delete', divisionId);
    }
    if (keys.length === 0) return;
    await this.grants.delete(keys);
    await this.changes.requireAdmin();
  }

  private async subjectsOf({ subjectIds, pairs, subjectType }: GrantRequest): Promise<Map<string, Subject>> {
    if (subjectIds.length * pairs.length > MAX_GRANTS) {
      const message = `At most ${MAX_GRANTS} grants can change in one request; send several.`;
      throw reasonsError([{ code: 'max.role.assignments.exceeded', message }]);
    }
    if (subjectIds.length === 1) await this.subjects.get(subjectIds[0]!);
    const found = new Map((await this.subjects.find(subjectIds)).map((subject) => [subject.id, subject]));
    const reasons = subjectIds.flatMap((id) => explainSubject(id, found.get(id), subjectType));
    if (reasons.length > 0) throw reasonsError(reasons);
    return found;
  }

  private async requireTargets(pairs: readonly RoleDivision[]): Promise<Role[]> {
    const roles = await this.roles.find(pairs.map(({ roleId }) => roleId));
    const ids = pairs.map(({ divisionId }) => divisionId).filter((id) => id !== null);
    const divisions = new Set((await this.divisions.find(ids)).map(({ id }) => id));
    const reasons = pairs.flatMap(({ roleId, divisionId }, index) => [
      ...(roles.some(({ id }) => id === roleId) ? [] : [roleGone(`grants.${index}.roleId`, roleId)]),
      ...(divisionId === null || divisions.has(divisionId)
        ? []
        : [divisionGone(`grants.${index}.divisionId`, divisionId)]),
    ]);
    if (reasons.length > 0) throw reasonsError(reasons);
    return roles;
  }
}

function explainSubject(id: string, subject: Subject | undefined, type: SubjectType | undefined): Reason[] {
  const field = 'subjectId';
  if (!subject) {
    const message = `There is no user or OAuth client with the id ${id}.`;
    return [{ code: 'subject.not.found', field, entityId: id, message }];
  }
  if (type === undefined || type === subject.type) return [];
  const message = `${id} is of the type ${subject.type}, not ${type}; send subjectType=${subject.type}.`;
  return [{ code: 'invalid.value', field: 'subjectType', entityId: id, message }];
}

function product({ subjectIds, pairs }: GrantRequest): GrantKey[] {
  return subjectIds.flatMap((subjectId) =>
    pairs.map(({ roleId, divisionId }) => ({ subjectId, roleId, divisionId })),
  );
}

function keyOf({ subjectId, roleId, divisionId }: GrantKey): string {
  return `${subjectId} ${roleId} ${divisionId ?? ALL_DIVISIONS}`;
}

function without(keys: readonly GrantKey[], others: readonly GrantKey[]): GrantKey[] {
  const known = new Set(others.map(keyOf));
  return keys.filter((key) => !known.has(keyOf(key)));
}

function grantNotFound({ subjectId, roleId, divisionId }: GrantKey): ApiError {
  return new ApiError(
    'not-found',
    'grant.not.found',
    '{subjectId} does not hold the role {roleId} in the division {divisionId}.',
    { params: { subjectId, roleId, divisionId: divisionId ?? ALL_DIVISIONS } },
  );
}
