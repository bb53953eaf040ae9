import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DataSource, EntityManager } from 'typeorm';
import type { Config } from '../../platform/config/config.js';
import { Division } from './divisions/division.entity.js';
import { upsertConsoleClient } from './oauth/console-client.js';
import { OAuthClient } from './oauth/oauth-client.entity.js';
import { hashSecret, newSecret, verifySecret } from './oauth/secret-hash.js';
import { Organization } from './organization/organization.entity.js';
import { ensureDefaultRoles } from './roles/default-roles.js';
import { Grant } from './roles/grant.entity.js';
import { User } from './users/user.entity.js';

/** Where the credentials that were generated at first start are written, once. */
export const CREDENTIALS_FILE = 'admin-credentials.json';

/**
 * Creates what an empty database lacks: the organisation, its home division, the default roles, and its first client
 * and user. Later starts only bring the admin role and a client secret given by the environment up to date.
 * Must run under the migration lock.
 */
export async function bootstrapOrganization(db: DataSource, config: Config): Promise<void> {
  await db.transaction(async (manager) => {
    const isFirstStart = !(await manager.existsBy(Division, { home: true }));
    if (isFirstStart) await manager.insert(Organization, { name: 'Depesche' });
    if (isFirstStart)
      await manager.insert(Division, { name: 'Home', description: 'Home division', home: true });
    const role = await ensureDefaultRoles(manager);
    const generated = isFirstStart ? await createFirstSubjects(manager, config, role.id) : {};
    await upsertConfiguredClient(manager, config, role.id);
    await upsertConsoleClient(manager, config.publicUrl);
    // Written before the commit: a file without its client is replaced at the next start, the reverse is a lock-out.
    if (Object.keys(generated).length > 0) await writeCredentials(config, generated);
  });
}

async function createFirstSubjects(
  manager: EntityManager,
  config: Config,
  roleId: string,
): Promise<Record<string, string>> {
  const generated: Record<string, string> = {};
  if (!config.adminClientId || !config.adminClientSecret) {
    generated.clientId = config.adminClientId ?? randomUUID();
    generated.clientSecret = config.adminClientSecret ?? newSecret();
    await upsertClient(manager, roleId, generated.clientId, generated.clientSecret);
  }
  const email = config.adminEmail ?? 'admin@localhost';
  const password = config.adminPassword ?? newSecret();
  if (!config.adminPassword) Object.assign(generated, { email, password });
  await createAdminUser(manager, roleId, email, password);
  return generated;
}

async function createAdminUser(
  manager: EntityManager,
  roleId: string,
  email: string,
  password: string,
): Promise<void> {
  const home = await manager.findOneByOrFail(Division, { home: true });
  const passwordHash = await hashSecret(password);
  const user = await manager.save(
    manager.create(User, { name: 'Administrator', email, passwordHash, divisionId: home.id }),
  );
  await manager.insert(Grant, { subjectId: user.id, subjectType: 'PC_USER', roleId, divisionId: null });
}

async function upsertConfiguredClient(manager: EntityManager, config: Config, roleId: string): Promise<void> {
  const { adminClientId: id, adminClientSecret: secret } = config;
  if (!id || !secret) return;
  const existing = await manager.findOneBy(OAuthClient, { id });
  if (existing && (await verifySecret(existing.secretHash ?? undefined, secret))) return;
  await upsertClient(manager, roleId, id, secret);
}

async function upsertClient(
  manager: EntityManager,
  roleId: string,
  id: string,
  secret: string,
): Promise<void> {
  await manager.save(OAuthClient, {
    id,
    name: 'First client',
    secretHash: await hashSecret(secret),
    state: 'active',
  });
  const grant = { subjectId: id, subjectType: 'PC_OAUTH_CLIENT', roleId };
  const held = await manager.existsBy(Grant, grant);
  if (!held) await manager.insert(Grant, { ...grant, divisionId: null });
}

async function writeCredentials(config: Config, generated: Record<string, string>): Promise<void> {
  await mkdir(config.dataDir, { recursive: true });
  const file = path.join(config.dataDir, CREDENTIALS_FILE);
  await writeFile(file, `${JSON.stringify({ url: config.publicUrl, ...generated }, null, 2)}\n`, {
    mode: 0o600,
  });
}
