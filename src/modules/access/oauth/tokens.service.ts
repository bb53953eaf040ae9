import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { Caller, type SubjectType } from '../caller.js';
import { buildAbility } from '../permissions/ability.js';
import { AbilityCache } from '../permissions/ability-cache.js';
import { isWithinScopes } from './scopes.js';
import { newSecret, tokenHash, verifySecret } from './secret-hash.js';
import { invalidClient, OAuthError } from './oauth-error.js';

export interface IssuedToken {
  accessToken: string;
  expiresInSeconds: number;
}

interface TokenRow {
  subject_id: string;
  subject_type: SubjectType;
  subject_name: string;
  client_id: string;
  client_name: string;
  client_scope: string[];
  expires_at: Date;
  access_version: string;
}

interface ClientRow {
  secret_hash: string | null;
  authorized_grant_type: string;
  access_token_validity_seconds: number;
  state: string;
}

// One round trip per request: the token, its client, and how new the known rights of its subject must be.
const FIND_TOKEN = `
  SELECT t.subject_id, t.subject_type, t.client_id, t.expires_at, c.name AS client_name,
         c.scope AS client_scope,
         coalesce(u.name, c.name) AS subject_name,
         (SELECT version FROM access_version) AS access_version
    FROM access_tokens t
    JOIN oauth_clients c ON c.id = t.client_id AND c.state = 'active'
    LEFT JOIN users u ON t.subject_type = 'PC_USER' AND u.id::text = t.subject_id
   WHERE t.token_hash = $1 AND t.expires_at > now()
     AND (t.subject_type <> 'PC_USER' OR u.state = 'active')`;

// Each login also clears what has long expired, so that the table needs no job of its own. The client is locked and
// read again: a token must not slip in behind a rotation or a switching off that has just revoked all others.
const INSERT_TOKEN = `
  WITH long_gone AS (DELETE FROM access_tokens WHERE expires_at < now() - interval '1 day')
  INSERT INTO access_tokens (token_hash, client_id, subject_id, subject_type, expires_at)
  SELECT $1, id, id, 'PC_OAUTH_CLIENT', now() + make_interval(secs => $3)
    FROM oauth_clients WHERE id = $2 AND state = 'active' AND secret_hash = $4
     FOR SHARE
  RETURNING 1`;

const REVOKE_TOKEN = `
  WITH gone AS (DELETE FROM access_tokens WHERE token_hash = $1 RETURNING family_id)
  DELETE FROM token_families WHERE id IN (SELECT family_id FROM gone)`;

/** Issues, checks and revokes bearer tokens. A token is opaque; only its hash is stored. */
@Injectable()
export class TokensService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly abilities: AbilityCache,
  ) {}

  /**
   * Client credentials grant (Genesys Cloud API, OAuth login).
   * Throws OAuthError `invalid_client` for an unknown client, a wrong secret or a client that is not active.
   */
  async issueForClient(clientId: string, clientSecret: string): Promise<IssuedToken> {
    const [client] = await this.uow.manager.query<ClientRow[]>(
      `SELECT secret_hash, authorized_grant_type, access_token_validity_seconds, state FROM oauth_clients WHERE id = $1`,
      [clientId],
    );
    const right = await verifySecret(client?.secret_hash ?? undefined, clientSecret);
    if (!client || !right || client.state !== 'active') throw invalidClient();
    if (client.authorized_grant_type !== 'CLIENT-CREDENTIALS') {
      throw new OAuthError('unauthorized_client', 'this client may not use the client credentials grant');
    }
    const accessToken = newSecret();
    const expiresInSeconds = client.access_token_validity_seconds;
    const inserted = await this.uow.manager.query<unknown[]>(INSERT_TOKEN, [
      tokenHash(accessToken),
      clientId,
      expiresInSeconds,
      client.secret_hash,
    ]);
    if (inserted.length === 0) throw invalidClient();
    return { accessToken, expiresInSeconds };
  }

  /** Who sent the token. Throws 401 `bad.credentials` for an unknown, expired or revoked one. */
  async authenticate(token: string): Promise<Caller> {
    const [row] = await this.uow.manager.query<TokenRow[]>(FIND_TOKEN, [tokenHash(token)]);
    if (!row) {
      throw new ApiError(
        'unauthenticated',
        'bad.credentials',
        'The bearer token is unknown, expired or revoked; log in again.',
      );
    }
    const identity = {
      subjectId: row.subject_id,
      subjectType: row.subject_type,
      name: row.subject_name,
      clientId: row.client_id,
      clientName: row.client_name,
      scope: row.client_scope,
      tokenExpiresAt: row.expires_at,
    };
    const subject = { subjectId: row.subject_id, variant: row.client_scope.join(' ') };
    const ability = await this.abilities.of(subject, row.access_version, (policies) =>
      buildAbility(policies, (entry) => isWithinScopes(row.client_scope, entry)),
    );
    return new Caller(identity, ability);
  }

  /** Makes the token useless at once, with the refresh token and everything else of the same sign-in. */
  async revoke(token: string): Promise<void> {
    await this.uow.manager.query(REVOKE_TOKEN, [tokenHash(token)]);
  }
}
