import type { EntityManager } from 'typeorm';
import { OAuthClient } from './oauth-client.entity.js';

/** The console's own client: public, authorization code with PKCE. */
export const CONSOLE_CLIENT_ID = 'depesche-console';

/** Creates the console's client, or brings its address up to date. */
export async function upsertConsoleClient(manager: EntityManager, publicUrl: string): Promise<void> {
  await manager.save(OAuthClient, {
    id: CONSOLE_CLIENT_ID,
    name: 'Depesche console',
    description: 'The web console of this installation',
    authorizedGrantType: 'CODE',
    public: true,
    secretHash: null,
    redirectUris: [`${publicUrl}/`],
    state: 'active',
  });
}
