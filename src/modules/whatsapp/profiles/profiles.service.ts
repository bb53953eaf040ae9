import type { DeepPartial } from 'typeorm';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { onConstraint } from '../../../platform/database/database-errors.js';
import type { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { type AuditTrail, type Caller, NamedObjects } from '../../access/index.js';
import type { MessagingProfile } from './messaging-profile.js';
import type { ProfilesRepository } from './profiles.repository.js';

/** The kind of profile that a service keeps. */
export interface ProfileKind<P extends MessagingProfile> {
  entity: new () => P;
  table: string;
  noun: string;
  /** Column of integrations that names one, as its foreign key is called. */
  reference: string;
  auditedAs: 'messaging:supportedContent' | 'messaging:setting';
}

const MAX_PROFILES = 1_000;

/** Profiles of one kind: what integrations refer to, and one that new ones get (Genesys Cloud API, messaging). */
export abstract class ProfilesService<P extends MessagingProfile> {
  private readonly objects: NamedObjects<P>;

  constructor(
    private readonly kind: ProfileKind<P>,
    private readonly uow: UnitOfWork,
    private readonly repository: ProfilesRepository,
    audit: AuditTrail,
  ) {
    const { entity, table, noun, auditedAs } = kind;
    const named = { entity, table, noun, auditedAs, notFoundCode: 'not.found', max: MAX_PROFILES };
    this.objects = new NamedObjects<P>(named, uow, audit);
    onConstraint(`whatsapp_integrations_${kind.reference}_fk`, () => inUseOrGone(noun));
  }

  list(page: PageRequest): Promise<Page<P>> {
    return this.objects.list({ match: 'Prefix', descending: false }, page);
  }

  /** Throws 404. */
  get(id: string): Promise<P> {
    return this.objects.get(id);
  }

  /** Throws 400 with all that is wrong. */
  create(caller: Caller, content: DeepPartial<P> & { name: string }): Promise<P> {
    const author = userIdOf(caller);
    return this.objects.create({ ...content, createdBy: author, modifiedBy: author }, []);
  }

  /** Changes what is given. Throws 404, 409 for an older version, 400 with all that is wrong. */
  async update(
    caller: Caller,
    id: string,
    given: DeepPartial<P> & { version?: number; name?: string },
  ): Promise<P> {
    const stored = await this.objects.get(id);
    const { version = stored.version, ...changes } = given;
    const content = {
      name: stored.name,
      ...changes,
      modifiedBy: userIdOf(caller),
    } as unknown as DeepPartial<P>;
    return this.objects.update(stored, version, content as DeepPartial<P> & { name: string }, []);
  }

  /** Throws 404, 400 while an integration uses it. */
  async delete(id: string): Promise<void> {
    await this.objects.delete(await this.objects.get(id));
  }

  /** Throws 404 when there is none. */
  async getDefault(): Promise<P> {
    const found = await this.repository.findDefault(this.kind.entity);
    if (found) return found;
    throw new ApiError('not-found', 'not.found', `No ${this.kind.noun} has been made the default.`);
  }

  /** Throws 404 for an id that does not exist. */
  async setDefault(id: string): Promise<P> {
    return this.uow.run(async () => {
      await this.objects.get(id);
      await this.repository.setDefault(this.kind.entity, id);
      return this.objects.get(id);
    });
  }

  async clearDefault(): Promise<void> {
    await this.repository.setDefault(this.kind.entity);
  }

  /** Profiles by id. */
  async byId(ids: readonly (string | null)[]): Promise<ReadonlyMap<string, P>> {
    const found = await this.repository.findMany(this.kind.entity, [
      ...new Set(ids.filter((id) => id !== null)),
    ]);
    return new Map(found.map((profile) => [profile.id, profile]));
  }

  /** The one that a new integration gets: the given one, else the default. */
  async choose(given: { id: string } | undefined): Promise<string | null> {
    return given?.id ?? (await this.repository.findDefault(this.kind.entity))?.id ?? null;
  }
}

/** Who it was, if a user and not an OAuth client. */
export function userIdOf({ identity }: Caller): string | null {
  return identity.subjectType === 'PC_USER' ? identity.subjectId : null;
}

// One constraint, two ways to hurt it: a reference to nothing, and the deletion of what is referred to.
function inUseOrGone(noun: string): ApiError {
  return new ApiError(
    'invalid',
    'referential.integrity.error',
    `There is no ${noun} of this id, or a WhatsApp integration still uses the ${noun}; name an existing one, or give the integration another one first.`,
  );
}
