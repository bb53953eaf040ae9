import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Division } from './division.entity.js';

export const DIVISIONS_PATH = '/api/v2/authorization/divisions';

/** A division on the wire (Genesys Cloud API, divisions: AuthzDivision). */
export class DivisionView {
  @ApiProperty()
  id: string;

  @ApiProperty()
  name: string;

  @ApiProperty()
  description: string;

  @ApiProperty()
  homeDivision: boolean;

  @ApiPropertyOptional({ description: 'Objects by type, when asked for' })
  objectCounts?: Record<string, number>;

  @ApiProperty()
  selfUri: string;
}

/** What modules show of the division of an object. */
export interface DivisionRef {
  id: string;
  name: string;
  selfUri: string;
}

export function toDivisionRef({ id, name }: Pick<Division, 'id' | 'name'>): DivisionRef {
  return { id, name, selfUri: `${DIVISIONS_PATH}/${id}` };
}

export function toDivisionView(
  { id, name, description, home }: Pick<Division, 'id' | 'name' | 'description' | 'home'>,
  objectCounts?: Record<string, number>,
): DivisionView {
  return { id, name, description, homeDivision: home, objectCounts, selfUri: `${DIVISIONS_PATH}/${id}` };
}
