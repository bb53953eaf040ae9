import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../caller.js';
import type { Permission } from '../permissions/permission-catalogue.js';
import { Division } from './division.entity.js';
import { type DivisionRef, toDivisionRef } from './division.view.js';

@Injectable()
export class DivisionsService {
  constructor(private readonly uow: UnitOfWork) {}

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
    return toDivisionRef(division);
  }

  /** References of several divisions by id. */
  async refs(ids: readonly string[]): Promise<Map<string, DivisionRef>> {
    if (ids.length === 0) return new Map();
    const found = await this.uow.manager
      .createQueryBuilder(Division, 'division')
      .where('division.id = ANY(:ids)', { ids: [...new Set(ids)] })
      .getMany();
    return new Map(found.map((division) => [division.id, toDivisionRef(division)]));
  }

  /** The division of what belongs to nobody in particular. */
  async home(): Promise<DivisionRef> {
    return toDivisionRef(await this.uow.manager.findOneByOrFail(Division, { home: true }));
  }

  /** Reference of one division that an object belongs to. */
  async ref(id: string): Promise<DivisionRef> {
    return toDivisionRef(await this.uow.manager.findOneByOrFail(Division, { id }));
  }
}
