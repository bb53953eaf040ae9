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
    redirectUris: addressesOf(publicUrl),
    state: 'active',
  });
}

// A loopback address has two names, and people type either.
function addressesOf(publicUrl: string): string[] {
  const { hostname } = new URL(publicUrl);
  const other = { '127.0.0.1': 'localhost', localhost: '127.0.0.1' }[hostname];
  const urls = other === undefined ? [publicUrl] : [publicUrl, publicUrl.replace(hostname, other)];
  return urls.map((url) => `${url}/`);
}
