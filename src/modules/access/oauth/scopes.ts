import type { CatalogueEntry } from '../permissions/permission-catalogue.js';

/** Domains of permissions that a scope opens; `:readonly` forms of each exist as well (Genesys Cloud API, scopes). */
const DOMAINS_OF_SCOPE: Readonly<Record<string, readonly string[]>> = {
  analytics: ['analytics'],
  audits: ['audits'],
  authorization: ['authorization'],
  conversations: ['conversation'],
  messaging: ['messaging'],
  oauth: ['oauth'],
  outbound: ['outbound'],
  'response-management': ['responses'],
  users: ['directory'],
};

const READING = ['view', 'search', 'viewSchedule'];
const READ_ONLY = ':readonly';

/** Every scope there is, by name, with what it opens. */
export const SCOPES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(DOMAINS_OF_SCOPE).flatMap(([scope, domains]): [string, string][] => [
    [scope, `Everything the user may do in: ${domains.join(', ')}`],
    [`${scope}${READ_ONLY}`, `Everything the user may see in: ${domains.join(', ')}`],
  ]),
  ['user-basic-info', 'Who the user is'],
]);

/** True when tokens of these scopes reach the permission. No scope at all means no limit. */
export function isWithinScopes(
  scopes: readonly string[],
  { domain, action }: Pick<CatalogueEntry, 'domain' | 'action'>,
): boolean {
  if (scopes.length === 0) return true;
  return scopes.some((scope) => {
    const isReadOnly = scope.endsWith(READ_ONLY);
    const name = isReadOnly ? scope.slice(0, -READ_ONLY.length) : scope;
    const opens = DOMAINS_OF_SCOPE[name]?.includes(domain) ?? false;
    return opens && (!isReadOnly || READING.includes(action));
  });
}
