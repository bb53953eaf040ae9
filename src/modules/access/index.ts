export { AccessModule } from './access.module.js';
export { AccessWorkerModule } from './access.worker.module.js';
export { AuditTrail } from './audit/audit-trail.js';
export {
  Authenticated,
  CurrentCaller,
  RequireAllPermissions,
  RequirePermission,
} from './access.decorators.js';
export { bootstrapOrganization } from './bootstrap.js';
export { Caller } from './caller.js';
export type { DivisionRef } from './divisions/division.view.js';
export { DivisionedObjects } from './divisions/divisioned-objects.js';
export { DivisionsService } from './divisions/divisions.service.js';
export { NamedObjects } from './named-objects/named-objects.js';
export { type StandingRights, StandingRightsFinder, type Subject } from './oauth/standing-rights.service.js';
export { OrganizationLimits } from './organization/organization-limits.js';
export {
  type DivisionScope,
  EVERYWHERE,
  isInScope,
  scopeSql,
  whereInScope,
} from './permissions/division-scope.js';
export type { Permission } from './permissions/permission-catalogue.js';
