import { Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import { mapPage, type Page, type PageRequest } from '../../../kernel/page.js';
import type { Reason } from '../../../kernel/reason.js';
import { onConstraint } from '../../../platform/database/database-errors.js';
import type { NamedFilter } from '../../../platform/database/named-page.js';
import type { Narrowing } from '../../../platform/database/named-table.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { AuditTrail, type Caller, type DivisionScope, isInScope, NamedObjects } from '../../access/index.js';
import { CampaignSwitch } from '../campaign-switch.service.js';
import { CampaignsRepository } from '../campaigns.repository.js';
import { CampaignSequence, CampaignSequenceCampaign } from './campaign-sequence.entity.js';
import { type SequenceDto, type SequenceView, toSequenceView } from './sequence.dto.js';
import {
  explainSequence,
  firstCampaign,
  type SequenceDefinition,
  type SequenceStep,
  sequenceStep,
} from './sequence-rules.js';

const MAX_SEQUENCES = 1_000;

type Content = SequenceDefinition & Pick<CampaignSequence, 'name' | 'startAt' | 'stopMessage'>;

/** Sequences of campaigns (Genesys Cloud API, sequences). */
@Injectable()
export class SequencesService {
  private readonly sequences: NamedObjects<CampaignSequence>;

  constructor(
    private readonly uow: UnitOfWork,
    audit: AuditTrail,
    private readonly campaigns: CampaignsRepository,
    private readonly power: CampaignSwitch,
  ) {
    this.sequences = new NamedObjects(
      {
        entity: CampaignSequence,
        table: 'campaign_sequences',
        noun: 'sequence',
        notFoundCode: 'campaign.sequence.not.found',
        auditedAs: 'outbound:campaignSequence',
        max: MAX_SEQUENCES,
      },
      uow,
      audit,
    );
  }

  async list(scope: DivisionScope, filter: NamedFilter, page: PageRequest): Promise<Page<SequenceView>> {
    const found = await this.sequences.list(filter, page, within(scope));
    const names = await this.campaignNames(found.entities);
    return mapPage(found, (sequence) => toSequenceView(sequence, names));
  }

  /** Throws 404. */
  async get(scope: DivisionScope, id: string): Promise<SequenceView> {
    return this.view(await this.sequences.get(id, within(scope)));
  }

  /** Throws 400 with everything that is wrong with the sequence. */
  async create(caller: Caller, dto: SequenceDto): Promise<SequenceView> {
    const scopes = scopesOf(caller, 'add');
    const { content, reasons } = await this.read(scopes, dto);
    return this.uow.run(async () => {
      const created = await this.sequences.create(content, reasons);
      await this.link(created);
      return this.view(created);
    });
  }

  /**
   * Replaces a sequence, and switches it on or off; its running campaign goes off with it. While it stays on, its
   * campaigns stay as they are. Throws 404, 409 for a version that is not the newest, 409
   * `invalid.update.sequence.active`, 400 with everything that is wrong with the sequence.
   */
  async update(caller: Caller, id: string, dto: SequenceDto): Promise<SequenceView> {
    const scopes = scopesOf(caller, 'edit');
    const stored = await this.sequences.get(id, within(scopes[0]!));
    const { content, reasons, step } = await this.read(scopes, dto, stored);
    if (stored.status === 'on' && step === 'none') keepCampaigns(stored, content);
    return this.uow.run(async () => {
      // Whoever starts a campaign for a sequence holds this lock, so the row tells what was started.
      await this.campaigns.lock();
      const before = await this.sequences.get(id);
      const startAt = step === 'none' ? before.startAt : content.startAt;
      const running =
        step === 'stop' && !before.startAt ? before.campaignIds[before.currentCampaign] : undefined;
      if (running) await this.campaigns.holdStatus(running);
      const updated = await this.sequences.update(before, dto.version, { ...content, startAt }, reasons);
      await this.link(updated);
      const [campaign] = running ? await this.campaigns.find([running]) : [];
      if (campaign) await this.power.turnOff(campaign);
      return this.view(updated);
    });
  }

  /** Throws 404, 400 `campaign.sequence.in.use` while it is on. */
  async delete(scope: DivisionScope, id: string): Promise<void> {
    await this.uow.run(async () => {
      await this.campaigns.lock();
      const stored = await this.sequences.get(id, within(scope));
      if (stored.status === 'on') throw isOn(stored);
      await this.sequences.delete(stored);
    });
  }

  private async read(
    scopes: DivisionScope[],
    dto: SequenceDto,
    stored?: CampaignSequence,
  ): Promise<{ content: Content; reasons: Reason[]; step: SequenceStep }> {
    const status = dto.status ?? stored?.status ?? 'off';
    const step = sequenceStep(stored?.status ?? 'off', status);
    const definition: SequenceDefinition = {
      campaignIds: (dto.campaigns ?? []).map(({ id }) => id.toLowerCase()),
      currentCampaign: firstCampaign(stored, dto.currentCampaign, step),
      status,
      repeat: dto.repeat ?? false,
    };
    const campaigns = await this.campaigns.find([...new Set(definition.campaignIds)]);
    const usable = campaigns.filter(
      ({ id, divisionId }) =>
        stored?.campaignIds.includes(id) || scopes.every((scope) => isInScope(scope, divisionId)),
    );
    const reasons = explainSequence(definition, usable);
    if (step === 'refused') reasons.push(notForClients());
    const startAt = step === 'start' ? new Date() : null;
    const stopMessage = step === 'start' ? null : (stored?.stopMessage ?? null);
    return { content: { name: (dto.name ?? '').trim(), ...definition, startAt, stopMessage }, reasons, step };
  }

  private async link({ id: sequenceId, campaignIds }: CampaignSequence): Promise<void> {
    await this.uow.manager.delete(CampaignSequenceCampaign, { sequenceId });
    const links = [...new Set(campaignIds)].map((campaignId) => ({ sequenceId, campaignId }));
    await this.uow.manager.insert(CampaignSequenceCampaign, links);
  }

  private async view(sequence: CampaignSequence): Promise<SequenceView> {
    return toSequenceView(sequence, await this.campaignNames([sequence]));
  }

  private async campaignNames(sequences: CampaignSequence[]): Promise<Map<string, string>> {
    const ids = [...new Set(sequences.flatMap(({ campaignIds }) => campaignIds))];
    return new Map((await this.campaigns.findOutlines(ids)).map(({ id, name }) => [id, name]));
  }
}

// A sequence starts and stops campaigns for its author, who must see them.
function scopesOf(caller: Caller, action: 'add' | 'edit'): DivisionScope[] {
  return [
    caller.scope(`outbound:campaignSequence:${action}`),
    caller.scope('outbound:whatsAppCampaign:view'),
  ];
}

function within(scope: DivisionScope): Narrowing<CampaignSequence> {
  return (query) =>
    scope.kind === 'all'
      ? query
      : query.andWhere(
          `NOT EXISTS (SELECT FROM campaign_sequence_campaigns used
             JOIN messaging_campaigns campaign ON campaign.id = used.campaign_id
            WHERE used.sequence_id = object.id AND campaign.division_id <> ALL(:scopeDivisionIds))`,
          { scopeDivisionIds: scope.ids },
        );
}

function keepCampaigns({ campaignIds, currentCampaign, name, id }: CampaignSequence, content: Content): void {
  const isKept = isDeepStrictEqual(campaignIds, content.campaignIds);
  if (isKept && currentCampaign === content.currentCampaign) return;
  throw new ApiError(
    'conflict',
    'invalid.update.sequence.active',
    'The sequence "{name}" is on; switch it off before you change its campaigns or the current one.',
    { params: { name }, entityId: id, entityName: name },
  );
}

function isOn({ id, name }: CampaignSequence): ApiError {
  const message = 'The sequence "{name}" is on; switch it off before you delete it.';
  const options = { params: { name }, entityId: id, entityName: name };
  return new ApiError('invalid', 'campaign.sequence.in.use', message, options);
}

function notForClients(): Reason {
  const message = 'A sequence is complete when its last campaign is; it can be switched on and off only.';
  return { code: 'invalid.update.bad.status.transition', field: 'status', message };
}

onConstraint(
  'campaign_sequence_campaigns_campaign_fk',
  () =>
    new ApiError(
      'invalid',
      'referential.integrity.error',
      'The campaign is part of a sequence; take it out of the sequence or delete the sequence first.',
    ),
);
