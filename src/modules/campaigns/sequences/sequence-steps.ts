import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { EventLog } from '../../event-log/index.js';
import type { CampaignStatus } from '../campaign-status.js';

/** A sequence whose current campaign is to be started. */
export interface DueSequence {
  id: string;
  name: string;
  version: number;
  campaignId: string;
}

/** A sequence that was switched on or off. */
export interface SwitchedSequence {
  id: string;
  name: string;
  /** Of one that was switched off, the campaign that it had started. */
  runningCampaignId?: string | null;
}

/** Sequences that wait for the campaign $1. */
const WAIT_FOR = `status = 'on' AND start_at IS NULL AND campaign_ids[current_campaign + 1] = $1`;

const ADVANCE = `
  UPDATE campaign_sequences
     SET current_campaign = CASE WHEN current_campaign + 1 < cardinality(campaign_ids) THEN current_campaign + 1
                                 WHEN repeat THEN 0 ELSE current_campaign END,
         status = CASE WHEN repeat OR current_campaign + 1 < cardinality(campaign_ids) THEN 'on' ELSE 'complete' END,
         start_at = CASE WHEN repeat OR current_campaign + 1 < cardinality(campaign_ids) THEN clock_timestamp() END,
         version = version + 1, updated_at = now()
   WHERE ${WAIT_FOR}`;

const GO_OFF = `
  UPDATE campaign_sequences
     SET status = 'off', start_at = NULL, stop_message = $2, version = version + 1, updated_at = now()
   WHERE ${WAIT_FOR}
  RETURNING id, name`;

// A sequence that is complete begins anew, any other goes on with its current campaign.
const SWITCH_ON = `
  UPDATE campaign_sequences
     SET status = 'on', start_at = clock_timestamp(), stop_message = NULL,
         current_campaign = CASE status WHEN 'complete' THEN 0 ELSE current_campaign END,
         version = version + 1, updated_at = now()
   WHERE id = $1 AND status <> 'on'
  RETURNING id, name`;

const SWITCH_OFF = `
  UPDATE campaign_sequences s SET status = 'off', start_at = NULL, version = s.version + 1, updated_at = now()
    FROM (SELECT id, start_at FROM campaign_sequences WHERE id = $1 FOR UPDATE) was
   WHERE s.id = was.id AND s.status = 'on'
  RETURNING s.id, s.name,
            CASE WHEN was.start_at IS NULL THEN s.campaign_ids[s.current_campaign + 1] END AS "runningCampaignId"`;

const DUE = `
  SELECT id, name, version, campaign_ids[current_campaign + 1] AS "campaignId"
    FROM campaign_sequences WHERE start_at <= clock_timestamp() ORDER BY start_at LIMIT 100`;

/** How sequences go on: with each end of a campaign, in the transaction that ends it. */
@Injectable()
export class SequenceSteps {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly eventLog: EventLog,
  ) {}

  /** A campaign moved to the status: what waits for it takes its next step, or goes off when somebody stopped it. */
  async follow(campaignId: string, status: CampaignStatus): Promise<void> {
    if (status === 'complete') await this.uow.manager.query(ADVANCE, [campaignId]);
    if (status === 'off' || status === 'forced_off') await this.goOff(campaignId);
  }

  /** Undefined when it is on already, or gone. */
  async switchOn(id: string): Promise<SwitchedSequence | undefined> {
    const [[sequence]] = await this.uow.manager.query<[SwitchedSequence[], number]>(SWITCH_ON, [id]);
    return sequence;
  }

  /** Undefined when it is not on. Its running campaign is left to the caller. */
  async switchOff(id: string): Promise<SwitchedSequence | undefined> {
    const [[sequence]] = await this.uow.manager.query<[SwitchedSequence[], number]>(SWITCH_OFF, [id]);
    return sequence;
  }

  due(): Promise<DueSequence[]> {
    return this.uow.manager.query<DueSequence[]>(DUE);
  }

  /** Within the transaction that starts the campaign; false when another one did it, or the sequence changed. */
  async claim({ id, version }: DueSequence): Promise<boolean> {
    const [, count] = await this.uow.manager.query<[unknown, number]>(
      `UPDATE campaign_sequences SET start_at = NULL
        WHERE id = $1 AND version = $2 AND start_at IS NOT NULL`,
      [id, version],
    );
    return count === 1;
  }

  /** Switches a sequence off whose campaign can't be started; within the transaction of the claim. */
  async giveUp({ id, version }: DueSequence, stopMessage: string): Promise<void> {
    await this.uow.manager.query(
      `UPDATE campaign_sequences
          SET status = 'off', stop_message = $3, version = version + 1, updated_at = now()
        WHERE id = $1 AND version = $2`,
      [id, version, stopMessage],
    );
  }

  async postpone({ id, version }: DueSequence, byMs: number): Promise<void> {
    await this.uow.manager.query(
      `UPDATE campaign_sequences SET start_at = clock_timestamp() + $3 * interval '1 millisecond'
        WHERE id = $1 AND version = $2 AND start_at IS NOT NULL`,
      [id, version, byMs],
    );
  }

  private async goOff(campaignId: string): Promise<void> {
    const message = 'Its current campaign was switched off before it was complete.';
    const [stopped] = await this.uow.manager.query<[{ id: string; name: string }[], number]>(GO_OFF, [
      campaignId,
      message,
    ]);
    for (const { id, name } of stopped) {
      await this.eventLog.record({
        code: 'CAMPAIGN_STOPPED',
        level: 'WARNING',
        message: 'The sequence "{sequence}" stopped, because its current campaign was switched off.',
        params: { sequence: name },
        entity: { kind: 'sequence', id, name },
        related: { kind: 'messagingCampaign', id: campaignId },
      });
    }
  }
}
