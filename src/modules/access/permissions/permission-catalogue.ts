interface EntityPermissions {
  readonly actions: readonly string[];
  /** True when the objects belong to divisions, so that a grant reaches only those of its division. */
  readonly divisionAware: boolean;
}

const inDivision = <const A extends readonly string[]>(...actions: A) =>
  ({ actions, divisionAware: true }) as const;
// The same for every kind of message.
const campaign = [
  'add',
  'delete',
  'edit',
  'view',
  'search',
  'start',
  'stop',
  'recycle',
  'viewSchedule',
  'editSchedule',
  'deleteSchedule',
] as const;
const inOrganization = <const A extends readonly string[]>(...actions: A) =>
  ({ actions, divisionAware: false }) as const;

/** Every permission there is: domain, entity, actions (Genesys Cloud API, permission strings). */
export const PERMISSION_CATALOGUE = {
  outbound: {
    whatsAppCampaign: inDivision(...campaign),
    whatsAppCampaignSchedule: inDivision('view', 'edit', 'delete'),
    messagingCampaign: inDivision(...campaign),
    messagingCampaignSchedule: inDivision('view', 'edit', 'delete'),
    emailCampaign: inDivision(...campaign),
    emailCampaignSchedule: inDivision('view', 'edit', 'delete'),
    contactList: inDivision('add', 'delete', 'edit', 'view', 'search', 'upload'),
    contact: inDivision('add', 'delete', 'edit', 'view'),
    contactListFilter: inDivision('add', 'delete', 'edit', 'view'),
    contactListTemplate: inOrganization('add', 'delete', 'edit', 'view'),
    importTemplate: inOrganization('add', 'delete', 'edit', 'view'),
    fileSpecificationTemplate: inOrganization('add', 'delete', 'edit', 'view'),
    dncList: inDivision('add', 'delete', 'edit', 'view', 'search', 'upload'),
    dnc: inDivision('add', 'delete', 'edit', 'view'),
    callableTimeSet: inOrganization('add', 'delete', 'edit', 'view'),
    attemptLimits: inOrganization('add', 'delete', 'edit', 'view'),
    digitalRuleSet: inDivision('add', 'delete', 'edit', 'view'),
    campaignRule: inOrganization('add', 'delete', 'edit', 'view'),
    campaignSequence: inDivision('add', 'delete', 'edit', 'view'),
    campaignSequenceSchedule: inDivision('view', 'edit', 'delete'),
    wrapUpCodeMapping: inOrganization('view', 'edit'),
    campaignDiagnostic: inDivision('view'),
    webhook: inDivision('add', 'delete', 'edit', 'view'),
    eventLog: inOrganization('view'),
    settings: inOrganization('view', 'edit'),
  },
  messaging: {
    whatsappIntegration: inOrganization('add', 'delete', 'edit', 'view'),
    integration: inOrganization('add', 'delete', 'edit', 'view'),
    supportedContent: inOrganization('add', 'delete', 'edit', 'view'),
    setting: inOrganization('add', 'delete', 'edit', 'view'),
  },
  responses: {
    library: inDivision('add', 'delete', 'edit', 'view'),
    response: inDivision('add', 'delete', 'edit', 'view'),
  },
  responseAssets: { asset: inDivision('add', 'delete', 'edit', 'view') },
  analytics: {
    conversationDetail: inDivision('view'),
    agentConversationDetail: inDivision('view'),
    conversationAggregate: inDivision('view'),
    dataExport: inOrganization('view', 'add'),
  },
  conversation: { message: inOrganization('create') },
  authorization: {
    division: inOrganization('add', 'delete', 'edit', 'view'),
    divisionDeleted: inOrganization('view'),
    role: inOrganization('add', 'delete', 'edit', 'view'),
    grant: inDivision('add', 'delete', 'view'),
  },
  oauth: {
    client: inOrganization('add', 'delete', 'edit', 'view'),
    token: inOrganization('delete'),
  },
  directory: {
    user: inDivision('add', 'delete', 'edit', 'view'),
    organization: inOrganization('admin'),
  },
  audits: { audit: inOrganization('view') },
} as const satisfies Record<string, Record<string, EntityPermissions>>;

type Catalogue = typeof PERMISSION_CATALOGUE;
type PermissionOf<D extends keyof Catalogue> = {
  [E in keyof Catalogue[D] & string]: Catalogue[D][E] extends { actions: readonly (infer A extends string)[] }
    ? `${D}:${E}:${A}`
    : never;
}[keyof Catalogue[D] & string];

/** A permission string, `domain:entity:action`; a misspelt one does not compile. */
export type Permission = { [D in keyof Catalogue]: PermissionOf<D> }[keyof Catalogue];

export interface CatalogueEntry {
  domain: string;
  entity: string;
  action: string;
  permission: Permission;
  /** For people: `Outbound > WhatsApp campaign > Add`. */
  label: string;
  divisionAware: boolean;
}

/** The catalogue as rows. */
export const ALL_PERMISSIONS: readonly CatalogueEntry[] = Object.entries(PERMISSION_CATALOGUE).flatMap(
  ([domain, entities]) =>
    Object.entries(entities as Record<string, EntityPermissions>).flatMap(
      ([entity, { actions, divisionAware }]) =>
        actions.map((action) => ({
          domain,
          entity,
          action,
          permission: `${domain}:${entity}:${action}` as Permission,
          label: [domain, entity, action].map(toWords).join(' > '),
          divisionAware,
        })),
    ),
);

const BY_NAME = new Map(ALL_PERMISSIONS.map((entry) => [entry.permission as string, entry]));

/** The permission of that name; undefined when the catalogue has none. */
export function findPermission(name: string): CatalogueEntry | undefined {
  return BY_NAME.get(name);
}

/** What a policy covers: one entity of a domain, or all (`*`), with some or all (`*`) actions. */
export interface PolicyTerms {
  domain: string;
  entityName: string;
  actions: readonly string[];
}

/** Every permission that at least one of the policies allows, wildcards spelt out. */
export function spellOut(policies: readonly PolicyTerms[]): CatalogueEntry[] {
  return ALL_PERMISSIONS.filter((entry) => policies.some((policy) => policyAllows(policy, entry)));
}

export function policyAllows(policy: PolicyTerms, entry: CatalogueEntry): boolean {
  return (
    policy.domain === entry.domain &&
    (policy.entityName === '*' || policy.entityName === entry.entity) &&
    (policy.actions.includes('*') || policy.actions.includes(entry.action))
  );
}

// 'whatsAppCampaign' -> 'WhatsApp campaign'
function toWords(name: string): string {
  const words = name
    .replace(/([a-z])([A-Z])/gu, (_whole, end: string, start: string) => `${end} ${start.toLowerCase()}`)
    .replace(/\bwhats ?app\b/u, 'WhatsApp')
    .replace(/\bdnc\b/u, 'DNC')
    .replace(/\boauth\b/u, 'OAuth');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
