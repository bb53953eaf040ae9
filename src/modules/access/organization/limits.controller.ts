import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { ApiError, type ErrorLimit } from '../../../platform/errors/api-error.js';
import { Authenticated } from '../access.decorators.js';
import { OrganizationLimits } from './organization-limits.js';

interface LimitListing {
  entities: ErrorLimit[];
}

/** Limits of the organisation (Genesys Cloud API, organization limits). They can't be changed, so all are defaults. */
@ApiTags('Organization')
@ApiBearerAuth()
@Controller('api/v2/organizations/limits/namespaces/:namespaceName')
export class LimitsController {
  constructor(private readonly limits: OrganizationLimits) {}

  @Get()
  @Authenticated()
  effective(@Param('namespaceName') namespace: string): LimitListing {
    return this.list(namespace);
  }

  @Get('defaults')
  @Authenticated()
  defaults(@Param('namespaceName') namespace: string): LimitListing {
    return this.list(namespace);
  }

  private list(namespace: string): LimitListing {
    const entities = this.limits.find(namespace);
    if (entities.length > 0) return { entities };
    throw new ApiError(
      'not-found',
      'not.found',
      'There are no limits in the namespace {namespace}; try {known}.',
      {
        params: { namespace, known: this.limits.namespaces().join(', ') },
      },
    );
  }
}
