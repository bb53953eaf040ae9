import { isNumber, readMoment } from '../filters/cell-values.js';
import type { ColumnDataTypeSpecification } from './contact-list-definition.js';

/** What is wrong with a cell; `message` goes on after the name of the column, without full stop. */
export interface CellFault {
  kind: 'data-type' | 'range' | 'length';
  message: string;
}

/**
 * Whether a cell is what its column promises (Genesys Cloud API, columnDataTypeSpecifications): `min` and `max` hold
 * for NUMERIC, `maxLength` in characters for TEXT, none when 0. Numbers and timestamps are those that filters understand. An empty
 * cell says nothing and is never wrong.
 */
export function explainCell(spec: ColumnDataTypeSpecification, cell: string): CellFault | undefined {
  if (cell === '') return undefined;
  switch (spec.columnDataType) {
    case 'NUMERIC':
      return explainNumber(spec, cell);
    case 'TIMESTAMP':
      if (readMoment(cell)) return undefined;
      return { kind: 'data-type', message: 'must be a date such as 2026-03-31 or 2026-03-31T08:30:00Z' };
    case 'TEXT':
      if (!spec.maxLength || cell.length <= spec.maxLength) return undefined;
      return {
        kind: 'length',
        message: `has ${cell.length} characters, at most ${spec.maxLength} are allowed in this column`,
      };
  }
}

function explainNumber({ min, max }: ColumnDataTypeSpecification, cell: string): CellFault | undefined {
  if (!isNumber(cell)) return { kind: 'data-type', message: 'must be a number such as 120 or -0.5' };
  const value = Number(cell);
  if (min !== undefined && value < min) return { kind: 'range', message: `must not be less than ${min}` };
  if (max !== undefined && value > max) return { kind: 'range', message: `must not be more than ${max}` };
  return undefined;
}
