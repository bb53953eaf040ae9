import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ApiError } from '../../platform/errors/api-error.js';
import { AuditTrail, type DivisionScope } from '../access/index.js';
import { CampaignLifecycle } from '../campaigns/index.js';
import { type EventEntity, EventLog } from '../event-log/index.js';
import { type RetryCounts, RetriesRepository } from './runs/retries.repository.js';
import { Doorbell } from './doorbell.js';
import { RunsRepository } from './runs/runs.repository.js';

const RECYCLE_EVERY_MS = 5_000;

@Injectable()
export class RecycleService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignLifecycle,
    private readonly runs: RunsRepository,
    private readonly doorbell: Doorbell,
    private readonly audit: AuditTrail,
    private readonly retries: RetriesRepository,
    private readonly eventLog: EventLog,
  ) {}

  /** How many people a retry and a recycling would message. Throws 404. */
  async preview(scope: DivisionScope, campaignId: string): Promise<RetryCounts & { recyclable: number }> {
    const campaign = await this.campaigns.get(scope, campaignId);
    const counts = await this.retries.count(campaignId);
    return { ...counts, recyclable: await this.runs.countContacts(campaign) };
  }

  /** Queues those of the newest run again whom the provider refused or throttled; answers how many. Throws 404. */
  async retry(scope: DivisionScope, campaignId: string): Promise<number> {
    const { id, name, status } = await this.campaigns.get(scope, campaignId);
    return this.uow.run(async () => {
      const requeued = await this.retries.requeue(id);
      await this.audit.record({ action: 'Retry', entity: 'outbound:whatsAppCampaign', id, name });
      if (requeued > 0 && status === 'on') await this.uow.afterCommit(() => this.doorbell.ring(id));
      return requeued;
    });
  }

  /**
   * Ends the newest run. A running campaign goes on with the first contact at once, any other with its next start.
   * `by` is what did it by itself, if nobody asked. Throws 404, or 400 `recycle.too.soon` within five seconds of the last time (Genesys Cloud API, run behaviour).
   */
  async recycle(scope: DivisionScope, campaignId: string, by?: EventEntity): Promise<void> {
    const campaign = await this.campaigns.get(scope, campaignId);
    await this.uow.run(async () => {
      await this.runs.lockActive(campaignId);
      const last = await this.runs.lastRecycledAt(campaignId);
      if (last && Date.now() - last.getTime() < RECYCLE_EVERY_MS) {
        throw new ApiError(
          'invalid',
          'recycle.too.soon',
          'A campaign can be recycled once in {seconds} seconds.',
          {
            params: { seconds: RECYCLE_EVERY_MS / 1000 },
            entityId: campaignId,
            entityName: campaign.name,
          },
        );
      }
      const recycled = await this.runs.recycle(campaignId);
      const { id, name } = campaign;
      await this.audit.record({ action: 'Recycle', entity: 'outbound:whatsAppCampaign', id, name });
      await this.eventLog.record({
        code: 'RECYCLE_CAMPAIGN',
        message: 'The campaign "{campaign}" was recycled: its next message goes to the first contact again.',
        params: { campaign: name },
        entity: { kind: 'messagingCampaign', id, name },
        related: by,
      });
      if (recycled && campaign.status === 'on')
        await this.uow.afterCommit(() => this.doorbell.ring(campaignId));
    });
  }
}
