import { Injectable, type PipeTransform } from '@nestjs/common';
import { reasonsError } from '../../../platform/errors/api-error.js';
import { isGrantDivision, toGrantDivision } from './grant.dto.js';

/** The division in a path: a UUID, or `*` for all divisions, which becomes null. */
@Injectable()
export class GrantDivisionPipe implements PipeTransform<string, string | null> {
  transform(value: string): string | null {
    if (isGrantDivision(value)) return toGrantDivision(value);
    const message = 'divisionId must be the UUID of a division, or * for all divisions.';
    throw reasonsError([{ code: 'invalid.value', field: 'divisionId', message }]);
  }
}
