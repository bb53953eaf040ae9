import type { Dimension } from '../conversations/dimensions.js';
import type { Junction, Predicate } from '../conversations/filter-sql.js';

/** A filter of interactions, of which all must hold. */
export interface ReportFilter {
  type: Junction;
  predicates: Predicate[];
}

/** Lists of values, one of which the dimension must have. */
const LISTS = {
  conversationIds: 'conversationId',
  conversationInitiators: 'conversationInitiator',
  mediaTypes: 'mediaType',
  messageTypes: 'messageType',
  directions: 'direction',
  originatingDirections: 'originatingDirection',
  participantPurposes: 'purpose',
  divisionIds: 'divisionId',
  outboundCampaignIds: 'outboundCampaignId',
  outboundContactListIds: 'outboundContactListId',
  contactIds: 'outboundContactId',
  addressFroms: 'addressFrom',
  addressTos: 'addressTo',
  wrapUpCodes: 'wrapUpCode',
  // Called after e-mails in the API, which has no other field for delivery statuses.
  emailDeliveryStatusList: 'deliveryStatus',
} as const satisfies Record<string, Dimension>;

/** True asks for conversations that have the dimension, false for those that have not. */
const FLAGS = {
  isCampaign: 'conversationInitiator',
  isEnded: 'conversationEnd',
} as const satisfies Record<string, Dimension>;

export const REPORT_FILTER_NAMES = [...Object.keys(LISTS), ...Object.keys(FLAGS)];

const has = (names: object, name: string): boolean => Object.hasOwn(names, name);

/**
 * The filter of a view (Genesys Cloud API, ViewFilter) as filters of interactions, or everything that is wrong with it.
 * What cannot be honoured is refused and never left out: the file would hold more than was asked for.
 */
export function readReportFilter(filter: unknown): { filters: ReportFilter[] } | { problems: string[] } {
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) {
    return { problems: ['filter must be an object; {} lets everything through'] };
  }
  const problems: string[] = [];
  const filters: ReportFilter[] = [];
  for (const [name, value] of Object.entries(filter).filter(([, given]) => !isEmpty(given))) {
    if (has(LISTS, name)) {
      const dimension = LISTS[name as keyof typeof LISTS];
      if (isTexts(value))
        filters.push({ type: 'or', predicates: value.map((one) => ({ dimension, value: one })) });
      else problems.push(`filter.${name} must be an array of up to 1000 texts`);
    } else if (has(FLAGS, name)) {
      const dimension = FLAGS[name as keyof typeof FLAGS];
      if (typeof value === 'boolean') filters.push({ type: 'and', predicates: [presence(dimension, value)] });
      else problems.push(`filter.${name} must be true or false`);
    } else problems.push(`filter.${name} is not supported; known are ${REPORT_FILTER_NAMES.join(', ')}`);
  }
  return problems.length > 0 ? { problems } : { filters };
}

function presence(dimension: Dimension, isThere: boolean): Predicate {
  return { dimension, operator: isThere ? 'exists' : 'notExists' };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= 1000 && value.every((one) => typeof one === 'string');
}
