import { ApiError } from '../../platform/errors/api-error.js';
import type { RouteAccess } from './access.decorators.js';
import type { Permission } from './permissions/permission-catalogue.js';
import type { PermissionEntity } from './permissions/permission-entity.js';

/** The licences with which an organisation may run WhatsApp campaigns; one of them is needed. */
export const WHATSAPP_CAMPAIGN_LICENSES = [
  'Genesys Cloud CX 1 Digital Add-on II',
  'Genesys Cloud CX 2',
  'Genesys Cloud CX 2 Digital',
  'Genesys Cloud CX 3',
  'Genesys Cloud CX 3 Digital',
  'Genesys Cloud CX 4',
];

/** What only a licensed organisation may use: permissions for these are worth nothing without the licence. */
const LICENSED: ReadonlySet<string> = new Set<PermissionEntity>([
  'outbound:whatsAppCampaign',
  'outbound:whatsAppCampaignSchedule',
  'messaging:whatsappIntegration',
  'messaging:integration',
]);

// Whoever lost the licence must still be able to end what runs.
const FREE: ReadonlySet<Permission> = new Set<Permission>(['outbound:whatsAppCampaign:stop']);

/** Throws 403 `license.required` when the route is only reached by permissions that the licence does not cover. */
export function requireLicense(license: string, access: RouteAccess & { kind: 'permission' }): void {
  if (isSufficient(license)) return;
  const { mode, permissions } = access;
  const barred = permissions.filter(isLicensed);
  if (barred.length === 0 || (mode === 'any' && barred.length < permissions.length)) return;
  throw new ApiError(
    'forbidden',
    'license.required',
    'WhatsApp campaigns need one of these licences: {licenses}. The organisation has: {license}.',
    { params: { licenses: WHATSAPP_CAMPAIGN_LICENSES.join(', '), license } },
  );
}

/** True when holding the permission is worth nothing, because the licence does not cover it. */
export function isWithoutEffect(license: string, permission: Permission): boolean {
  return isLicensed(permission) && !isSufficient(license);
}

function isLicensed(permission: Permission): boolean {
  return !FREE.has(permission) && LICENSED.has(permission.replace(/:[^:]*$/u, ''));
}

function isSufficient(license: string): boolean {
  const given = license.trim().replace(/\s+/gu, ' ').toLowerCase();
  return WHATSAPP_CAMPAIGN_LICENSES.some((sufficient) => sufficient.toLowerCase() === given);
}
