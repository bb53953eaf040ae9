import { Injectable } from '@nestjs/common';
import type { SelectQueryBuilder } from 'typeorm';
import type { Page, PageRequest } from '../../kernel/page.js';
import { pageOffset } from '../../kernel/page.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { type DivisionScope, whereInScope } from '../access/index.js';
import type {
  Campaign,
  CampaignDefinition,
  CampaignOutline,
  CampaignProblem,
} from './campaign-definition.js';
import { type CampaignStatus, RUNNING_STATUSES } from './campaign-status.js';
import { MessagingCampaign, MessagingCampaignDncList, MessagingCampaignRuleSet } from './campaign.entity.js';

export interface CampaignFilter {
  /** Part of the name, whatever its case. */
  name?: string;
  ids?: string[];
  divisionIds?: string[];
  contactListId?: string;
  contentTemplateId?: string;
  status?: CampaignStatus;
  /** Campaigns with at least one of these digital rule sets. */
  ruleSetIds?: string[];
}

export interface CampaignOrder {
  by: 'name' | 'campaignStatus';
  descending: boolean;
}

/** A change of the status; happens only when the campaign still has the status (and version) it starts from. */
export interface StatusChange {
  id: string;
  from: CampaignStatus;
  to: CampaignStatus;
  version?: number;
  errors?: CampaignProblem[];
}

// Starting and creating count campaigns first; whoever holds this lock counts alone.
const LOCK_CAMPAIGNS = `SELECT pg_advisory_xact_lock(hashtext('messaging_campaigns'))`;

const CHANGE_STATUS = `
  UPDATE messaging_campaigns
     SET campaign_status = $3, errors = $4::jsonb, version = version + 1, modified_at = now()
   WHERE id = $1 AND campaign_status = $2 AND ($5::int IS NULL OR version = $5)
   RETURNING id`;

const FIND_OUTLINES = `
  SELECT id, name, division_id AS "divisionId", contact_list_id AS "contactListId", campaign_status AS status,
         messages_per_minute AS "messagesPerMinute"
    FROM messaging_campaigns WHERE id = ANY ($1::uuid[])`;

@Injectable()
export class CampaignsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** One campaign within the scope; undefined for an id that is unknown or out of reach. */
  async findOne(scope: DivisionScope, id: string): Promise<Campaign | undefined> {
    if (!UUID.test(id)) return undefined;
    const query = this.query().where('campaign.id = :id', { id });
    const [campaign] = await this.load(whereInScope(query, 'campaign.divisionId', scope));
    return campaign;
  }

  async find(ids: readonly string[]): Promise<Campaign[]> {
    if (ids.length === 0) return [];
    return this.load(this.query().where('campaign.id = ANY(:ids)', { ids }));
  }

  /** Looked at many times a second, so nothing but the row is read. */
  findOutlines(ids: readonly string[]): Promise<CampaignOutline[]> {
    return this.uow.manager.query<CampaignOutline[]>(FIND_OUTLINES, [ids]);
  }

  async findRunning(): Promise<Campaign[]> {
    return this.load(this.running().orderBy('campaign.id'));
  }

  /** The other campaign that runs on the contact list, if one does. */
  async findOtherRunningOn(contactListId: string, exceptId: string): Promise<Campaign | undefined> {
    const query = this.others(exceptId).andWhere('campaign.contactListId = :contactListId', {
      contactListId,
    });
    return (await this.load(query))[0];
  }

  countOthersRunning(exceptId: string): Promise<number> {
    return this.others(exceptId).getCount();
  }

  async findPage(
    scope: DivisionScope,
    filter: CampaignFilter,
    { page, order }: { page: PageRequest; order: CampaignOrder },
  ): Promise<Page<Campaign>> {
    const query = applyFilter(whereInScope(this.query(), 'campaign.divisionId', scope), filter);
    const direction = order.descending ? 'DESC' : 'ASC';
    if (order.by === 'campaignStatus') query.addOrderBy('campaign.campaignStatus', direction);
    // The selected expression gives ORDER BY a name that TypeORM knows.
    query.addSelect('lower(campaign.name)', 'name_key').addOrderBy('name_key', direction);
    query.addOrderBy('campaign.id', direction).offset(pageOffset(page)).limit(page.pageSize);
    const total = await query.getCount();
    return { ...page, total, entities: await this.load(query) };
  }

  async isNameTaken(name: string, exceptId: string | undefined): Promise<boolean> {
    const query = this.query().where('lower(campaign.name) = lower(:name)', { name });
    if (exceptId) query.andWhere('campaign.id <> :exceptId', { exceptId });
    return query.getExists();
  }

  /** Held until the transaction ends. */
  async lock(): Promise<void> {
    await this.uow.manager.query(LOCK_CAMPAIGNS);
  }

  /** The status of a campaign, which nobody else changes until the transaction ends; undefined when it is gone. */
  async holdStatus(id: string): Promise<CampaignStatus | undefined> {
    const [row] = await this.uow.manager.query<{ status: CampaignStatus }[]>(
      `SELECT campaign_status AS status FROM messaging_campaigns WHERE id = $1 FOR NO KEY UPDATE`,
      [id],
    );
    return row?.status;
  }

  count(): Promise<number> {
    return this.query().getCount();
  }

  /** Stores a new campaign, which is off; answers its id. */
  async insert(definition: CampaignDefinition): Promise<string> {
    const columns = { ...toColumns(definition), errors: [] };
    const { identifiers } = await this.uow.manager.insert(MessagingCampaign, columns);
    const { id } = identifiers[0] as { id: string };
    await this.insertLinks(id, definition);
    return id;
  }

  /** Replaces the definition; false when the version is no longer the current one. */
  async update(id: string, version: number, definition: CampaignDefinition): Promise<boolean> {
    const { affected } = await this.uow.manager
      .createQueryBuilder()
      .update(MessagingCampaign)
      .set({ ...toColumns(definition), errors: [], version: () => 'version + 1', modifiedAt: () => 'now()' })
      .where('id = :id AND version = :version', { id, version })
      .execute();
    if (affected !== 1) return false;
    await this.uow.manager.delete(MessagingCampaignDncList, { campaignId: id });
    await this.uow.manager.delete(MessagingCampaignRuleSet, { campaignId: id });
    await this.insertLinks(id, definition);
    return true;
  }

  /** Moves a campaign to another status; its errors are gone unless the change brings some. */
  async changeStatus({ id, from, to, version, errors = [] }: StatusChange): Promise<boolean> {
    const [rows] = await this.uow.manager.query<[{ id: string }[], number]>(CHANGE_STATUS, [
      id,
      from,
      to,
      JSON.stringify(errors),
      version ?? null,
    ]);
    return rows.length === 1;
  }

  /** Shows other errors on a campaign that still has this status and version; says nothing new about its definition. */
  async setErrors({ id, status, version }: Campaign, errors: CampaignProblem[]): Promise<void> {
    await this.uow.manager.query(
      `UPDATE messaging_campaigns SET errors = $4::jsonb
        WHERE id = $1 AND campaign_status = $2 AND version = $3`,
      [id, status, version, JSON.stringify(errors)],
    );
  }

  /** Deletes a campaign that does not run; false when there is none. */
  async deleteIdle(id: string): Promise<boolean> {
    const { affected } = await this.uow.manager
      .createQueryBuilder()
      .delete()
      .from(MessagingCampaign)
      .where('id = :id AND campaign_status NOT IN (:...running)', { id, running: RUNNING_STATUSES })
      .execute();
    return affected === 1;
  }

  private query(): SelectQueryBuilder<MessagingCampaign> {
    return this.uow.manager.createQueryBuilder(MessagingCampaign, 'campaign');
  }

  private running(): SelectQueryBuilder<MessagingCampaign> {
    return this.query().where('campaign.campaignStatus IN (:...running)', { running: RUNNING_STATUSES });
  }

  private others(exceptId: string): SelectQueryBuilder<MessagingCampaign> {
    return this.running().andWhere('campaign.id <> :exceptId', { exceptId });
  }

  private async load(query: SelectQueryBuilder<MessagingCampaign>): Promise<Campaign[]> {
    const rows = await query.getMany();
    if (rows.length === 0) return [];
    const ids = rows.map((row) => row.id);
    const [links, ruleLinks] = [
      await this.linksOf(MessagingCampaignDncList, ids),
      await this.linksOf(MessagingCampaignRuleSet, ids),
    ];
    return rows.map(({ campaignStatus, contactListFilterId, ...row }) => ({
      ...row,
      status: campaignStatus,
      contactListFilterIds: contactListFilterId ? [contactListFilterId] : [],
      dncListIds: links.filter((link) => link.campaignId === row.id).map((link) => link.dncListId),
      ruleSetIds: ruleLinks.filter((link) => link.campaignId === row.id).map((link) => link.ruleSetId),
    }));
  }

  private linksOf<L extends MessagingCampaignDncList | MessagingCampaignRuleSet>(
    entity: new () => L,
    campaignIds: string[],
  ): Promise<L[]> {
    return this.uow.manager
      .createQueryBuilder(entity, 'link')
      .where('link.campaignId = ANY(:campaignIds)', { campaignIds })
      .orderBy('link.position')
      .getMany();
  }

  private async insertLinks(
    campaignId: string,
    { dncListIds, ruleSetIds }: Pick<CampaignDefinition, 'dncListIds' | 'ruleSetIds'>,
  ): Promise<void> {
    const links = dncListIds.map((dncListId, position) => ({ campaignId, dncListId, position }));
    if (links.length > 0) await this.uow.manager.insert(MessagingCampaignDncList, links);
    const ruleLinks = ruleSetIds.map((ruleSetId, position) => ({ campaignId, ruleSetId, position }));
    if (ruleLinks.length > 0) await this.uow.manager.insert(MessagingCampaignRuleSet, ruleLinks);
  }
}

type CampaignColumns = Omit<CampaignDefinition, 'dncListIds' | 'ruleSetIds' | 'contactListFilterIds'> &
  Pick<MessagingCampaign, 'contactListFilterId'>;

// The rules let one filter pass at most.
function toColumns({
  dncListIds: _,
  ruleSetIds: _sets,
  contactListFilterIds,
  ...columns
}: CampaignDefinition): CampaignColumns {
  return { ...columns, contactListFilterId: contactListFilterIds[0] ?? null };
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/iu;

function applyFilter(
  query: SelectQueryBuilder<MessagingCampaign>,
  filter: CampaignFilter,
): SelectQueryBuilder<MessagingCampaign> {
  const { name, ids, divisionIds, contactListId, contentTemplateId, status, ruleSetIds } = filter;
  if (name !== undefined) query.andWhere('strpos(lower(campaign.name), lower(:name)) > 0', { name });
  if (ids) query.andWhere('campaign.id = ANY(:ids)', { ids });
  if (divisionIds) query.andWhere('campaign.divisionId = ANY(:divisionIds)', { divisionIds });
  if (contactListId) query.andWhere('campaign.contactListId = :contactListId', { contactListId });
  if (contentTemplateId) {
    query.andWhere('campaign.contentTemplateId = :contentTemplateId', { contentTemplateId });
  }
  if (status) query.andWhere('campaign.campaignStatus = :status', { status });
  if (ruleSetIds) {
    query.andWhere(
      `campaign.id IN (SELECT campaign_id FROM messaging_campaign_rule_sets WHERE rule_set_id = ANY(:ruleSetIds))`,
      { ruleSetIds },
    );
  }
  return query;
}
