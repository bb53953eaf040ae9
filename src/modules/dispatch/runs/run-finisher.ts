import { Injectable } from '@nestjs/common';
import type { Reason } from '../../../kernel/reason.js';
import { Logger } from '../../../platform/logging/logger.js';
import { CampaignLifecycle, type DispatchCampaign } from '../../campaigns/index.js';
import { CallableTimesGate } from '../callable-times/callable-times.gate.js';
import { MessagesRepository } from '../sending/messages.repository.js';
import { type Run, RunsRepository } from './runs.repository.js';

/** How far back new contacts are looked for while the list still grows: transactions commit out of order. */
const LATE_COMMIT_WINDOW = 100_000n;

/** Decides when a run is over, asleep or stopped. */
@Injectable()
export class RunFinisher {
  constructor(
    private readonly runs: RunsRepository,
    private readonly messages: MessagesRepository,
    private readonly campaigns: CampaignLifecycle,
    private readonly callableTimes: CallableTimesGate,
    private readonly logger: Logger,
  ) {}

  /**
   * Nothing could be claimed. New contacts are queued; deferred messages and calls in the air are waited for; after
   * those an always-running campaign sleeps and any other is complete.
   */
  async whenQueueIsEmpty(
    run: Run,
    campaign: DispatchCampaign,
    pollMs: number,
  ): Promise<{ nextInMs?: number }> {
    if ((await this.runs.queueContacts(run, campaign, run.lastContactSeq)) > 0) return { nextInMs: 0 };
    const pending = await this.messages.pending(run.id);
    if (pending.queued > 0) return { nextInMs: pending.nextDueInMs ?? 0 };
    if (pending.inFlight > 0) return { nextInMs: pollMs };
    if (await this.callableTimes.waitsForOpening(run.id, campaign.id)) return {};
    if (campaign.alwaysRunning) return this.sleep(run, campaign);
    // Once more over the whole list before the run ends for good.
    if ((await this.runs.queueContacts(run, campaign, '0')) > 0) return { nextInMs: 0 };
    await this.runs.complete(run.id);
    await this.campaigns.markComplete(campaign.id);
    this.logger.info({ campaignId: campaign.id, runId: run.id }, 'campaign run complete');
    return {};
  }

  // Further back only now: it costs a look at each of many numbers, which a poll must not.
  private async sleep(run: Run, campaign: DispatchCampaign): Promise<{ nextInMs?: number }> {
    await this.runs.settleLateContacts(run.id);
    return (await this.runs.queueContacts(run, campaign, recentSeq(run))) > 0 ? { nextInMs: 0 } : {};
  }

  /** The campaign is not on: calls in the air are waited for, then a stopping campaign is off. */
  async windDown(
    campaignId: string,
    run: Run | undefined,
    campaign: DispatchCampaign | undefined,
  ): Promise<{ generation: number; nextInMs?: number } | undefined> {
    // What is queued will never be sent: no run that is complete.
    if (run && !campaign) await this.runs.recycle(campaignId);
    if (run && campaign) {
      await this.messages.recoverExpired(run.id);
      const generation = run.tickGeneration;
      if (campaign.status === 'stopping' && (await this.messages.pending(run.id)).inFlight > 0) {
        await this.runs.expectTick(run.id, WIND_DOWN_POLL_MS);
        return { generation, nextInMs: WIND_DOWN_POLL_MS };
      }
      await this.runs.expectTick(run.id, null);
    }
    if (campaign?.status === 'stopping') await this.campaigns.markStopped(campaignId);
    return undefined;
  }

  /** The campaign can't go on until somebody mends its integration or template; what is queued stays queued. */
  async invalidate(campaignId: string, reasons: readonly Reason[]): Promise<void> {
    const errors = reasons.map(({ code, message }) => ({ error: code, details: message }));
    if (await this.campaigns.markInvalid(campaignId, errors)) {
      this.logger.warn({ campaignId, errors: errors.map(({ error }) => error) }, 'campaign became invalid');
    }
  }
}

const WIND_DOWN_POLL_MS = 100;

function recentSeq(run: Run): string {
  const from = BigInt(run.lastContactSeq) - LATE_COMMIT_WINDOW;
  return (from > 0n ? from : 0n).toString();
}
