import { Injectable } from '@nestjs/common';
import { Logger } from '../../../platform/logging/logger.js';
import { type Automation, AutomaticSwitch, isPassing } from '../automatic-switch.service.js';
import { type DueSequence, SequenceSteps } from './sequence-steps.js';

const RETRY_MS = 1_000;
const RETRY_FAILURE_MS = 30_000;

/** Starts the campaigns whose turn it is, each exactly once: the start is claimed in the transaction that does it. */
@Injectable()
export class SequenceRunner {
  constructor(
    private readonly steps: SequenceSteps,
    private readonly power: AutomaticSwitch,
    private readonly logger: Logger,
  ) {}

  /** Tries every start that is due; what can't be done now is tried again later. */
  async run(): Promise<void> {
    for (const due of await this.steps.due()) {
      try {
        const { outcome } = await this.power.start(due.campaignId, this.automation(due));
        if (outcome === 'busy') await this.steps.postpone(due, RETRY_MS);
      } catch (error) {
        const { id: sequenceId, campaignId } = due;
        this.logger.warn({ err: error, sequenceId, campaignId }, 'a sequence could not go on; trying again');
        await this.steps.postpone(due, isPassing(error) ? RETRY_MS : RETRY_FAILURE_MS);
      }
    }
  }

  private automation(due: DueSequence): Automation {
    const { id, name } = due;
    return {
      label: `the sequence "${name}"`,
      entity: { kind: 'sequence', id, name },
      refusedCode: 'CAMPAIGN_START_ERROR',
      claim: () => this.steps.claim(due),
      refused: (campaign, reasons) => {
        const why = reasons.map(({ message }) => message).join(' ');
        return this.steps.giveUp(due, `The campaign "${campaign}" could not be started: ${why}`);
      },
    };
  }
}
