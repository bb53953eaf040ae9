import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../caller.js';
import type { Permission } from '../permissions/permission-catalogue.js';
import { Division } from './division.entity.js';

export interface DivisionView {
  id: string;
  name: string;
  description: string;
  homeDivision: boolean;
  selfUri: string;
}

/** What modules show of the division of an object. */
export interface DivisionRef {
  id: string;
  name: string;
  selfUri: string;
}

@Injectable()
export class DivisionsService {
  constructor(private readonly uow: UnitOfWork) {}

  /** The home division; every organisation has exactly one. */
  async home(): Promise<DivisionView> {
    return toView(await this.uow.manager.findOneByOrFail(Division, { home: true }));
  }

  /**
   * The division that a new or moved object gets: the one asked for, else the home division.
   * Throws 400 `division.not.found` for an unknown one, 403 when the caller lacks the permission there.
   */
  async resolve(
    caller: Caller,
    permission: Permission,
    divisionId: string | undefined,
  ): Promise<DivisionRef> {
    const where = divisionId ? { id: divisionId } : { home: true };
    const division = await this.uow.manager.findOneBy(Division, where);
    if (!division) {
      throw new ApiError('invalid', 'division.not.found', 'There is no division with the id {divisionId}.', {
        params: { divisionId: divisionId ?? '' },
      });
    }
    caller.requireIn(division.id, permission);
    return toRef(division);
  }

  /** References of several divisions by id. */
  async refs(ids: readonly string[]): Promise<Map<string, DivisionRef>> {
    if (ids.length === 0) return new Map();
    const found = await this.uow.manager
      .createQueryBuilder(Division, 'division')
      .where('division.id = ANY(:ids)', { ids: [...new Set(ids)] })
      .getMany();
    return new Map(found.map((division) => [division.id, toRef(division)]));
  }

  /** Reference of one division that an object belongs to. */
  async ref(id: string): Promise<DivisionRef> {
    return toRef(await this.uow.manager.findOneByOrFail(Division, { id }));
  }
}

const selfUri = (id: string): string => `/api/v2/authorization/divisions/${id}`;

function toRef({ id, name }: Division): DivisionRef {
  return { id, name, selfUri: selfUri(id) };
}

function toView({ id, name, description, home }: Division): DivisionView {
  return { id, name, description, homeDivision: home, selfUri: selfUri(id) };
}
