import type { Permission } from '../access/index.js';

/** What a topic is about. */
export type TopicKind =
  | 'campaign'
  | 'campaign-progress'
  | 'contact-list-import'
  | 'dnc-list-import'
  | 'contact-list-export'
  | 'dnc-list-export'
  | 'report-export'
  | 'contact-events';

export interface TopicDefinition {
  kind: TopicKind;
  /** Names of the same events; `{id}` stands for the object, `{user}` for whose events they are. */
  names: readonly string[];
  /** All are needed, in the division of the object; for a topic without object, in that of each event. */
  permissions: readonly Permission[];
  /** What `{id}` names. */
  object?: TopicObject;
  description: string;
}

export type TopicObject = 'campaign' | 'contact-list' | 'dnc-list';

/** A topic that was named in full. */
export interface Topic {
  name: string;
  definition: TopicDefinition;
  objectId?: string;
  userId?: string;
}

export const PRE_CONTACT = 'v2.outbound.whatsapp.campaigns.contact.preContact';
export const POST_CONTACT = 'v2.outbound.whatsapp.campaigns.contact.postContact';

const CAMPAIGN = ['outbound:whatsAppCampaign:view'] as const;
const CONTACT_LIST = ['outbound:contactList:view'] as const;
const DNC_LIST = ['outbound:dncList:view'] as const;

/** Every topic there is (Genesys Cloud API, notifications: topics). */
export const TOPICS: readonly TopicDefinition[] = [
  {
    kind: 'campaign',
    names: ['v2.outbound.whatsappcampaigns.{id}', 'v2.outbound.messagingcampaigns.{id}'],
    permissions: CAMPAIGN,
    object: 'campaign',
    description: 'The campaign was changed, started or stopped, has become invalid or is complete.',
  },
  {
    kind: 'campaign-progress',
    names: ['v2.outbound.whatsappcampaigns.{id}.progress', 'v2.outbound.messagingcampaigns.{id}.progress'],
    permissions: CAMPAIGN,
    object: 'campaign',
    description: 'How far the campaign is: at once, and then when it changes, once a second at most.',
  },
  {
    kind: 'contact-list-import',
    names: ['v2.outbound.contactlists.{id}.importstatus'],
    permissions: CONTACT_LIST,
    object: 'contact-list',
    description: 'How far an import into the contact list is, and how it ended.',
  },
  {
    kind: 'dnc-list-import',
    names: ['v2.outbound.dnclists.{id}.importstatus'],
    permissions: DNC_LIST,
    object: 'dnc-list',
    description: 'How far an import into the DNC list is, and how it ended.',
  },
  {
    kind: 'contact-list-export',
    names: ['v2.users.{user}.outbound.contactlists.{id}.export'],
    permissions: CONTACT_LIST,
    object: 'contact-list',
    description: 'An export of the contact list that the subscriber asked for is ready.',
  },
  {
    kind: 'dnc-list-export',
    names: ['v2.users.{user}.outbound.dnclists.{id}.export'],
    permissions: DNC_LIST,
    object: 'dnc-list',
    description: 'An export of the DNC list that the subscriber asked for is ready.',
  },
  {
    kind: 'report-export',
    names: ['v2.users.{user}.analytics.reporting.exports'],
    permissions: ['analytics:dataExport:view'],
    description: 'An export of interactions that the subscriber asked for has ended, well or not.',
  },
  {
    kind: 'contact-events',
    names: [PRE_CONTACT, POST_CONTACT],
    permissions: ['outbound:whatsAppCampaign:view', 'outbound:contact:view'],
    description: 'A contact of a WhatsApp campaign is being messaged, or the message has its outcome.',
  },
];

const ID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const PATTERNS = TOPICS.flatMap((definition) =>
  definition.names.map((name) => ({
    definition,
    pattern: new RegExp(
      `^${name.replaceAll('.', '\\.').replace('{id}', `(?<id>${ID})`).replace('{user}', '(?<user>[^.]+)')}$`,
      'iu',
    ),
  })),
);

/** Undefined for a name that no topic has. */
export function parseTopic(name: string): Topic | undefined {
  for (const { definition, pattern } of PATTERNS) {
    const match = pattern.exec(name);
    if (match) {
      const { id, user } = match.groups ?? {};
      const objectId = id?.toLowerCase();
      return { name: name.replace(id ?? '', objectId ?? ''), definition, objectId, userId: user };
    }
  }
  return undefined;
}

/** All names under which the events of an object are subscribed to. */
export function topicNames(kind: TopicKind, objectId = '', userId = ''): string[] {
  return definitionOf(kind).names.map((name) => name.replace('{id}', objectId).replace('{user}', userId));
}

export function definitionOf(kind: TopicKind): TopicDefinition {
  return TOPICS.find((definition) => definition.kind === kind)!;
}
