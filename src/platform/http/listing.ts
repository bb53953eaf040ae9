import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { Page, PageRequest } from '../../kernel/page.js';

const DEFAULT_PAGE_SIZE = 25;
const MAX_PAGE_SIZE = 100;

/** Paging parameters of a list. A page size above 100 is cut, not refused (Genesys Cloud API, listing envelope). */
export class PageQuery {
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  pageNumber?: number;

  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  pageSize?: number;

  toPage(max = MAX_PAGE_SIZE): PageRequest {
    return { pageNumber: this.pageNumber ?? 1, pageSize: Math.min(this.pageSize ?? DEFAULT_PAGE_SIZE, max) };
  }
}

/** Listing envelope on the wire (Genesys Cloud API, listing envelope). URIs are paths. */
export interface Listing<T> {
  entities: T[];
  pageSize: number;
  pageNumber: number;
  total: number;
  pageCount: number;
  selfUri: string;
  firstUri: string;
  lastUri: string;
  nextUri?: string;
  previousUri?: string;
}

/** Wraps a page for the wire; `path` is the path of the collection. A page past the end has no entities. */
export function toListing<T>(page: Page<T>, path: string): Listing<T> {
  const { entities, pageNumber, pageSize, total } = page;
  const pageCount = Math.ceil(total / pageSize);
  const uri = (number: number): string => `${path}?pageSize=${pageSize}&pageNumber=${number}`;
  return {
    entities,
    pageSize,
    pageNumber,
    total,
    pageCount,
    selfUri: uri(pageNumber),
    firstUri: uri(1),
    lastUri: uri(Math.max(1, pageCount)),
    nextUri: pageNumber < pageCount ? uri(pageNumber + 1) : undefined,
    previousUri: pageNumber > 1 ? uri(pageNumber - 1) : undefined,
  };
}
