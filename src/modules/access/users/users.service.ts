import { Injectable } from '@nestjs/common';
import { AccessChanges } from '../access-changes.js';
import { mapPage, type Page, pageOffset } from '../../../kernel/page.js';
import { onConstraint } from '../../../platform/database/database-errors.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError, reasonsError } from '../../../platform/errors/api-error.js';
import type { Caller } from '../caller.js';
import { DivisionsService } from '../divisions/divisions.service.js';
import { hashSecret } from '../oauth/secret-hash.js';
import { TokenFamilies } from '../oauth/token-families.service.js';
import { type DivisionScope, whereInScope } from '../permissions/division-scope.js';
import { Sessions } from '../sign-in/sessions.service.js';
import { explainPassword } from './password-rules.js';
import type { CreateUserDto, UpdateUserDto, UserQuery, UserView } from './user.dto.js';
import { User } from './user.entity.js';
import { toUserView } from './user.view.js';

onConstraint(
  'users_email_unique',
  () =>
    new ApiError('conflict', 'general.conflict', 'Another user has this e-mail address already.', {
      reasons: [
        {
          code: 'general.conflict',
          field: 'email',
          message: 'Another user has this e-mail address already.',
        },
      ],
    }),
);

/** People who sign in (Genesys Cloud API, users). */
@Injectable()
export class UsersService {
  constructor(
    private readonly changes: AccessChanges,
    private readonly uow: UnitOfWork,
    private readonly divisions: DivisionsService,
    private readonly families: TokenFamilies,
    private readonly sessions: Sessions,
  ) {}

  async list(scope: DivisionScope, query: UserQuery): Promise<Page<UserView>> {
    const page = query.toPage();
    const { id: ids, state = 'active' } = query;
    const users = this.uow.manager.createQueryBuilder(User, 'user').where('TRUE');
    whereInScope(users, 'user.divisionId', scope);
    if (ids) users.andWhere('user.id = ANY(:ids)', { ids });
    if (state !== 'any') users.andWhere('user.state = :state', { state });
    const [entities, total] = await users
      .orderBy('user.name', query.sortOrder?.startsWith('DESC') ? 'DESC' : 'ASC')
      .addOrderBy('user.id')
      .offset(pageOffset(page))
      .limit(page.pageSize)
      .getManyAndCount();
    const refs = await this.divisions.refs(entities.map(({ divisionId }) => divisionId));
    return mapPage({ ...page, entities, total }, (user) => toUserView(user, refs.get(user.divisionId)!));
  }

  /** Throws 404. */
  async get(scope: DivisionScope, id: string): Promise<UserView> {
    const user = await this.find(scope, id);
    return toUserView(user, await this.divisions.ref(user.divisionId));
  }

  /** Throws 400 with all reasons against the password, 403 in the wrong division, 409 for a known e-mail address. */
  async create(caller: Caller, dto: CreateUserDto): Promise<UserView> {
    const { name, email, password, department, title, state = 'active' } = dto;
    const division = await this.divisions.resolve(caller, 'directory:user:add', dto.divisionId);
    const reasons =
      password === undefined ? [] : await explainPassword(password, { name, email }, 'password');
    if (reasons.length > 0) throw reasonsError(reasons);
    const passwordHash = password === undefined ? null : await hashSecret(password);
    const fields = { name, email, passwordHash, divisionId: division.id, department, title, state };
    return this.uow.run(async () => {
      const { manager } = this.uow;
      const user = await manager.save(manager.create(User, fields));
      await this.audited('Create', user, undefined, toAudited(user));
      return toUserView(user, division);
    });
  }

  /**
   * Changes what is named. A user who is no longer active is signed out everywhere at once.
   * Throws 404, 409 `general.conflict` for an older version or a known e-mail address, 409 `last.admin.grant`.
   */
  async update(caller: Caller, scope: DivisionScope, id: string, dto: UpdateUserDto): Promise<UserView> {
    if (dto.state === 'inactive') requireOther(caller, id);
    return this.changes.run(async () => {
      const user = await this.find(scope, id);
      const { version, ...named } = dto;
      const changes = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
      const { affected } = await this.uow.manager.update(
        User,
        { id, version },
        { ...changes, version: version + 1 },
      );
      if (affected !== 1) throw staleVersion(version, user.version);
      if (dto.state === 'inactive') {
        await this.endAccess(id);
        await this.changes.requireAdmin();
      }
      const changed = await this.uow.manager.findOneByOrFail(User, { id });
      await this.audited('Update', changed, toAudited(user), toAudited(changed));
      return toUserView(changed, await this.divisions.ref(user.divisionId));
    });
  }

  /**
   * Deletes the user: signed out everywhere, without roles and password, the e-mail address free again.
   * Throws 404, 409 `last.admin.grant`.
   */
  async remove(caller: Caller, scope: DivisionScope, id: string): Promise<void> {
    requireOther(caller, id);
    await this.changes.run(async () => {
      const user = await this.find(scope, id);
      const before = { ...toAudited(user), grants: await this.changes.grantsOf(id) };
      await this.uow.manager.query(
        `UPDATE users SET state = 'deleted', password_hash = NULL, version = version + 1 WHERE id = $1`,
        [id],
      );
      await this.endAccess(id);
      await this.uow.manager.query(`DELETE FROM grants WHERE subject_id = $1::text`, [id]);
      await this.changes.requireAdmin();
      await this.audited('Delete', user, before);
    });
  }

  /** Ends every session, token and invitation of the user at once. Throws 404 for an unknown user. */
  async endAccess(id: string): Promise<void> {
    await this.uow.run(async () => {
      const { manager } = this.uow;
      if (!(await manager.existsBy(User, { id }))) throw notFound();
      await this.families.revokeOfUser(id);
      await this.sessions.endOfUser(id);
      await manager.query(`DELETE FROM password_invites WHERE user_id = $1`, [id]);
    });
  }

  private async audited(action: string, { id, name }: User, before?: object, after?: object): Promise<void> {
    await this.changes.record({ action, entity: 'directory:user', id, name, before, after });
  }

  /** The user, unless deleted or outside the scope. Throws 404. */
  async find(scope: DivisionScope, id: string): Promise<User> {
    const query = this.uow.manager
      .createQueryBuilder(User, 'user')
      .where(`user.id = :id AND user.state <> 'deleted'`, { id });
    const user = await whereInScope(query, 'user.divisionId', scope).getOne();
    if (!user) throw notFound();
    return user;
  }
}

function toAudited({ name, email, department, title, state, divisionId }: User): object {
  return { name, email, department, title, state, divisionId };
}

// Whoever locks themselves out can't let themselves in again.
function requireOther(caller: Caller, id: string): void {
  if (caller.identity.subjectId !== id) return;
  throw new ApiError(
    'invalid',
    'invalid.update',
    'You can not deactivate or delete the user you are signed in as; ask another administrator.',
  );
}

function notFound(): ApiError {
  return new ApiError('not-found', 'not.found', 'There is no such user.');
}

function staleVersion(given: number, current: number): ApiError {
  return new ApiError(
    'conflict',
    'general.conflict',
    'The user has been changed meanwhile: you sent version {given}, the newest is {current}. Read it again.',
    { params: { given, current } },
  );
}
