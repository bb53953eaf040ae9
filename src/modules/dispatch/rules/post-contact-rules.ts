import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { CampaignConstraints, CampaignLifecycle, evaluateRules, RuleFailure } from '../../campaigns/index.js';
import { RuleEffects, type Ruling } from './rule-effects.service.js';
import { RuledMessagesRepository } from './ruled-messages.repository.js';
import { toContact } from './ruled-contact.js';

const MOST_AT_ONCE = 200;

/**
 * Applies PostContact rules to contacts whose message has ended. The mark of a message goes with the effects in one
 * transaction, so that they happen exactly once, whatever crashes and however many workers look.
 */
@Injectable()
export class PostContactRules extends RepeatingWork {
  protected readonly everyMs = 500;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly ruled: RuledMessagesRepository,
    private readonly campaigns: CampaignLifecycle,
    private readonly constraints: CampaignConstraints,
    private readonly effects: RuleEffects,
  ) {
    super();
  }

  protected work(): Promise<boolean> {
    return this.uow.run(async () => {
      const { taken, tried } = await this.ruled.takeDue(MOST_AT_ONCE);
      if (tried.length > 0) await this.apply(tried);
      return taken === MOST_AT_ONCE;
    });
  }

  private async apply(ids: string[]): Promise<void> {
    const found = await this.ruled.find(ids);
    const campaigns = await this.campaigns.find([...new Set(found.map(({ campaignId }) => campaignId))]);
    const now = new Date();
    for (const campaign of campaigns) {
      const { rules, addressTypes } = await this.constraints.digitalRulesOf(campaign);
      const rulings: Ruling[] = [];
      let failed = false;
      for (const message of found.filter(({ campaignId }) => campaignId === campaign.id)) {
        try {
          const contact = toContact(message, addressTypes);
          rulings.push({ message, verdict: evaluateRules(rules, 'PostContact', contact, now) });
        } catch (failure) {
          if (!(failure instanceof RuleFailure)) throw failure;
          failed = true;
        }
      }
      await this.effects.apply(campaign, rulings);
      if (!failed) continue;
      const message =
        'Rules of the campaign "{campaign}" could not be applied to some contacts after their message.';
      await this.effects.tell(campaign, 'DIGITAL_RULE_EVALUATION_FAILED', message);
    }
  }
}
