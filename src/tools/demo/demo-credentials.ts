import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/**
 * The first client of the installation: as configured, else as it was generated at the first start.
 * Throws when neither is there.
 */
export async function readCredentials(dataDir: string, env = process.env): Promise<Credentials> {
  const file = path.join(dataDir, 'admin-credentials.json');
  const generated = await readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as Partial<Credentials>,
    (): Partial<Credentials> => ({}),
  );
  const clientId = env.ADMIN_CLIENT_ID?.trim() || generated.clientId;
  const clientSecret = env.ADMIN_CLIENT_SECRET?.trim() || generated.clientSecret;
  if (!clientId || !clientSecret) {
    throw new Error(`no credentials: neither ADMIN_CLIENT_ID and ADMIN_CLIENT_SECRET nor ${file}`);
  }
  return { clientId, clientSecret };
}
