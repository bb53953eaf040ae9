import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { Logger } from '../../../platform/logging/logger.js';
import { EVERYWHERE } from '../../access/index.js';
import {
  AutomaticChange,
  type Automation,
  AutomaticSwitch,
  CampaignRuleStates,
  type DueAction,
  isPassing,
} from '../../campaigns/index.js';
import { EventLog } from '../../event-log/index.js';
import { RecycleService } from '../recycle.service.js';

const RETRY_MS = 1_000;
const RETRY_FAILURE_MS = 30_000;

/** Does what rules that fired owe, each action exactly once: its row goes in the transaction that does it. */
@Injectable()
export class CampaignRuleActions {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly states: CampaignRuleStates,
    private readonly power: AutomaticSwitch,
    private readonly changes: AutomaticChange,
    private readonly recycling: RecycleService,
    private readonly eventLog: EventLog,
    private readonly logger: Logger,
  ) {}

  /** Tries everything that is due; what can't be done now is tried again later. */
  async run(): Promise<void> {
    for (const due of await this.states.due()) {
      try {
        await this.perform(due);
      } catch (error) {
        await this.failed(due, error);
      }
    }
  }

  private async perform(due: DueAction): Promise<void> {
    const { action, campaignId } = due;
    const automation = this.automation(due);
    switch (action.type) {
      case 'turnOnCampaign': {
        const { outcome } = await this.power.start(campaignId, automation);
        if (outcome === 'busy') await this.states.postpone(due.id, RETRY_MS);
        // Nobody claims for a campaign that is gone.
        if (outcome === 'gone') await this.states.claim(due.id);
        return;
      }
      case 'turnOffCampaign':
        await this.power.stop(campaignId, automation);
        return;
      case 'recycleCampaign':
        return this.recycle(due);
      case 'setCampaignMessagesPerMinute':
        return this.changes.apply(campaignId, { messagesPerMinute: action.messagesPerMinute! }, automation);
      case 'changeCampaignTemplate':
        return this.changes.apply(campaignId, { contentTemplateId: action.contentTemplateId! }, automation);
    }
  }

  private async recycle(due: DueAction): Promise<void> {
    await this.uow.run(async () => {
      if (!(await this.states.claim(due.id))) return;
      await this.recycling.recycle(EVERYWHERE, due.campaignId, ruleOf(due));
    });
  }

  private async failed(due: DueAction, error: unknown): Promise<void> {
    const { id: actionId, action, campaignId } = due;
    const isSoon = error instanceof ApiError && error.code === 'recycle.too.soon';
    if (error instanceof ApiError && !isPassing(error) && !isSoon) {
      await this.uow.run(async () => {
        if (!(await this.states.claim(actionId))) return;
        await this.eventLog.record({
          code: 'CAMPAIGN_RULE_START_ERROR',
          message: 'The action {action} of {by} could not be done: {reason}',
          params: { action: action.type, by: labelOf(due), reason: error.message },
          entity: ruleOf(due),
          related: { kind: 'messagingCampaign', id: campaignId },
        });
      });
      return;
    }
    this.logger.warn({ err: error, actionId, campaignId }, 'a campaign rule could not act; trying again');
    await this.states.postpone(actionId, isSoon || isPassing(error) ? RETRY_MS : RETRY_FAILURE_MS);
  }

  private automation(due: DueAction): Automation {
    return {
      label: labelOf(due),
      entity: ruleOf(due),
      refusedCode: 'CAMPAIGN_RULE_START_ERROR',
      claim: () => this.states.claim(due.id),
    };
  }
}

function labelOf({ ruleName }: DueAction): string {
  return `the campaign rule "${ruleName}"`;
}

function ruleOf({ ruleId: id, ruleName: name }: DueAction): Automation['entity'] {
  return { kind: 'campaignRule', id, name };
}
