import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { OAuthClient } from '../oauth/oauth-client.entity.js';
import type { AuthorizeClient } from './authorize-request.js';

/** Clients as the sign-in pages see them. */
@Injectable()
export class AuthorizeClients {
  constructor(private readonly uow: UnitOfWork) {}

  /** The active client of the id, if there is one. */
  async find(id: string | undefined): Promise<AuthorizeClient | undefined> {
    if (id === undefined) return undefined;
    const client = await this.uow.manager.findOneBy(OAuthClient, { id, state: 'active' });
    if (!client) return undefined;
    const { name, redirectUris } = client;
    return {
      id,
      name,
      redirectUris,
      public: client.public,
      canSignInUsers: client.authorizedGrantType === 'CODE',
    };
  }
}
