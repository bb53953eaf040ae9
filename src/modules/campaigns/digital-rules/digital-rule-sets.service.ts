import { Injectable } from '@nestjs/common';
import { mapPage, type Page, type PageRequest } from '../../../kernel/page.js';
import type { Reason } from '../../../kernel/reason.js';
import { onConstraint } from '../../../platform/database/database-errors.js';
import type { NamedFilter } from '../../../platform/database/named-page.js';
import type { Narrowing } from '../../../platform/database/named-table.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { AuditTrail, type DivisionScope, EVERYWHERE, NamedObjects } from '../../access/index.js';
import { type CampaignContactList, ContactListsService } from '../../contact-lists/index.js';
import { TemplatesService } from '../../templates/index.js';
import { columnsOf, type DigitalRule, templatesOf } from './digital-rule.js';
import {
  type DigitalRuleSetDto,
  type DigitalRuleSetView,
  toDigitalRuleSetView,
} from './digital-rule-set.dto.js';
import { DigitalRuleSet } from './digital-rule-set.entity.js';
import { readDigitalRules } from './read-rules.js';

const MAX_SETS = 1_000;

/** Digital rule sets: whoever reaches the contact list of a set reaches the set (Genesys Cloud API, digital rules). */
@Injectable()
export class DigitalRuleSetsService {
  private readonly sets: NamedObjects<DigitalRuleSet>;

  constructor(
    uow: UnitOfWork,
    audit: AuditTrail,
    private readonly contactLists: ContactListsService,
    private readonly templates: TemplatesService,
  ) {
    this.sets = new NamedObjects(
      {
        entity: DigitalRuleSet,
        table: 'digital_rule_sets',
        noun: 'digital rule set',
        notFoundCode: 'rule.set.not.found',
        auditedAs: 'outbound:digitalRuleSet',
        max: MAX_SETS,
      },
      uow,
      audit,
    );
  }

  async list(
    scope: DivisionScope,
    filter: NamedFilter,
    page: PageRequest,
  ): Promise<Page<DigitalRuleSetView>> {
    const found = await this.sets.list(filter, page, within(scope));
    const names = await this.listNames(found.entities);
    return mapPage(found, (set) => toDigitalRuleSetView(set, names));
  }

  /** Throws 404. */
  async get(scope: DivisionScope, id: string): Promise<DigitalRuleSetView> {
    return this.view(await this.sets.get(id, within(scope)));
  }

  /** Those of the sets that exist within the scope. */
  find(scope: DivisionScope, ids: readonly string[]): Promise<DigitalRuleSet[]> {
    return this.sets.find(ids, within(scope));
  }

  /** Throws 400 with everything that is wrong with the set. */
  async create(scope: DivisionScope, dto: DigitalRuleSetDto): Promise<DigitalRuleSetView> {
    const { content, reasons } = await this.read(scope, dto);
    return this.view(await this.sets.create(content, reasons));
  }

  /** Throws 404, 409 for a version that is not the newest, 400 with everything that is wrong with the set. */
  async update(scope: DivisionScope, id: string, dto: DigitalRuleSetDto): Promise<DigitalRuleSetView> {
    const stored = await this.sets.get(id, within(scope));
    const { content, reasons } = await this.read(scope, dto);
    return this.view(await this.sets.update(stored, dto.version, content, reasons));
  }

  /** Throws 404, 400 while a campaign uses the set. */
  async delete(scope: DivisionScope, id: string): Promise<void> {
    await this.sets.delete(await this.sets.get(id, within(scope)));
  }

  private async read(
    scope: DivisionScope,
    dto: DigitalRuleSetDto,
  ): Promise<{ content: Pick<DigitalRuleSet, 'name' | 'contactListId' | 'rules'>; reasons: Reason[] }> {
    const { rules, reasons } = readDigitalRules(dto.rules ?? []);
    const contactListId = dto.contactList?.id.toLowerCase() ?? null;
    const [list] = contactListId ? await this.contactLists.find(scope, [contactListId]) : [];
    if (contactListId && !list) reasons.push(listNotFound(contactListId));
    if (list) reasons.push(...explainColumns(rules, list));
    reasons.push(...(await this.explainReferred(rules)));
    return { content: { name: (dto.name ?? '').trim(), contactListId, rules }, reasons };
  }

  private async explainReferred(rules: DigitalRule[]): Promise<Reason[]> {
    const ids = templatesOf(rules).filter((id) => id !== '');
    const found = await this.templates.find(EVERYWHERE, ids);
    return ids.filter((id) => !found.some((template) => template.id === id)).map(templateGone);
  }

  private async view(set: DigitalRuleSet): Promise<DigitalRuleSetView> {
    return toDigitalRuleSetView(set, await this.listNames([set]));
  }

  private async listNames(sets: DigitalRuleSet[]): Promise<Map<string, string>> {
    const ids = sets.map(({ contactListId }) => contactListId).filter((id) => id !== null);
    const lists = await this.contactLists.find(EVERYWHERE, [...new Set(ids)]);
    return new Map(lists.map(({ id, name }) => [id, name]));
  }
}

/** Why rules can't be applied to contacts of the list: columns it does not have. */
export function explainColumns(
  rules: readonly DigitalRule[],
  list: Pick<CampaignContactList, 'name' | 'columnNames'>,
): Reason[] {
  return columnsOf(rules)
    .filter((column) => column !== '' && !list.columnNames.includes(column))
    .map((column) => ({
      code: 'contact.column.not.found',
      field: 'rules',
      message: `The contact list "${list.name}" has no column "${column}" that the rules name.`,
      params: { column },
    }));
}

// A set without a list is everybody's.
function within(scope: DivisionScope): Narrowing<DigitalRuleSet> {
  return (query) =>
    scope.kind === 'all'
      ? query
      : query.andWhere(
          `(object.contactListId IS NULL OR object.contactListId IN (
             SELECT contact_list_id FROM contact_list_divisions_v WHERE division_id = ANY(:scopeDivisionIds)))`,
          { scopeDivisionIds: scope.ids },
        );
}

function listNotFound(id: string): Reason {
  const message = `There is no contact list with the id ${id}, or you may not see it.`;
  return { code: 'contact.list.not.found', field: 'contactList', message, entityId: id };
}

function templateGone(entityId: string): Reason {
  const message = `There is no WhatsApp template with the id ${entityId}.`;
  return { code: 'template.not.found', field: 'rules', entityId, message };
}

onConstraint(
  'messaging_campaign_rule_sets_rule_set_fk',
  () =>
    new ApiError(
      'invalid',
      'referential.integrity.error',
      'The digital rule set is used by a campaign; take it out of the campaign or delete the campaign first.',
    ),
);
