import { explainName } from '../../kernel/object-name.js';
import { locateReasons, type Reason } from '../../kernel/reason.js';
import {
  type CampaignContactFilter,
  type CampaignContactList,
  explainSorts,
} from '../contact-lists/index.js';
import type { CampaignDncList } from '../dnc-lists/index.js';
import { type CampaignTemplate, explainSubstitutions } from '../templates/index.js';
import type { CampaignIntegration, MetaTemplate } from '../whatsapp/index.js';
import { explainTemplateFit } from './template-fit.js';
import { type CampaignDefinition, WIRE_FIELDS } from './campaign-definition.js';
import { type CampaignExtras, explainExtras } from './campaign-extras.service.js';
import { MAX_MESSAGES_PER_MINUTE } from './campaign-limits.js';

/** Everything that the rules look at; what was not found is undefined. */
export interface CampaignFacts {
  definition: CampaignDefinition;
  /** Another campaign has the name. */
  nameTaken: boolean;
  contactList?: CampaignContactList;
  contactListFilters: CampaignContactFilter[];
  integration?: CampaignIntegration;
  template?: CampaignTemplate;
  /** What Meta knows under the template's name; `not-asked` leaves its approval open. */
  metaTemplate: MetaTemplate | undefined | 'not-asked';
  dncLists: CampaignDncList[];
  extras: CampaignExtras;
  unusable: UnusableParts;
}

/** Why parts of a campaign can't be used, by their id, in the words of their own modules. */
export type UnusableParts = Readonly<
  Record<'contactLists' | 'dncLists' | 'integrations' | 'templates', ReadonlyMap<string, Reason[]>>
>;

// Nobody types control characters into a name, and PostgreSQL refuses one of them.
const CONTROL_CHARACTER = /\p{Cc}/u;
const SECONDS_PER_MINUTE = 60;
/** The one status in which Meta sends a template (WhatsApp Cloud API, templates). */
export const APPROVED = 'APPROVED';

/** Code of the reason that carries the greatest and the given pace in its params. */
export const PACE_EXCEEDED = 'messages.per.minute.limit.exceeded';

/** Every reason why the campaign can't be saved or started; none when it can. */
export function explainCampaign(facts: CampaignFacts): Reason[] {
  return [
    ...explainCampaignName(facts.definition.name, facts.nameTaken),
    ...explainContactList(facts),
    ...explainFilters(facts),
    ...explainColumns(facts.definition.whatsAppColumns, facts.contactList),
    ...explainIntegration(facts),
    ...explainTemplate(facts),
    ...explainDncLists(facts),
    ...explainSorts(facts.definition.contactSorts, facts.contactList),
    ...explainPace(facts.definition.messagesPerMinute, facts.integration),
    ...explainExtras(facts.definition, facts.extras, facts.contactList),
  ];
}

/** Why the name can't be; `taken` is true when another campaign has it. */
export function explainCampaignName(name: string, taken: boolean): Reason[] {
  const field = WIRE_FIELDS.name;
  const reasons = explainName(name);
  if (CONTROL_CHARACTER.test(name)) {
    const message = 'The name has a control character, such as a line break; remove it.';
    reasons.push({ code: 'invalid.value', field, message });
  }
  if (taken) {
    const message = `A campaign with the name "${name}" exists already; choose another name.`;
    reasons.push({ code: 'duplicate.name', field, message });
  }
  return reasons;
}

function explainContactList({ definition, contactList, unusable }: CampaignFacts): Reason[] {
  const field = WIRE_FIELDS.contactListId;
  if (!contactList)
    return [notFound('contact.list.not.found', 'contact list', field, definition.contactListId)];
  return located(unusable.contactLists, contactList, field);
}

function explainFilters({ definition, contactList, contactListFilters }: CampaignFacts): Reason[] {
  const field = WIRE_FIELDS.contactListFilterIds;
  const ids = definition.contactListFilterIds;
  const reasons = ids.flatMap((id): Reason[] => {
    const filter = contactListFilters.find((candidate) => candidate.id === id);
    if (!filter) return [notFound('contact.list.filter.not.found', 'contact list filter', field, id)];
    if (filter.contactListId === definition.contactListId) return [];
    const message = `The filter "${filter.name}" is not for the contact list${contactList ? ` "${contactList.name}"` : ''}.`;
    const where = { field, entityId: id, entityName: filter.name };
    return [{ code: 'contact.list.filter.does.not.match.contact.list', ...where, message }];
  });
  if (ids.length > 1) {
    const message = `A campaign can have one contact list filter; ${ids.length} are named. Join them into one.`;
    reasons.push({ code: 'more.than.one.contact.list.filter', field, message });
  }
  return reasons;
}

function explainColumns(columns: string[], list: CampaignContactList | undefined): Reason[] {
  const refuse = (message: string): Reason => ({
    code: 'invalid.campaign.whatsapp.columns',
    field: WIRE_FIELDS.whatsAppColumns,
    message,
  });
  if (columns.length === 0) return [refuse('Name at least one WhatsApp column of the contact list.')];
  const repeated = repeatedValues(columns);
  const reasons = repeated.map((column) =>
    refuse(`The WhatsApp column "${column}" is named more than once.`),
  );
  if (!list) return reasons;
  const choice = quoted(list.whatsAppColumns);
  const wrong = [...new Set(columns)].filter((column) => !list.whatsAppColumns.includes(column));
  return [
    ...reasons,
    ...wrong.map((column) =>
      refuse(
        `"${column}" is not a WhatsApp column of the contact list "${list.name}". ` +
          (choice === '' ? 'The list has no WhatsApp columns.' : `Its WhatsApp columns are ${choice}.`),
      ),
    ),
  ];
}

function explainIntegration({ definition, integration, unusable }: CampaignFacts): Reason[] {
  const { integrationId: id } = definition;
  const where = { field: WIRE_FIELDS.integrationId, entityId: id, entityName: integration?.name };
  return explainReferred(unusable.integrations.get(id), integration, where);
}

function explainTemplate(facts: CampaignFacts): Reason[] {
  const { definition, template, contactList, unusable } = facts;
  const { contentTemplateId: id } = definition;
  const where = { field: WIRE_FIELDS.contentTemplateId, entityId: id, entityName: template?.name };
  const reasons = explainReferred(unusable.templates.get(id), template, where);
  if (!template) return reasons;
  const mismatch = contactList ? explainSubstitutions(template, contactList.columnNames) : [];
  return [...reasons, ...locateReasons([...mismatch, ...explainApproval(facts, template)], where)];
}

// Unknown integrations and templates come with a reason of their own modules; the last line is for closed doors.
function explainReferred(reasons: Reason[] = [], found: object | undefined, where: Location): Reason[] {
  if (found || reasons.length > 0) return locateReasons(reasons, where);
  return [
    { code: 'not.found', ...where, message: `There is nothing with the id ${where.entityId} to use here.` },
  ];
}

type Location = Required<Pick<Reason, 'field' | 'entityId'>> & Pick<Reason, 'entityName'>;

// Meta sends only templates that it has approved, for the business account of the integration and in that language.
function explainApproval({ integration, metaTemplate }: CampaignFacts, template: CampaignTemplate): Reason[] {
  if (!integration || metaTemplate === 'not-asked') return [];
  const name = `"${template.metaName}" (${template.language})`;
  if (!metaTemplate) {
    const message =
      `WhatsApp knows no template ${name} for the integration "${integration.name}"; ` +
      'create it there, or choose the integration it belongs to.';
    return [{ code: 'template.not.found.at.provider', message }];
  }
  if (metaTemplate.status === APPROVED) return explainTemplateFit(template, metaTemplate);
  const message = `WhatsApp has not approved the template ${name}: its status is ${metaTemplate.status}.`;
  return [{ code: 'template.not.approved', message, params: { status: metaTemplate.status } }];
}

function explainDncLists({ definition, dncLists, contactList, unusable }: CampaignFacts): Reason[] {
  const field = WIRE_FIELDS.dncListIds;
  return definition.dncListIds.flatMap((id) => {
    const list = dncLists.find((candidate) => candidate.id === id);
    return list
      ? [...located(unusable.dncLists, list, field), ...explainCustomColumn(list, contactList)]
      : [notFound('dnc.list.not.found', 'DNC list', field, id)];
  });
}

// Without the column the list would protect nobody.
function explainCustomColumn(list: CampaignDncList, contactList: CampaignContactList | undefined): Reason[] {
  const { customExclusionColumn: column } = list;
  if (!contactList || column === null || contactList.columnNames.includes(column)) return [];
  const message =
    `The DNC list "${list.name}" is about the column "${column}", ` +
    `which the contact list "${contactList.name}" does not have.`;
  const where = { field: WIRE_FIELDS.dncListIds, entityId: list.id, entityName: list.name };
  return [{ code: 'dnc.list.custom.column.missing', message, ...where }];
}

function explainPace(messagesPerMinute: number, integration: CampaignIntegration | undefined): Reason[] {
  const field = WIRE_FIELDS.messagesPerMinute;
  if (messagesPerMinute < 1) {
    const message = 'The campaign must send at least 1 message per minute.';
    return [{ code: 'invalid.value', field, message }];
  }
  const { limit, origin } = paceLimit(integration);
  if (messagesPerMinute <= limit) return [];
  return [
    {
      code: PACE_EXCEEDED,
      field,
      message: `${messagesPerMinute} messages per minute are more than the ${limit} that ${origin}; lower the number.`,
      params: { limit: String(limit), given: String(messagesPerMinute) },
    },
  ];
}

function paceLimit(integration: CampaignIntegration | undefined): { limit: number; origin: string } {
  const throughput = (integration?.messagesPerSecond ?? Infinity) * SECONDS_PER_MINUTE;
  return integration && throughput < MAX_MESSAGES_PER_MINUTE
    ? { limit: throughput, origin: `the WhatsApp integration "${integration.name}" can send` }
    : { limit: MAX_MESSAGES_PER_MINUTE, origin: 'the organisation allows for one campaign' };
}

function located(
  unusable: ReadonlyMap<string, Reason[]>,
  entity: { id: string; name: string },
  field: string,
): Reason[] {
  const where = { field, entityId: entity.id, entityName: entity.name };
  return locateReasons(unusable.get(entity.id) ?? [], where);
}

function notFound(code: string, what: string, field: string, entityId: string): Reason {
  return {
    code,
    field,
    entityId,
    message: `There is no ${what} with the id ${entityId}, or you may not see it.`,
  };
}

function repeatedValues(values: string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function quoted(values: string[]): string {
  return values.map((value) => `"${value}"`).join(', ');
}
