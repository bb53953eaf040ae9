import { Injectable } from '@nestjs/common';
import { Logger } from '../../../platform/logging/logger.js';
import { GraphClient } from '../cloud-api/graph-client.js';
import type { MetaTemplate, MetaTemplateNode } from './meta-template.js';
import type { MetaTemplateRow } from './meta-template.entity.js';
import { MetaTemplatesRepository, type ReadTemplate, type TemplateKey } from './meta-templates.repository.js';

/** The account whose templates are asked for, and a token that may read them. */
export interface TemplateAccount {
  wabaId: string;
  token: string;
}

interface TemplatePage {
  data?: MetaTemplateNode[];
  paging?: { cursors?: { after?: string }; next?: string };
}

const FIELDS = 'id,name,language,category,status,rejected_reason,parameter_format,components,quality_score';
const PAGE_LIMIT = '100';
// 6,000 templates are the most an account can have; a list that goes on for ever is a defect of the other side.
const MAX_PAGES = 100;
const DEFAULT_MAX_AGE_MS = 5 * 60_000;

/** Templates as the platform knows them, cached in the database per business account. */
@Injectable()
export class MetaTemplatesService {
  constructor(
    private readonly repository: MetaTemplatesRepository,
    private readonly graph: GraphClient,
    private readonly logger: Logger,
  ) {}

  /** Reads all templates of the account anew. Returns how many there are. Throws GraphCallError. */
  async syncAll(account: TemplateAccount): Promise<number> {
    const templates = await this.read(account, {});
    await this.repository.replace(account.wabaId, undefined, templates);
    return templates.length;
  }

  /** All templates of the account, read anew when that is longer ago than `maxAgeMs`. Throws GraphCallError. */
  async list(account: TemplateAccount, maxAgeMs: number): Promise<MetaTemplate[]> {
    if (!(await this.repository.isFresh(account.wabaId, maxAgeMs))) await this.syncAll(account);
    return (await this.repository.findAll(account.wabaId)).map(toTemplate);
  }

  /**
   * One template; asks the platform when it is not known or older than `maxAgeMs`. When the platform can't be asked,
   * the last known state is better than none; without one throws GraphCallError.
   */
  async find(
    account: TemplateAccount,
    wanted: TemplateKey,
    maxAgeMs = DEFAULT_MAX_AGE_MS,
  ): Promise<MetaTemplate | undefined> {
    const known = await this.repository.findRow(account.wabaId, wanted);
    if (known && Date.now() - timeOf(known.syncedAt) < maxAgeMs) return toTemplate(known);
    try {
      const found = await this.read(account, { name: wanted.name });
      const sameName = found.filter(({ name }) => name === wanted.name);
      await this.repository.replace(account.wabaId, wanted.name, sameName);
    } catch (error) {
      if (!known) throw error;
      this.logger.warn(
        { err: error, template: wanted.name },
        'template not refreshed; its last state counts',
      );
      return toTemplate(known);
    }
    const row = await this.repository.findRow(account.wabaId, wanted);
    return row ? toTemplate(row) : undefined;
  }

  private async read(account: TemplateAccount, filter: { name?: string }): Promise<ReadTemplate[]> {
    const syncedAt = new Date();
    const rows = new Map<string, ReadTemplate>();
    let after: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const answer = await this.graph.get<TemplatePage>(`${account.wabaId}/message_templates`, {
        token: account.token,
        query: { fields: FIELDS, limit: PAGE_LIMIT, name: filter.name, after },
      });
      for (const node of answer.data ?? []) {
        const row = toRow(account.wabaId, node, syncedAt);
        if (row) rows.set(`${row.name} ${row.language}`, row);
      }
      after = answer.paging?.next ? answer.paging.cursors?.after : undefined;
      if (!after) break;
    }
    // The same order in every process, so that two of them never wait for each other's rows.
    return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }
}

function toRow(wabaId: string, node: MetaTemplateNode, syncedAt: Date): ReadTemplate | undefined {
  const { id, name, language, components, quality_score: quality, rejected_reason: reason } = node;
  if (typeof name !== 'string' || typeof language !== 'string') return undefined;
  return {
    wabaId,
    name,
    language,
    metaId: typeof id === 'string' || typeof id === 'number' ? String(id) : '',
    category: toCategory(node.category),
    status: typeof node.status === 'string' ? node.status : 'UNKNOWN',
    statusReason: typeof reason === 'string' && reason !== 'NONE' && reason !== '' ? reason : null,
    parameterFormat: node.parameter_format === 'NAMED' ? 'NAMED' : 'POSITIONAL',
    components: Array.isArray(components) ? components : [],
    quality: typeof quality?.score === 'string' ? quality.score : 'UNKNOWN',
    syncedAt,
  };
}

/** A category of the platform; one that is new to us is the one with the strictest rules. */
export function toCategory(category: unknown): MetaTemplate['category'] {
  return category === 'UTILITY' || category === 'AUTHENTICATION' ? category : 'MARKETING';
}

function toTemplate(row: MetaTemplateRow): MetaTemplate {
  const { name, language, category, quality, parameterFormat, components } = row;
  const isHeld = row.heldUntil !== null && timeOf(row.heldUntil) > Date.now();
  return {
    name,
    language,
    category,
    status: isHeld && row.status === 'APPROVED' ? 'PAUSED' : row.status,
    statusReason: (isHeld ? row.heldReason : row.statusReason) ?? undefined,
    quality,
    parameterFormat,
    components,
  };
}

// Infinite moments come from PostgreSQL as numbers.
const timeOf = (moment: Date | number): number => Number(moment);
