import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AccessChanges } from '../../access-changes.js';
import { mapPage, type Page } from '../../../../kernel/page.js';
import type { Reason } from '../../../../kernel/reason.js';
import { Config } from '../../../../platform/config/config.js';
import { UnitOfWork } from '../../../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../../../platform/errors/api-error.js';
import type { Caller } from '../../caller.js';
import { toGrantDivision } from '../../grants/grant.dto.js';
import { EscalationGuard, type RoleDivision } from '../../permissions/escalation-guard.service.js';
import { CONSOLE_CLIENT_ID } from '../console-client.js';
import { OAuthClient } from '../oauth-client.entity.js';
import { hashSecret, newSecret } from '../secret-hash.js';
import { TokenFamilies } from '../token-families.service.js';
import { ClientGrantsRepository } from './client-grants.repository.js';
import { explainClient } from './oauth-client-rules.js';
import type { OAuthClientDto, OAuthClientView, RoleDivisionDto } from './oauth-client.dto.js';
import { toClientView } from './oauth-client.view.js';

/** So many clients an organisation may have; the list is answered in one page. */
const MAX_CLIENTS = 1_000;

/** OAuth clients (Genesys Cloud API, OAuth clients). */
@Injectable()
export class OAuthClientsService {
  constructor(
    private readonly changes: AccessChanges,
    private readonly uow: UnitOfWork,
    private readonly config: Config,
    private readonly grants: ClientGrantsRepository,
    private readonly escalation: EscalationGuard,
    private readonly families: TokenFamilies,
  ) {}

  /** All clients in one page, as the API has no paging here. */
  async list(): Promise<Page<OAuthClientView>> {
    const clients = await this.uow.manager.find(OAuthClient, { order: { name: 'ASC', id: 'ASC' } });
    const roles = await this.grants.find(clients.map(({ id }) => id));
    const page = { pageNumber: 1, pageSize: MAX_CLIENTS, total: clients.length };
    return mapPage({ ...page, entities: clients }, (client) => toClientView(client, roles.get(client.id)!));
  }

  /** Throws 404. */
  async get(id: string): Promise<OAuthClientView> {
    return this.view(await this.find(id));
  }

  /**
   * Creates a client; the answer is the only place where its secret can be seen.
   * Throws 400 with all reasons, 403 for roles that allow more than the caller may.
   */
  async create(caller: Caller, dto: OAuthClientDto): Promise<OAuthClientView> {
    const roles = toRoleDivisions(dto.roleDivisions);
    const secret = dto.public ? undefined : newSecret();
    const secretHash = secret === undefined ? null : await hashSecret(secret);
    return this.uow.run(async () => {
      await this.requireValid(dto, roles);
      await this.requireRoom();
      await this.escalation.requireMayGrant(caller, roles);
      const { manager } = this.uow;
      const { subjectId } = caller.identity;
      const client = await manager.save(
        manager.create(OAuthClient, {
          id: randomUUID(),
          ...fieldsOf(dto, 'active'),
          authorizedGrantType: dto.authorizedGrantType,
          public: dto.public ?? false,
          secretHash,
          createdBy: subjectId,
          modifiedBy: subjectId,
        }),
      );
      await this.grants.replace(client.id, roles);
      await this.audited('Create', client, undefined, await this.toAudited(client));
      return { ...(await this.view(client)), secret };
    });
  }

  /**
   * Replaces the definition. A client that is no longer active loses all its tokens at once.
   * Throws 404, 400 with all reasons, 403 for new roles that allow more than the caller may, 409 `last.admin.grant`.
   */
  async update(caller: Caller, id: string, dto: OAuthClientDto): Promise<OAuthClientView> {
    const roles = toRoleDivisions(dto.roleDivisions);
    return this.changes.run(async () => {
      const client = await this.findChangeable(id);
      await this.requireValid(dto, roles, client);
      const before = await this.toAudited(client);
      const held = (await this.grants.find([id])).get(id)!;
      await this.escalation.requireMayGrant(
        caller,
        roles.filter((role) => !held.some((other) => isSame(role, other))),
      );
      Object.assign(client, fieldsOf(dto, client.state), { modifiedBy: caller.identity.subjectId });
      const saved = await this.uow.manager.save(client);
      if (roles.length !== held.length || !roles.every((role) => held.some((other) => isSame(role, other))))
        await this.grants.replace(id, roles);
      if (saved.state !== 'active') await this.families.revokeOfClient(id);
      await this.changes.requireAdmin();
      await this.audited('Update', saved, before, await this.toAudited(saved));
      return this.view(saved);
    });
  }

  /** Throws 404, 400 `cannot.delete.client` while it is active. */
  async remove(id: string): Promise<void> {
    await this.uow.run(async () => {
      const client = await this.findChangeable(id);
      if (client.state === 'active') {
        throw new ApiError(
          'invalid',
          'cannot.delete.client',
          'The client {name} is active; set its state to inactive before you delete it.',
          { params: { name: client.name }, entityId: id, entityName: client.name },
        );
      }
      const before = await this.toAudited(client);
      await this.grants.replace(id, []);
      await this.uow.manager.delete(OAuthClient, { id });
      await this.audited('Delete', client, before);
    });
  }

  /**
   * Gives the client a new secret; the old one and every token end at once. Throws 404, 400 for a public client,
   * 403 when the client may do what the caller may not.
   */
  async rotateSecret(caller: Caller, id: string): Promise<OAuthClientView> {
    const secret = newSecret();
    const secretHash = await hashSecret(secret);
    return this.uow.run(async () => {
      const client = await this.findChangeable(id);
      if (client.public) {
        throw new ApiError('invalid', 'client.has.no.secret', 'A public client has no secret.', {
          entityId: id,
        });
      }
      await this.escalation.requireMayTakeOver(caller, id);
      Object.assign(client, { secretHash, modifiedBy: caller.identity.subjectId });
      const saved = await this.uow.manager.save(client);
      await this.families.revokeOfClient(id);
      await this.audited('RotateSecret', saved);
      return { ...(await this.view(saved)), secret };
    });
  }

  private async audited(
    action: string,
    { id, name }: OAuthClient,
    before?: object,
    after?: object,
  ): Promise<void> {
    await this.changes.record({ action, entity: 'oauth:client', id, name, before, after });
  }

  private async toAudited(client: OAuthClient): Promise<object> {
    const { name, description, authorizedGrantType, accessTokenValiditySeconds } = client;
    const { redirectUris: registeredRedirectUri, scope, state, public: isPublic } = client;
    return {
      ...{ name, description, authorizedGrantType, accessTokenValiditySeconds },
      ...{ registeredRedirectUri, scope, state, public: isPublic },
      grants: await this.changes.grantsOf(client.id),
    };
  }

  private async view(client: OAuthClient): Promise<OAuthClientView> {
    return toClientView(client, (await this.grants.find([client.id])).get(client.id)!);
  }

  private async find(id: string): Promise<OAuthClient> {
    const client = await this.uow.manager.findOneBy(OAuthClient, { id });
    if (!client) throw new ApiError('not-found', 'not.found', 'There is no such OAuth client.');
    return client;
  }

  private async findChangeable(id: string): Promise<OAuthClient> {
    const query = this.uow.manager.createQueryBuilder(OAuthClient, 'client').where('client.id = :id', { id });
    const client = await query.setLock('pessimistic_write').getOne();
    if (!client) return this.find(id);
    if (id !== CONSOLE_CLIENT_ID) return client;
    throw new ApiError('invalid', 'built.in.client', 'The client of the console comes with the product.');
  }

  private async requireValid(
    dto: OAuthClientDto,
    roles: RoleDivision[],
    existing?: OAuthClient,
  ): Promise<void> {
    const reasons = explainClient(dto, this.config.publicUrl);
    if (existing && existing.authorizedGrantType !== dto.authorizedGrantType)
      reasons.push(unchangeable('authorizedGrantType', 'bad.grant.type'));
    if (existing && dto.public !== undefined && existing.public !== dto.public)
      reasons.push(unchangeable('public', 'invalid.value'));
    const missing = await this.grants.findMissing(roles);
    for (const roleId of missing.roleIds)
      reasons.push(unknownRef('role.not.found', `There is no role with the id ${roleId}.`));
    for (const divisionId of missing.divisionIds)
      reasons.push(unknownRef('division.not.found', `There is no division with the id ${divisionId}.`));
    if (reasons.length > 0) throw reasonsError(reasons);
  }

  private async requireRoom(): Promise<void> {
    if ((await this.uow.manager.count(OAuthClient)) < MAX_CLIENTS) return;
    throw new ApiError(
      'invalid',
      'auth.too.many.clients',
      'An organisation may have at most {limit} OAuth clients; delete one that is no longer used.',
      {
        params: { limit: MAX_CLIENTS },
        limit: { key: 'oauth.clients', namespace: 'auth.api', value: MAX_CLIENTS },
      },
    );
  }
}

// A state that is left out stays: an update must not switch a disabled client on by accident.
function fieldsOf(dto: OAuthClientDto, state: string): Partial<OAuthClient> {
  return {
    name: dto.name,
    description: dto.description ?? '',
    accessTokenValiditySeconds: dto.accessTokenValiditySeconds ?? 86_400,
    redirectUris: dto.registeredRedirectUri ?? [],
    scope: dto.scope ?? [],
    state: dto.state ?? state,
  };
}

/** The roles asked for, each once. */
function toRoleDivisions(dtos: readonly RoleDivisionDto[] = []): RoleDivision[] {
  const roles = dtos.map(({ roleId, divisionId }) => ({
    roleId: roleId.toLowerCase(),
    divisionId: toGrantDivision(divisionId),
  }));
  return roles.filter((role, index) => roles.findIndex((other) => isSame(role, other)) === index);
}

function isSame(a: RoleDivision, b: RoleDivision): boolean {
  return a.roleId === b.roleId && a.divisionId === b.divisionId;
}

function unchangeable(field: string, code: string): Reason {
  return { code, field, message: `${field} of a client can't be changed; create another client.` };
}

function unknownRef(code: string, message: string): Reason {
  return { code, field: 'roleDivisions', message };
}
