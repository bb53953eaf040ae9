import { toWireDate } from '../../../../platform/http/json-dates.js';
import type { RoleDivision } from '../../permissions/escalation-guard.service.js';
import type { OAuthClient } from '../oauth-client.entity.js';
import type { OAuthClientView } from './oauth-client.dto.js';

/** Path of the collection. */
export const CLIENTS_PATH = '/api/v2/oauth/clients';

/** The client on the wire, without its secret. */
export function toClientView(client: OAuthClient, roles: readonly RoleDivision[]): OAuthClientView {
  const { id, name, description, authorizedGrantType, accessTokenValiditySeconds, scope, state } = client;
  return {
    id,
    name,
    description,
    authorizedGrantType,
    accessTokenValiditySeconds,
    registeredRedirectUri: client.redirectUris,
    scope,
    roleDivisions: roles.map(({ roleId, divisionId }) => ({ roleId, divisionId: divisionId ?? '*' })),
    state,
    public: client.public,
    dateCreated: toWireDate(client.createdAt),
    dateModified: toWireDate(client.modifiedAt),
    createdBy: client.createdBy ? { id: client.createdBy } : undefined,
    modifiedBy: client.modifiedBy ? { id: client.modifiedBy } : undefined,
    selfUri: `${CLIENTS_PATH}/${id}`,
  };
}
