import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { CampaignRuleStates } from '../../campaigns/index.js';
import { CampaignRuleActions } from './campaign-rule-actions.service.js';
import { CampaignRulesEvaluator } from './campaign-rules-evaluator.service.js';

/** Looks at campaign rules once a second; where there are none that costs one statement. */
@Injectable()
export class CampaignRuleWorker extends RepeatingWork {
  protected readonly everyMs = 1_000;

  constructor(
    private readonly states: CampaignRuleStates,
    private readonly evaluator: CampaignRulesEvaluator,
    private readonly actions: CampaignRuleActions,
  ) {
    super();
  }

  protected async work(): Promise<void> {
    const { rules, actions } = await this.states.look();
    if (rules) await this.evaluator.evaluate();
    if (rules || actions) await this.actions.run();
  }
}
