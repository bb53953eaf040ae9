import { isDeepStrictEqual } from 'node:util';
import type { ContactSort } from '../contact-lists/index.js';
import type { CampaignStatus } from './campaign-status.js';

/** What somebody decides about a campaign. Ids refer to objects of other modules. */
export interface CampaignDefinition {
  name: string;
  divisionId: string;
  contactListId: string;
  /** Filters of the contact list; one at most. */
  contactListFilterIds: string[];
  messagesPerMinute: number;
  /** Columns of the contact list that hold WhatsApp ids, tried in this order. */
  whatsAppColumns: string[];
  integrationId: string;
  contentTemplateId: string;
  dncListIds: string[];
  /** The first one has the highest priority. */
  contactSorts: ContactSort[];
  alwaysRunning: boolean;
  /** When people may be messaged; null for always. */
  callableTimeSetId: string | null;
  /** Digital rule sets, applied in this order. */
  ruleSetIds: string[];
  /** What is added or changed during a run is sorted in. */
  dynamicSort: boolean;
  /** What is changed during a run is filtered anew. */
  dynamicFilter: boolean;
}

/** Why a campaign became invalid, as the wire shows it (Genesys Cloud API, RestErrorDetail). */
export interface CampaignProblem {
  error: string;
  details: string;
}

export interface Campaign extends CampaignDefinition {
  id: string;
  status: CampaignStatus;
  errors: CampaignProblem[];
  version: number;
  createdAt: Date;
  modifiedAt: Date;
}

/** What names a campaign, and how fast it is to go. */
export type CampaignOutline = Pick<
  Campaign,
  'id' | 'name' | 'divisionId' | 'contactListId' | 'status' | 'messagesPerMinute'
>;

/** Name of each part in a request body. */
export const WIRE_FIELDS: Readonly<Record<keyof CampaignDefinition, string>> = {
  name: 'name',
  divisionId: 'division',
  contactListId: 'contactList',
  contactListFilterIds: 'contactListFilters',
  messagesPerMinute: 'messagesPerMinute',
  whatsAppColumns: 'whatsAppConfig.whatsAppColumns',
  integrationId: 'whatsAppConfig.whatsAppIntegration',
  contentTemplateId: 'whatsAppConfig.contentTemplate',
  dncListIds: 'dncLists',
  contactSorts: 'contactSorts',
  alwaysRunning: 'alwaysRunning',
  callableTimeSetId: 'callableTimeSet',
  ruleSetIds: 'ruleSets',
  dynamicSort: 'dynamicContactQueueingSettings.sort',
  dynamicFilter: 'dynamicContactQueueingSettings.filter',
};

const PARTS = Object.keys(WIRE_FIELDS) as (keyof CampaignDefinition)[];

/** The only parts that may change while a campaign runs: they take effect without a new order of its contacts. */
const CHANGEABLE_WHILE_RUNNING: readonly (keyof CampaignDefinition)[] = [
  'name',
  'messagesPerMinute',
  'contentTemplateId',
  'dncListIds',
];

/** The parts in which two definitions differ. */
export function changedParts(
  before: CampaignDefinition,
  after: CampaignDefinition,
): (keyof CampaignDefinition)[] {
  return PARTS.filter((part) => !isDeepStrictEqual(before[part], after[part]));
}

export function isChangeableWhileRunning(part: keyof CampaignDefinition): boolean {
  return CHANGEABLE_WHILE_RUNNING.includes(part);
}
