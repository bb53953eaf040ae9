import { Injectable } from '@nestjs/common';
import { mapPage, type Page, type PageRequest } from '../../../kernel/page.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../caller.js';
import { SubjectsRepository } from '../grants/subjects.repository.js';
import { buildAbility } from '../permissions/ability.js';
import { type DivisionScope, divisionScope } from '../permissions/division-scope.js';
import { findPermission, type Permission } from '../permissions/permission-catalogue.js';
import { type DivisionView, toDivisionView } from './division.view.js';
import { DivisionsRepository } from './divisions.repository.js';

/** Divisions in which a permission is held, and whether these are all there are. */
export interface PermittedDivisions {
  page: Page<DivisionView>;
  allDivsPermitted: boolean;
}

/** In which divisions a subject holds a permission (Genesys Cloud API, permitted divisions). */
@Injectable()
export class PermittedDivisionsService {
  constructor(
    private readonly divisions: DivisionsRepository,
    private readonly subjects: SubjectsRepository,
  ) {}

  async listMine(caller: Caller, permission: string, name: string | undefined): Promise<DivisionView[]> {
    const found = await this.divisions.findAll(caller.scope(requireKnown(permission)), name);
    return found.map((division) => toDivisionView(division));
  }

  pageMine(caller: Caller, permission: string, page: PageRequest): Promise<PermittedDivisions> {
    return this.page(caller.scope(requireKnown(permission)), page);
  }

  /** Throws 404 for an unknown subject. */
  async pageOf(subjectId: string, permission: string, page: PageRequest): Promise<PermittedDivisions> {
    const wanted = requireKnown(permission);
    const { id } = await this.subjects.get(subjectId);
    return this.page(divisionScope(buildAbility(await this.subjects.policiesOf(id)), [wanted]), page);
  }

  private async page(scope: DivisionScope, page: PageRequest): Promise<PermittedDivisions> {
    const found = await this.divisions.findPage(scope, {}, page);
    return {
      page: mapPage(found, (division) => toDivisionView(division)),
      allDivsPermitted: scope.kind === 'all',
    };
  }
}

function requireKnown(name: string): Permission {
  const entry = findPermission(name);
  if (entry) return entry.permission;
  throw new ApiError(
    'invalid',
    'permission.not.found',
    'There is no permission "{permission}"; write it as domain:entity:action, for example outbound:contactList:view.',
    { params: { permission: name } },
  );
}
