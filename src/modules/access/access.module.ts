import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessChanges } from './access-changes.js';
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
import { ClientAuthentication } from './oauth/client-authentication.service.js';
import { ClientGrantsRepository } from './oauth/clients/client-grants.repository.js';
import { OAuthClientsController } from './oauth/clients/oauth-clients.controller.js';
import { OAuthClientsService } from './oauth/clients/oauth-clients.service.js';
import { CodeGrant } from './oauth/code-grant.service.js';
import { OAuthController } from './oauth/oauth.controller.js';
import { RefreshGrant } from './oauth/refresh-grant.service.js';
import { StandingRightsFinder } from './oauth/standing-rights.service.js';
import { TokenFamilies } from './oauth/token-families.service.js';
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
import { EscalationGuard } from './permissions/escalation-guard.service.js';
import { RouteCheck } from './route-check.js';
import { AuthorizeClients } from './sign-in/authorize-clients.service.js';
import { AuthorizeController } from './sign-in/authorize.controller.js';
import { LogoutController } from './sign-in/logout.controller.js';
import { PasswordController } from './sign-in/password.controller.js';
import { Sessions } from './sign-in/sessions.service.js';
import { SignInAttempts } from './sign-in/sign-in-attempts.service.js';
import { SignIn } from './sign-in/sign-in.service.js';
import { Invites } from './users/invites.service.js';
import { MeService } from './users/me.service.js';
import { Passwords } from './users/passwords.service.js';
import { UsersController } from './users/users.controller.js';
import { UsersService } from './users/users.service.js';

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
    OAuthClientsController,
    AuthorizeController,
    LogoutController,
    PasswordController,
    UsersController,
  ],
  providers: [
    AccessChanges,
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
    ClientAuthentication,
    ClientGrantsRepository,
    OAuthClientsService,
    CodeGrant,
    RefreshGrant,
    StandingRightsFinder,
    TokenFamilies,
    EscalationGuard,
    AuthorizeClients,
    Sessions,
    SignInAttempts,
    SignIn,
    Invites,
    MeService,
    Passwords,
    UsersService,
    RouteCheck,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [
    DivisionedObjects,
    DivisionsService,
    GuardsModule,
    OrganizationLimits,
    OrganizationsService,
    StandingRightsFinder,
  ],
})
export class AccessModule {}
