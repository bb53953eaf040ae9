import { DefaultNamingStrategy } from 'typeorm';

/** Columns in snake case, so that entities and hand-written SQL use the same names. */
export class SnakeNaming extends DefaultNamingStrategy {
  override columnName(propertyName: string, customName: string | undefined, prefixes: string[]): string {
    return [...prefixes, customName ?? propertyName].map(toSnake).join('_');
  }

  override joinColumnName(relationName: string, referencedColumnName: string): string {
    return toSnake(`${relationName}_${referencedColumnName}`);
  }
}

function toSnake(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/gu, '$1_$2').toLowerCase();
}
