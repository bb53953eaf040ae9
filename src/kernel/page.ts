/** A page asked for. `pageNumber` starts at 1. */
export interface PageRequest {
  pageNumber: number;
  pageSize: number;
}

/** A page found. `total` counts all matches; a page past the end has no entities. */
export interface Page<T> extends PageRequest {
  entities: T[];
  total: number;
}

/** Rows to skip before the page begins. */
export function pageOffset({ pageNumber, pageSize }: PageRequest): number {
  return (pageNumber - 1) * pageSize;
}

/** The same page with every entity converted. */
export function mapPage<T, U>(page: Page<T>, convert: (entity: T) => U): Page<U> {
  return { ...page, entities: page.entities.map(convert) };
}
