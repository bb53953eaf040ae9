import { Injectable } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { ApiError } from '../../../platform/errors/api-error.js';
import { type DivisionScope, isInScope } from '../../access/index.js';
import { CampaignLifecycle, type CampaignOutline } from '../../campaigns/index.js';
import { DispatchProgress, type RunProgress } from '../../dispatch/index.js';
import { type CampaignProgressView, toCampaignProgress } from './campaign-progress.js';

const MAX_IDS = 100;
/** Counts of a running campaign are not read again within this time. */
const RECENT_MS = 500;
const MAX_RECENT = 1_000;

/** How far campaigns are. */
@Injectable()
export class ProgressService {
  private readonly recent = new Map<string, { readAt: number; run: RunProgress }>();

  constructor(
    private readonly campaigns: CampaignLifecycle,
    private readonly dispatch: DispatchProgress,
  ) {}

  /** Throws 404 when the campaign is not in the scope. */
  async of(scope: DivisionScope, campaignId: string): Promise<CampaignProgressView> {
    const [progress] = await this.withProgress([await this.campaigns.getOutline(scope, campaignId)]);
    if (!progress) throw new Error('A campaign always has a progress');
    return progress;
  }

  /**
   * Those of the campaigns in the scope, in the order of the ids.
   * @param body an array of campaign ids; anything else is refused with 400
   */
  async ofMany(scope: DivisionScope, body: unknown): Promise<CampaignProgressView[]> {
    const ids = readIds(body);
    const found = ids.length > 0 ? await this.campaigns.findOutlines(ids) : [];
    const visible = new Map(
      found
        .filter(({ divisionId }) => isInScope(scope, divisionId))
        .map((campaign) => [campaign.id, campaign]),
    );
    return this.withProgress(ids.flatMap((id) => visible.get(id) ?? []));
  }

  /** The campaigns with these ids, and in which division each is; those that don't exist are left out. */
  async find(ids: readonly string[]): Promise<{ divisionId: string; progress: CampaignProgressView }[]> {
    const campaigns = await this.campaigns.findOutlines(ids);
    const divisions = new Map(campaigns.map(({ id, divisionId }) => [id, divisionId]));
    const found = await this.withProgress(campaigns);
    return found.map((progress) => ({ divisionId: divisions.get(progress.campaign.id)!, progress }));
  }

  private async withProgress(campaigns: CampaignOutline[]): Promise<CampaignProgressView[]> {
    if (campaigns.length === 0) return [];
    const runs = await this.runsOf(campaigns);
    return campaigns.flatMap((campaign) => {
      const run = runs.get(campaign.id);
      return run ? [toCampaignProgress(campaign, run)] : [];
    });
  }

  // Many may look at running campaigns many times a second. Whoever sees that one is done sees its last counts.
  private async runsOf(campaigns: CampaignOutline[]): Promise<Map<string, RunProgress>> {
    const now = performance.now();
    const known = new Map<string, RunProgress>();
    const toRead: CampaignOutline[] = [];
    for (const campaign of campaigns) {
      const recent = campaign.status === 'on' ? this.recent.get(campaign.id) : undefined;
      if (recent && now - recent.readAt < RECENT_MS) known.set(campaign.id, recent.run);
      else toRead.push(campaign);
    }
    if (toRead.length === 0) return known;
    const read = await this.dispatch.of(toRead.map(({ id }) => id));
    if (this.recent.size > MAX_RECENT) this.recent.clear();
    for (const [id, run] of read) {
      this.recent.set(id, { readAt: now, run });
      known.set(id, run);
    }
    return known;
  }
}

function readIds(body: unknown): string[] {
  const isList = Array.isArray(body) && body.every((id) => typeof id === 'string' && isUUID(id, 'loose'));
  if (!isList || body.length > MAX_IDS) {
    throw new ApiError('invalid', 'invalid.value', 'The body must be an array of up to {max} campaign ids.', {
      params: { max: MAX_IDS },
    });
  }
  return [...new Set((body as string[]).map((id) => id.toLowerCase()))];
}
