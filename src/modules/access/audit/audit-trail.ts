import { AsyncLocalStorage } from 'node:async_hooks';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { maskSecrets } from '../../../platform/logging/mask.js';
import { correlationId } from '../../../platform/logging/request-context.js';
import type { CallerIdentity } from '../caller.js';
import type { PermissionEntity } from '../permissions/permission-entity.js';

/** The request within which something changes. */
export interface AuditedCall {
  caller: CallerIdentity;
  address: string;
  userAgent: string | undefined;
  /** A service wrote to the trail itself, or knows that nothing changed. */
  isRecorded: boolean;
}

/** Somebody changed or started something. */
export interface AuditedChange {
  /** Past tense is implied: Create, Update, Delete, Start, Stop, Recycle. */
  action: string;
  entity: PermissionEntity;
  id: string | undefined;
  name?: string;
  /** What it was and what it became; only what differs is kept, without secrets and telephone numbers. */
  before?: object;
  after?: object;
}

type Values = Record<string, unknown>;

const INSERT = `
  INSERT INTO audit_events
    (subject_id, subject_type, subject_name, client_id, service_name, action, entity_type, entity_id, entity_name,
     before, after, address, user_agent, correlation_id)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;

const SERVICES: Readonly<Record<string, string>> = {
  outbound: 'Outbound',
  messaging: 'Messaging',
  responses: 'ResponseManagement',
  analytics: 'Analytics',
  conversation: 'Messaging',
  audits: 'Audits',
};
const OTHER_SERVICE = 'PeoplePermissions';
const MAX_USER_AGENT = 300;
// They change with everything and say nothing; of secrets not even the sealed form is of use.
const NOT_AUDITED = new Set(
  'id version size createdAt updatedAt modifiedAt dateCreated dateModified selfUri pin accessToken secret secretHash passwordHash'.split(
    ' ',
  ),
);

const storage = new AsyncLocalStorage<AuditedCall>();

/** Runs `work` as part of a request: what it changes is put down to its caller. */
export function withAuditedCall<T>(call: AuditedCall, work: () => T): T {
  return storage.run(call, work);
}

/** Who did what, when and from where. Entries can't be changed or deleted. */
@Injectable()
export class AuditTrail {
  constructor(private readonly uow: UnitOfWork) {}

  /** Adds an entry; inside a unit of work it stands or falls with the change itself. */
  async record({ action, entity, id, name, before = {}, after = {} }: AuditedChange): Promise<void> {
    const call = storage.getStore();
    const [domain, type] = entity.split(':') as [string, string];
    const changes = difference(toJson(before), toJson(after));
    await this.uow.manager.query(INSERT, [
      call?.caller.subjectId ?? null,
      call?.caller.subjectType ?? 'SYSTEM',
      call?.caller.name ?? null,
      call?.caller.clientId ?? null,
      SERVICES[domain] ?? OTHER_SERVICE,
      action,
      capitalized(type),
      id === undefined ? null : maskSecrets(id),
      name === undefined ? null : maskSecrets(name),
      JSON.stringify(maskSecrets(changes.before)),
      JSON.stringify(maskSecrets(changes.after)),
      call?.address ?? null,
      call?.userAgent?.slice(0, MAX_USER_AGENT) ?? null,
      correlationId(),
    ]);
    if (call) call.isRecorded = true;
  }

  /** The request changes nothing, for example a start of what runs already: it leaves no entry. */
  leaveOut(): void {
    const call = storage.getStore();
    if (call) call.isRecorded = true;
  }
}

/** What differs between two objects. */
function difference(before: Values, after: Values): { before: Values; after: Values } {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (key) => !NOT_AUDITED.has(key) && !isDeepStrictEqual(before[key], after[key]),
  );
  const pick = (from: Values): Values =>
    Object.fromEntries(keys.filter((key) => key in from).map((key) => [key, from[key]]));
  return { before: pick(before), after: pick(after) };
}

function toJson(value: object): Values {
  return JSON.parse(JSON.stringify(value)) as Values;
}

/** The name of an action or a kind of thing as the trail writes it. */
export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
