import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID } from 'class-validator';
import { PageQuery } from '../../platform/http/listing.js';
import { QueryList } from '../../platform/http/query-list.js';
import type { CampaignFilter, CampaignOrder } from './campaigns.repository.js';
import { CAMPAIGN_STATUSES, type CampaignStatus } from './campaign-status.js';

const CAMPAIGN_TYPES = ['EMAIL', 'SMS', 'WHATSAPP'];
// `a` is the literal default of the vendor's definition.
export const SORT_ORDERS = ['ascending', 'descending', 'a', 'd'];

/** Filters that every list of campaigns takes (Genesys Cloud API, messaging campaigns). */
export class CampaignViewsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: SORT_ORDERS, default: 'ascending' })
  @IsOptional()
  @IsIn(SORT_ORDERS)
  sortOrder?: string;

  @ApiPropertyOptional({ description: 'Part of the name, whatever its case' })
  @IsOptional()
  @IsString()
  name?: string;

  @ApiPropertyOptional({ enum: CAMPAIGN_TYPES })
  @IsOptional()
  @IsIn(CAMPAIGN_TYPES)
  type?: string;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  @IsUUID('all', { each: true })
  id?: string[];

  @ApiPropertyOptional({ description: 'No WhatsApp campaign has one: an empty list' })
  @IsOptional()
  @IsString()
  senderSmsPhoneNumber?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('all')
  contentTemplateId?: string;

  @ApiPropertyOptional({ enum: CAMPAIGN_STATUSES })
  @IsOptional()
  @IsIn(CAMPAIGN_STATUSES)
  campaignStatus?: CampaignStatus;

  toFilter(): CampaignFilter {
    const { name, contentTemplateId, campaignStatus: status } = this;
    const ids = this.asksForOtherKind() ? [] : nonEmpty(this.id);
    return { name: name?.replaceAll('\0', ''), ids, contentTemplateId, status };
  }

  toOrder(): CampaignOrder {
    return { by: 'name', descending: this.sortOrder?.startsWith('d') ?? false };
  }

  /** True for filters that only campaigns of other channels, or with parts we don't offer, could match. */
  protected asksForOtherKind(): boolean {
    return (this.type ?? 'WHATSAPP') !== 'WHATSAPP' || this.senderSmsPhoneNumber !== undefined;
  }
}

export class CampaignsQuery extends CampaignViewsQuery {
  @ApiPropertyOptional({ enum: ['name', 'campaignStatus', 'type'], default: 'name' })
  @IsOptional()
  @IsIn(['name', 'campaignStatus', 'type'])
  sortBy?: string;

  @ApiPropertyOptional({ format: 'uuid' })
  @IsOptional()
  @IsUUID('all')
  contactListId?: string;

  @ApiPropertyOptional({ type: [String] })
  @IsOptional()
  @QueryList()
  @IsUUID('all', { each: true })
  divisionId?: string[];

  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    description: 'Campaigns with one of these digital rule sets',
  })
  @IsOptional()
  @QueryList()
  @IsUUID('all', { each: true })
  ruleSetIds?: string[];

  override toFilter(): CampaignFilter {
    const { contactListId } = this;
    const [divisionIds, ruleSetIds] = [nonEmpty(this.divisionId), nonEmpty(this.ruleSetIds)];
    return { ...super.toFilter(), contactListId, divisionIds, ruleSetIds };
  }

  // All campaigns are of one type, so that sorting by type leaves the order by name.
  override toOrder(): CampaignOrder {
    const by = this.sortBy === 'campaignStatus' ? 'campaignStatus' : 'name';
    return { ...super.toOrder(), by };
  }
}

// `id=` and `id=,` name nothing and therefore filter nothing.
function nonEmpty(values: string[] | undefined): string[] | undefined {
  return values && values.length > 0 ? values : undefined;
}
