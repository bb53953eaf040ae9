import { Injectable } from '@nestjs/common';
import { CampaignConstraints, evaluateRules, RuleFailure } from '../../campaigns/index.js';
import { renderTemplate } from '../../templates/index.js';
import type { SkipDisposition } from '../dispositions.js';
import { type CampaignContext, CampaignContexts } from '../sending/campaign-contexts.js';
import {
  type ClaimedMessage,
  type FilledMessage,
  MessagesRepository,
} from '../sending/messages.repository.js';
import { changesNumber, RuleEffects, type Ruling } from './rule-effects.service.js';
import { type RuledMessage, RuledMessagesRepository } from './ruled-messages.repository.js';
import { toContact } from './ruled-contact.js';

/** A claimed message; one for which a rule chose another template brings its own context. */
export type RuledClaim = FilledMessage & { context?: CampaignContext };

type Skip = { id: string; disposition: SkipDisposition; detail: string };

/**
 * Applies the PreContact rules of a campaign to the contacts of claimed messages, in the transaction of the claim.
 * Each message is ruled once: what was decided stays with it, however often it is claimed again.
 */
@Injectable()
export class PreContactRules {
  constructor(
    private readonly constraints: CampaignConstraints,
    private readonly ruled: RuledMessagesRepository,
    private readonly effects: RuleEffects,
    private readonly messages: MessagesRepository,
    private readonly contexts: CampaignContexts,
  ) {}

  /** The messages that may go on. */
  async apply(context: CampaignContext, claimed: FilledMessage[], claimToken: string): Promise<RuledClaim[]> {
    const { rules, addressTypes } = await this.constraints.digitalRulesOf(context.campaign);
    if (rules.length === 0 || claimed.length === 0) return claimed;
    const found = await this.ruled.find(claimed.map(({ id }) => id));
    const fresh = found.filter(({ isRuled }) => !isRuled);
    const now = new Date();
    const skips: Skip[] = [];
    const rulings = fresh.flatMap((message): Ruling[] => {
      try {
        return [
          { message, verdict: evaluateRules(rules, 'PreContact', toContact(message, addressTypes), now) },
        ];
      } catch (failure) {
        if (!(failure instanceof RuleFailure)) throw failure;
        skips.push({ id: message.id, disposition: 'OUTBOUND-RULE-ERROR-SKIPPED', detail: failure.message });
        return [];
      }
    });
    await this.effects.apply(context.campaign, rulings);
    const marks = rulings.map(({ message, verdict }) => ({ id: message.id, template: verdict.templateId }));
    await this.ruled.markRuled(
      marks,
      rules.some(({ category }) => category === 'PostContact'),
    );
    return this.sort(context, claimed, { found, rulings, skips }, claimToken);
  }

  private async sort(
    context: CampaignContext,
    claimed: FilledMessage[],
    { found, rulings, skips }: { found: RuledMessage[]; rulings: Ruling[]; skips: Skip[] },
    claimToken: string,
  ): Promise<RuledClaim[]> {
    const rulingOf = new Map(rulings.map((ruling) => [ruling.message.id, ruling]));
    const foundOf = new Map(found.map((message) => [message.id, message]));
    const failed = new Set(skips.map(({ id }) => id));
    const templateOf = (id: string): string | null | undefined =>
      rulingOf.get(id)?.verdict.templateId ?? foundOf.get(id)?.templateId;
    // The claim has looked already at those who get the campaign's own template.
    const ids = claimed.map(({ id }) => id).filter((id) => templateOf(id));
    const stopped =
      ids.length === 0
        ? new Set<string>()
        : await this.ruled.findMarketingStopped(ids, context.integration.id);
    const again: string[] = [];
    const kept: RuledClaim[] = [];
    for (const message of claimed) {
      const ruling = rulingOf.get(message.id);
      if (failed.has(message.id)) continue;
      if (ruling?.verdict.doNotSend) {
        const detail = 'a rule says not to send';
        skips.push({ id: message.id, disposition: 'OUTBOUND-RULE-SKIPPED', detail });
      } else if (stopped.has(message.id)) {
        const detail = 'the person opted out of marketing, which the template of a rule is';
        skips.push({ id: message.id, disposition: 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST', detail });
      } else if (ruling && needsNewLook(ruling)) again.push(message.id);
      else {
        const data = { ...message.data, ...ruling?.verdict.cells };
        const outcome = await this.prepare(context, { ...message, data }, templateOf(message.id));
        if ('disposition' in outcome) skips.push(outcome);
        else kept.push(outcome);
      }
    }
    await this.messages.release(again, claimToken);
    await this.messages.skip(skips, claimToken);
    if (skips.some(({ disposition }) => disposition === 'OUTBOUND-RULE-ERROR-SKIPPED')) {
      await this.effects.tell(
        context.campaign,
        'DIGITAL_RULE_ERROR_SKIPPED',
        'The campaign "{campaign}" passes over contacts to which its rules can not be applied.',
      );
    }
    return kept;
  }

  private async prepare(
    context: CampaignContext,
    message: ClaimedMessage,
    templateId: string | null | undefined,
  ): Promise<RuledClaim | Skip> {
    const { id } = message;
    const chosen = templateId
      ? await this.contexts.withTemplate(context, templateId)
      : { ok: true as const, context };
    if (!chosen.ok) {
      const detail = chosen.reasons.map((reason) => reason.message).join(' ');
      return { id, disposition: 'OUTBOUND-RULE-ERROR-SKIPPED', detail };
    }
    const rendered = renderTemplate(chosen.context.template, message.data);
    if (!rendered.ok) return { id, disposition: rendered.code, detail: rendered.message };
    const filled = { ...message, parameters: rendered.parameters };
    return templateId ? { ...filled, context: chosen.context } : filled;
  }
}

// The next claim tells why the contact is not messaged, or finds another number.
function needsNewLook(ruling: Ruling): boolean {
  const { dnc, markContact, markAddress } = ruling.verdict;
  return dnc !== undefined || markContact || markAddress || changesNumber(ruling);
}
