import { Injectable } from '@nestjs/common';
import { type DivisionScope, EVERYWHERE, isInScope, type Permission } from '../../access/index.js';
import { CampaignLifecycle } from '../../campaigns/index.js';
import { ContactListsService } from '../../contact-lists/index.js';
import { DncListsService } from '../../dnc-lists/index.js';
import type { Topic, TopicObject } from '../topics.js';

/** Who wants to listen. */
export interface Listener {
  subjectId: string;
  scope(permission: Permission): DivisionScope;
}

/** Why somebody may not listen to a topic. */
export interface Rejection {
  reason: string;
  /** Permissions that are held nowhere; none when the object is out of reach. */
  missingPermissions: Permission[];
}

/** Who may listen to what. */
@Injectable()
export class TopicAccess {
  constructor(
    private readonly campaigns: CampaignLifecycle,
    private readonly contactLists: ContactListsService,
    private readonly dncLists: DncListsService,
  ) {}

  /** For each topic, in order, why it is out of reach; undefined when it is not. */
  async judge(listener: Listener, topics: readonly Topic[]): Promise<(Rejection | undefined)[]> {
    const divisions = new Map<string, string>();
    for (const object of ['campaign', 'contact-list', 'dnc-list'] as const) {
      const ids = topics
        .filter(({ definition }) => definition.object === object)
        .map(({ objectId }) => objectId!);
      if (ids.length === 0) continue;
      for (const { id, divisionId } of await this.find(object, [...new Set(ids)]))
        divisions.set(id, divisionId);
    }
    return topics.map((topic) => explain(listener, topic, divisions));
  }

  private find(object: TopicObject, ids: string[]): Promise<{ id: string; divisionId: string }[]> {
    switch (object) {
      case 'campaign':
        return this.campaigns.find(ids);
      case 'contact-list':
        return this.contactLists.find(EVERYWHERE, ids);
      case 'dnc-list':
        return this.dncLists.find(EVERYWHERE, ids);
    }
  }
}

function explain(
  listener: Listener,
  { definition, objectId, userId }: Topic,
  divisions: ReadonlyMap<string, string>,
): Rejection | undefined {
  const missing = definition.permissions.filter((permission) => isNowhere(listener.scope(permission)));
  if (missing.length > 0)
    return { reason: `Missing permissions: ${missing.join(', ')}`, missingPermissions: missing };
  if (userId !== undefined && userId !== listener.subjectId)
    return { reason: 'Only the user whose topic it is may listen to it', missingPermissions: [] };
  if (objectId === undefined) return undefined;
  const divisionId = divisions.get(objectId);
  const isVisible =
    divisionId !== undefined &&
    definition.permissions.every((permission) => isInScope(listener.scope(permission), divisionId));
  // The same words for what is not there and for what is in a division of others.
  return isVisible
    ? undefined
    : { reason: 'There is no such object, or it is out of reach', missingPermissions: [] };
}

function isNowhere(scope: DivisionScope): boolean {
  return scope.kind === 'divisions' && scope.ids.length === 0;
}
