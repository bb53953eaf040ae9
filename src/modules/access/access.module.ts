import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessVersion } from './access-version.js';
import { AccessGuard } from './access.guard.js';
import { AccessRegistration } from './access.registration.js';
import { DivisionCatalogue } from './divisions/division-catalogue.service.js';
import { DivisionedObjects } from './divisions/divisioned-objects.js';
import { DivisionsController } from './divisions/divisions.controller.js';
import { DivisionsRepository } from './divisions/divisions.repository.js';
import { DivisionsService } from './divisions/divisions.service.js';
import { PermittedDivisionsController } from './divisions/permitted-divisions.controller.js';
import { PermittedDivisionsService } from './divisions/permitted-divisions.service.js';
import { DivisionGrantsController } from './grants/division-grants.controller.js';
import { GrantedService } from './grants/granted.service.js';
import { GrantsRepository } from './grants/grants.repository.js';
import { GrantsService } from './grants/grants.service.js';
import { LockoutProtection } from './grants/lockout.js';
import { RoleMembersController } from './grants/role-members.controller.js';
import { SubjectsController } from './grants/subjects.controller.js';
import { SubjectsRepository } from './grants/subjects.repository.js';
import { UserRolesController } from './grants/user-roles.controller.js';
import { GuardsModule } from './guards.module.js';
import { OAuthController } from './oauth/oauth.controller.js';
import { TokensController } from './oauth/tokens.controller.js';
import { TokensService } from './oauth/tokens.service.js';
import { LimitsController } from './organization/limits.controller.js';
import { OrganizationLimits } from './organization/organization-limits.js';
import { OrganizationsController } from './organization/organizations.controller.js';
import { OrganizationsService } from './organization/organizations.service.js';
import { PermissionsController } from './permissions/permissions.controller.js';
import { RolesController } from './roles/roles.controller.js';
import { RolesRepository } from './roles/roles.repository.js';
import { RolesService } from './roles/roles.service.js';
import { RouteCheck } from './route-check.js';

/** Who may do what: divisions, roles, grants, OAuth clients and tokens. Closes every route by default. */
@Global()
@Module({
  imports: [DiscoveryModule, GuardsModule],
  controllers: [
    DivisionsController,
    DivisionGrantsController,
    LimitsController,
    OAuthController,
    OrganizationsController,
    PermissionsController,
    PermittedDivisionsController,
    RoleMembersController,
    RolesController,
    SubjectsController,
    TokensController,
    UserRolesController,
  ],
  providers: [
    AccessRegistration,
    AccessVersion,
    DivisionCatalogue,
    DivisionedObjects,
    DivisionsRepository,
    DivisionsService,
    GrantedService,
    GrantsRepository,
    GrantsService,
    LockoutProtection,
    OrganizationLimits,
    OrganizationsService,
    PermittedDivisionsService,
    RolesRepository,
    RolesService,
    SubjectsRepository,
    TokensService,
    RouteCheck,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [DivisionedObjects, DivisionsService, GuardsModule, OrganizationLimits, OrganizationsService],
})
export class AccessModule {}
