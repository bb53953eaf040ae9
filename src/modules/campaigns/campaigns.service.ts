import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../kernel/page.js';
import { wrongVersion } from '../../platform/database/optimistic-lock.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventBus } from '../../platform/events/event-bus.js';
import {
  AuditTrail,
  type Caller,
  type DivisionScope,
  DivisionsService,
  EVERYWHERE,
} from '../access/index.js';
import {
  type Campaign,
  type CampaignDefinition,
  changedParts,
  isChangeableWhileRunning,
  WIRE_FIELDS,
} from './campaign-definition.js';
import { MAX_CAMPAIGNS } from './campaign-limits.js';
import { isRunning, type StatusStep, stepTowards } from './campaign-status.js';
import { CampaignSwitch } from './campaign-switch.service.js';
import { CampaignValidator, listScopesOf } from './campaign-validator.service.js';
import { type CampaignDto, type CampaignUpdateDto, toDefinition } from './campaign.dto.js';
import {
  campaignInUse,
  campaignNotFound,
  campaignRefused,
  fieldsFrozen,
  tooManyCampaigns,
} from './campaign.errors.js';
import { CampaignChanged, CampaignDeleted, CampaignEdited } from './campaigns.events.js';
import { type CampaignFilter, type CampaignOrder, CampaignsRepository } from './campaigns.repository.js';

/** Campaigns as their owners define them. */
@Injectable()
export class CampaignsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignsRepository,
    private readonly validator: CampaignValidator,
    private readonly power: CampaignSwitch,
    private readonly divisions: DivisionsService,
    private readonly events: EventBus,
    private readonly audit: AuditTrail,
  ) {}

  /** One campaign within the scope. Throws 404. */
  async get(scope: DivisionScope, id: string): Promise<Campaign> {
    const campaign = await this.campaigns.findOne(scope, id);
    if (!campaign) throw campaignNotFound(id);
    return campaign;
  }

  list(
    scope: DivisionScope,
    filter: CampaignFilter,
    shown: { page: PageRequest; order: CampaignOrder },
  ): Promise<Page<Campaign>> {
    return this.campaigns.findPage(scope, filter, shown);
  }

  /**
   * Creates a campaign, and starts it when it is asked to be on.
   * Throws 403 for the division, 400 with all reasons, 400 `max.entity.count.reached`.
   */
  async create(caller: Caller, dto: CampaignDto): Promise<Campaign> {
    const division = await this.divisions.resolve(caller, 'outbound:whatsAppCampaign:add', dto.division?.id);
    const step = stepTowards('off', dto.campaignStatus ?? 'off');
    const definition = toDefinition(dto, division.id);
    const reasons = await this.validator.explain(definition, { scopes: listScopesOf(caller) });
    if (reasons.length > 0) throw campaignRefused(reasons);
    return this.uow.run(async () => {
      await this.campaigns.lock();
      if ((await this.campaigns.count()) >= MAX_CAMPAIGNS) throw tooManyCampaigns();
      const id = await this.campaigns.insert(definition);
      const created = await this.get(EVERYWHERE, id);
      await this.audited('Create', undefined, created);
      await this.power.take(step, caller.scope('outbound:whatsAppCampaign:view'), created);
      return this.get(EVERYWHERE, id);
    });
  }

  /**
   * Replaces the definition, and starts or stops the campaign when another status is asked for.
   * Throws 404, 409 `invalid.update.wrong.version`, 409 `invalid.update.campaign.active` for parts that can't change
   * while it runs, 403 for the new division, 400 with all reasons.
   */
  async update(caller: Caller, id: string, dto: CampaignUpdateDto): Promise<Campaign> {
    const stored = await this.get(caller.scope('outbound:whatsAppCampaign:edit'), id);
    if (dto.version !== stored.version) throw wrongVersion(stored, dto.version);
    const step = stepTowards(stored.status, dto.campaignStatus ?? stored.status);
    const definition = toDefinition(dto, await this.divisionAfter(caller, stored, dto.division?.id));
    await this.check(caller, { stored, definition, step });
    return this.uow.run(async () => {
      await this.campaigns.lock();
      if (!(await this.campaigns.update(id, dto.version, definition))) {
        throw wrongVersion(await this.get(EVERYWHERE, id), dto.version);
      }
      const updated = await this.get(EVERYWHERE, id);
      await this.audited('Update', stored, updated);
      await this.power.take(step, caller.scope('outbound:whatsAppCampaign:view'), updated);
      const isWatched = isRunning(stored.status) || stored.status === 'invalid';
      const takesEffect = isWatched && changedParts(stored, definition).length > 0;
      if (takesEffect) await this.events.publish(new CampaignChanged(id));
      await this.events.publish(new CampaignEdited(id));
      return this.get(EVERYWHERE, id);
    });
  }

  /** Deletes a campaign and answers it as it was. Throws 404, 400 `campaign.in.use` while it runs. */
  async delete(caller: Caller, id: string): Promise<Campaign> {
    const campaign = await this.get(caller.scope('outbound:whatsAppCampaign:delete'), id);
    await this.uow.run(async () => {
      if (!(await this.campaigns.deleteIdle(id))) {
        throw campaignInUse((await this.get(EVERYWHERE, id)).name);
      }
      await this.audited('Delete', campaign, undefined);
      await this.events.publish(new CampaignDeleted(id));
    });
    return campaign;
  }

  private async audited(action: string, before?: Campaign, after?: Campaign): Promise<void> {
    const { id, name } = (after ?? before)!;
    await this.audit.record({ action, entity: 'outbound:whatsAppCampaign', id, name, before, after });
  }

  // A campaign stays in its division unless another one is named.
  private async divisionAfter(caller: Caller, stored: Campaign, asked: string | undefined): Promise<string> {
    if (asked === undefined || asked === stored.divisionId) return stored.divisionId;
    return (await this.divisions.resolve(caller, 'outbound:whatsAppCampaign:edit', asked)).id;
  }

  // What a running campaign already has is not judged again: nobody could mend it without stopping, and stopping by
  // an update must always work.
  private async check(caller: Caller, change: CampaignChange): Promise<void> {
    const { stored, definition, step } = change;
    const changed = changedParts(stored, definition);
    const running = isRunning(stored.status);
    const frozen = running ? changed.filter((part) => !isChangeableWhileRunning(part)) : [];
    if (frozen.length > 0) throw fieldsFrozen(frozen.map((part) => WIRE_FIELDS[part]));
    if (running && changed.length === 0) return;
    const metaMaxAgeMs = step === 'start' ? 0 : undefined;
    const parts = running ? changed : undefined;
    const context = { scopes: listScopesOf(caller), stored, parts, metaMaxAgeMs };
    const reasons = await this.validator.explain(definition, context);
    if (reasons.length > 0) throw campaignRefused(reasons);
  }
}

interface CampaignChange {
  stored: Campaign;
  definition: CampaignDefinition;
  step: StatusStep;
}
