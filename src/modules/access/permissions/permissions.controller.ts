import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { pageOffset } from '../../../kernel/page.js';
import { Config } from '../../../platform/config/config.js';
import { type Listing, PageQuery, toListing } from '../../../platform/http/listing.js';
import { QueryList } from '../../../platform/http/query-list.js';
import { Authenticated } from '../access.decorators.js';
import { ALL_PERMISSIONS, type CatalogueEntry } from './permission-catalogue.js';

const PATH = '/api/v2/authorization/permissions';

class PermissionQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ['domain', 'permission'] })
  @IsOptional()
  @IsIn(['domain', 'permission'], { message: 'queryType must be domain or permission' })
  queryType?: 'domain' | 'permission';

  @ApiPropertyOptional({ type: [String], description: 'Domains, or permissions as domain:entity:action' })
  @IsOptional()
  @QueryList()
  query?: string[];
}

interface PermissionView {
  domain: string;
  entityType: string;
  action: string;
  label: string;
  allowsConditions: boolean;
  divisionAware: boolean;
}

/** The permissions of a domain (Genesys Cloud API, permissions: DomainPermissionCollection). */
interface PermissionCollection {
  id: string;
  name: string;
  domain: string;
  permissionMap: Record<string, PermissionView[]>;
}

interface ProductListing {
  entities: { id: string }[];
  pageSize: number;
  pageNumber: number;
  total: number;
  pageCount: number;
}

/** What can be granted, and what the organisation has bought (Genesys Cloud API, permissions and products). */
@ApiTags('Authorization')
@ApiBearerAuth()
@Controller('api/v2/authorization')
export class PermissionsController {
  constructor(private readonly config: Config) {}

  /** The whole catalogue, by domain. */
  @Get('permissions')
  @Authenticated()
  permissions(@Query() query: PermissionQuery): Listing<PermissionCollection> {
    const page = query.toPage();
    const all = toCollections(ALL_PERMISSIONS.filter((entry) => isAskedFor(entry, query)));
    const entities = all.slice(pageOffset(page), pageOffset(page) + page.pageSize);
    return toListing({ ...page, entities, total: all.length }, PATH);
  }

  @Get('products')
  @Authenticated()
  products(): ProductListing {
    const entities = [{ id: this.config.license }];
    return { entities, pageSize: 25, pageNumber: 1, total: entities.length, pageCount: 1 };
  }
}

function isAskedFor(entry: CatalogueEntry, { queryType = 'domain', query }: PermissionQuery): boolean {
  if (!query || query.length === 0) return true;
  return query.includes(queryType === 'domain' ? entry.domain : entry.permission);
}

function toCollections(entries: readonly CatalogueEntry[]): PermissionCollection[] {
  const domains = new Map<string, PermissionCollection>();
  for (const { domain, entity, action, label, divisionAware } of entries) {
    const collection = domains.get(domain) ?? { id: domain, name: domain, domain, permissionMap: {} };
    domains.set(domain, collection);
    (collection.permissionMap[entity] ??= []).push({
      domain,
      entityType: entity,
      action,
      label,
      allowsConditions: false,
      divisionAware,
    });
  }
  return [...domains.values()].sort((a, b) => a.domain.localeCompare(b.domain));
}
