import { Injectable } from '@nestjs/common';
import type { Reason } from '../../kernel/reason.js';
import { ApiError } from '../../platform/errors/api-error.js';
import { type Caller, type DivisionScope, EVERYWHERE } from '../access/index.js';
import {
  type CampaignContactFilter,
  type CampaignContactList,
  ContactFilters,
  ContactListsService,
} from '../contact-lists/index.js';
import { type CampaignDncList, DncListsService } from '../dnc-lists/index.js';
import { type CampaignTemplate, TemplatesService } from '../templates/index.js';
import { type CampaignIntegration, type MetaTemplate, WhatsAppService } from '../whatsapp/index.js';
import { type CampaignDefinition, WIRE_FIELDS } from './campaign-definition.js';
import { CampaignExtrasFinder, ruleSetScopeOf } from './campaign-extras.service.js';
import {
  APPROVED,
  type CampaignFacts,
  explainCampaign,
  explainCampaignName,
  type UnusableParts,
} from './campaign-rules.js';
import { CampaignsRepository } from './campaigns.repository.js';

/**
 * Where a campaign may get its lists from. Templates and integrations have no entry: whoever may make campaigns may
 * use all of them, since the permissions a campaign needs name only lists (Genesys Cloud API, WhatsApp campaigns).
 */
export interface ListScopes {
  contactLists: DivisionScope;
  dncLists: DivisionScope;
  ruleSets: DivisionScope;
}

export interface ValidationContext {
  scopes: ListScopes;
  /** The campaign as it is now; lists that it has already need not be within reach. */
  stored?: CampaignDefinition & { id: string };
  /** Only reasons about these parts count; all parts unless given. */
  parts?: (keyof CampaignDefinition)[];
  /** Greatest age of what is known of the template at Meta; 0 asks Meta. */
  metaMaxAgeMs?: number;
}

/** The lists that the caller may choose from. */
export function listScopesOf(caller: Caller): ListScopes {
  return {
    contactLists: caller.scope('outbound:contactList:view', 'outbound:contactList:search'),
    dncLists: caller.scope('outbound:dncList:view', 'outbound:dncList:search'),
    ruleSets: ruleSetScopeOf(caller),
  };
}

/** For starts: the lists were chosen by somebody who could see them. */
export const ALL_LISTS: ListScopes = {
  contactLists: EVERYWHERE,
  dncLists: EVERYWHERE,
  ruleSets: EVERYWHERE,
};

/** Gathers what the rules need from the modules below, and applies them. Asks Meta, so never within a transaction. */
@Injectable()
export class CampaignValidator {
  constructor(
    private readonly campaigns: CampaignsRepository,
    private readonly contactLists: ContactListsService,
    private readonly contactFilters: ContactFilters,
    private readonly dncLists: DncListsService,
    private readonly whatsApp: WhatsAppService,
    private readonly templates: TemplatesService,
    private readonly extrasFinder: CampaignExtrasFinder,
  ) {}

  /**
   * Every reason why the campaign can't be saved or started; none when it can.
   * Throws 503 when nothing else is wrong and Meta can't be asked about the template.
   */
  async explain(definition: CampaignDefinition, context: ValidationContext): Promise<Reason[]> {
    const [nameTaken, contactList, contactListFilters, dncLists, [integration], [template], extras] =
      await Promise.all([
        this.isNameTaken(definition.name, context.stored?.id),
        this.findContactList(definition.contactListId, context),
        this.findFilters(definition.contactListFilterIds, context),
        this.findDncLists(definition.dncListIds, context),
        this.whatsApp.findIntegrations([definition.integrationId]),
        this.templates.find(EVERYWHERE, [definition.contentTemplateId]),
        this.extrasFinder.find(definition, context.scopes.ruleSets, context.stored),
      ]);
    const found = {
      definition,
      nameTaken,
      contactList,
      contactListFilters,
      integration,
      template,
      dncLists,
      extras,
    };
    const [unusable, lookup] = await Promise.all([
      this.explainUnusable(definition, found),
      this.lookUpMetaTemplate(integration, template, context),
    ]);
    const reasons = explainCampaign({ ...found, unusable, metaTemplate: lookup.metaTemplate });
    const fields = context.parts?.map((part) => WIRE_FIELDS[part]);
    const counting = fields ? reasons.filter(({ field }) => fields.includes(field ?? '')) : reasons;
    if (counting.length === 0 && lookup.failure) throw lookup.failure;
    return counting;
  }

  // A name that is refused anyway is not looked up; PostgreSQL might not even take it.
  private async isNameTaken(name: string, exceptId: string | undefined): Promise<boolean> {
    return (
      explainCampaignName(name, false).length === 0 && (await this.campaigns.isNameTaken(name, exceptId))
    );
  }

  private async findContactList(
    id: string,
    { scopes, stored }: ValidationContext,
  ): Promise<CampaignContactList | undefined> {
    const scope = id === stored?.contactListId ? EVERYWHERE : scopes.contactLists;
    const [list] = await this.contactLists.find(scope, [id]);
    return list;
  }

  // Who may choose the list may choose its filters, which have no division of their own.
  private async findFilters(
    ids: string[],
    { scopes, stored }: ValidationContext,
  ): Promise<CampaignContactFilter[]> {
    const kept = ids.filter((id) => stored?.contactListFilterIds.includes(id));
    const added = ids.filter((id) => !kept.includes(id));
    const found = await Promise.all([
      this.contactFilters.find(EVERYWHERE, kept),
      this.contactFilters.find(scopes.contactLists, added),
    ]);
    return found.flat();
  }

  private async findDncLists(
    ids: string[],
    { scopes, stored }: ValidationContext,
  ): Promise<CampaignDncList[]> {
    const kept = ids.filter((id) => stored?.dncListIds.includes(id));
    const added = ids.filter((id) => !kept.includes(id));
    const found = await Promise.all([
      this.dncLists.find(EVERYWHERE, kept),
      this.dncLists.find(scopes.dncLists, added),
    ]);
    return found.flat();
  }

  private async explainUnusable(
    { integrationId, contentTemplateId }: CampaignDefinition,
    lists: { contactList: CampaignContactList | undefined; dncLists: CampaignDncList[] },
  ): Promise<UnusableParts> {
    const [contactLists, dncLists, integrations, templates] = await Promise.all([
      this.contactLists.explainUnusable(lists.contactList ? [lists.contactList.id] : []),
      this.dncLists.explainUnusable(lists.dncLists.map((list) => list.id)),
      this.whatsApp.explainUnusable([integrationId]),
      this.templates.explainUnusable([contentTemplateId]),
    ]);
    return { contactLists, dncLists, integrations, templates };
  }

  // What Meta has to say matters only for an integration that could send, and for a template that is to be judged.
  private async lookUpMetaTemplate(
    integration: CampaignIntegration | undefined,
    template: CampaignTemplate | undefined,
    { parts, metaMaxAgeMs: maxAgeMs }: ValidationContext,
  ): Promise<MetaLookup> {
    const isJudged = parts?.includes('contentTemplateId') ?? true;
    if (!integration?.active || !template || !isJudged) return { metaTemplate: 'not-asked' };
    try {
      return { metaTemplate: await this.findMetaTemplate(integration.id, template, maxAgeMs) };
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      return { metaTemplate: 'not-asked', failure };
    }
  }

  // Nobody is refused for what Meta said some minutes ago.
  private async findMetaTemplate(
    integrationId: string,
    { metaName, language }: CampaignTemplate,
    maxAgeMs: number | undefined,
  ): Promise<MetaTemplate | undefined> {
    const ask = (options: { maxAgeMs?: number }) =>
      this.whatsApp.findMetaTemplate(integrationId, metaName, language, options);
    const known = await ask({ maxAgeMs });
    return known && known.status !== APPROVED ? ask({ maxAgeMs: 0 }) : known;
  }
}

interface MetaLookup {
  metaTemplate: CampaignFacts['metaTemplate'];
  failure?: ApiError;
}
