import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { DivisionsController } from './divisions/divisions.controller.js';
import { DivisionsService } from './divisions/divisions.service.js';
import { GuardsModule } from './guards.module.js';
import { OAuthController } from './oauth/oauth.controller.js';
import { TokensController } from './oauth/tokens.controller.js';
import { TokensService } from './oauth/tokens.service.js';
import { OrganizationsController } from './organization/organizations.controller.js';
import { OrganizationsService } from './organization/organizations.service.js';
import { RouteCheck } from './route-check.js';

/** Who may do what: divisions, roles, grants, OAuth clients and tokens. Closes every route by default. */
@Global()
@Module({
  imports: [DiscoveryModule, GuardsModule],
  controllers: [DivisionsController, OAuthController, OrganizationsController, TokensController],
  providers: [
    DivisionsService,
    OrganizationsService,
    TokensService,
    RouteCheck,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [DivisionsService, GuardsModule, OrganizationsService],
})
export class AccessModule {}
