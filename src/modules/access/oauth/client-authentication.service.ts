import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { invalidClient, OAuthError } from './oauth-error.js';
import { OAuthClient } from './oauth-client.entity.js';
import { verifySecret } from './secret-hash.js';
import type { ClientCredentials } from './token-form.js';

export interface TokenClient {
  id: string;
  /** Lifetime of its access tokens in seconds. */
  accessTokenValiditySeconds: number;
  /** False when it came without a secret; then only PKCE vouches for it. */
  authenticated: boolean;
}

/** Recognises the clients that sign in users. */
@Injectable()
export class ClientAuthentication {
  constructor(private readonly uow: UnitOfWork) {}

  /**
   * The client of an authorization code or refresh token request. A secret that is sent must be right; whether one
   * was needed is for the grant to say. Throws OAuthError `invalid_client`, `unauthorized_client`.
   */
  async codeClient({ id, secret }: ClientCredentials): Promise<TokenClient> {
    const client = await this.uow.manager.findOneBy(OAuthClient, { id });
    const right = secret === undefined || (await verifySecret(client?.secretHash ?? undefined, secret));
    if (!client || !right || client.state !== 'active') throw invalidClient();
    if (client.authorizedGrantType !== 'CODE') {
      throw new OAuthError('unauthorized_client', 'this client may not sign in users');
    }
    const { accessTokenValiditySeconds } = client;
    return { id, accessTokenValiditySeconds, authenticated: secret !== undefined };
  }
}
