interface EntityPermissions {
  readonly actions: readonly string[];
  /** True when the objects belong to divisions, so that a grant reaches only those of its division. */
  readonly divisionAware: boolean;
}

const inDivision = <const A extends readonly string[]>(...actions: A) =>
  ({ actions, divisionAware: true }) as const;
const inOrganization = <const A extends readonly string[]>(...actions: A) =>
  ({ actions, divisionAware: false }) as const;

/** Every permission there is: domain, entity, actions (Genesys Cloud API, permission strings). */
export const PERMISSION_CATALOGUE = {
  outbound: {
    whatsAppCampaign: inDivision(
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
    ),
    whatsAppCampaignSchedule: inDivision('view', 'edit', 'delete'),
    contactList: inDivision('add', 'delete', 'edit', 'view', 'search', 'upload'),
    contact: inDivision('add', 'delete', 'edit', 'view'),
    contactListFilter: inDivision('add', 'delete', 'edit', 'view'),
    dncList: inDivision('add', 'delete', 'edit', 'view', 'search', 'upload'),
    dnc: inDivision('add', 'delete', 'edit', 'view'),
    callableTimeSet: inOrganization('add', 'delete', 'edit', 'view'),
    digitalRuleSet: inDivision('add', 'delete', 'edit', 'view'),
    campaignRule: inOrganization('add', 'delete', 'edit', 'view'),
    campaignSequence: inDivision('add', 'delete', 'edit', 'view'),
    campaignDiagnostic: inDivision('view'),
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
  divisionAware: boolean;
}

/** The catalogue as rows. */
export const ALL_PERMISSIONS: readonly CatalogueEntry[] = Object.entries(PERMISSION_CATALOGUE).flatMap(
  ([domain, entities]) =>
    Object.entries(entities as Record<string, EntityPermissions>).flatMap(
      ([entity, { actions, divisionAware }]) =>
        actions.map((action) => ({ domain, entity, action, divisionAware })),
    ),
);
