import { evaluateRules, RuleFailure, type RuleVerdict } from '../../campaigns/index.js';
import { type CampaignTemplate, renderTemplate } from '../../templates/index.js';
import type { SkipDisposition } from '../dispositions.js';
import { toContact } from '../rules/ruled-contact.js';
import type { DryRunFacts } from './dry-run-facts.service.js';

/** A contact at one of its numbers. */
export interface JudgedContact {
  data: Record<string, string>;
  column: string;
  address: string;
  evaluations: Record<string, { wrapupCodeId: string; timestamp: string }>;
  /** Templates of rules that are marketing, which the person stopped from this number. */
  stopped: readonly string[];
}

/** What would become of a contact that may be messaged; `open` is what only the run can tell. */
export type Fate =
  | { kind: 'send'; text: string; templateId?: string }
  | { kind: 'skip'; disposition: SkipDisposition; detail: string }
  | { kind: 'open'; detail: string };

/** Tells of contacts what their template and the PreContact rules make of them, by the code that dispatch uses. */
export class ContactJudge {
  constructor(
    private readonly facts: Pick<
      DryRunFacts,
      'template' | 'ruledTemplates' | 'rules' | 'addressTypes' | 'takesNumbers'
    >,
    private readonly columns: number,
    private readonly now: Date,
  ) {}

  /** At the campaign's own template, which is looked at first. */
  fill(data: Record<string, string>): Exclude<Fate, { kind: 'open' }> {
    return fill(this.facts.template, data);
  }

  /** At the rules; `filled` is what the template made of the contact. */
  rule(contact: JudgedContact, filled: Fate): Fate {
    let verdict: RuleVerdict;
    try {
      verdict = evaluateRules(
        this.facts.rules,
        'PreContact',
        toContact(contact, this.facts.addressTypes),
        this.now,
      );
    } catch (failure) {
      if (!(failure instanceof RuleFailure)) throw failure;
      return { kind: 'skip', disposition: 'OUTBOUND-RULE-ERROR-SKIPPED', detail: failure.message };
    }
    const { templateId } = verdict;
    if (verdict.doNotSend)
      return { kind: 'skip', disposition: 'OUTBOUND-RULE-SKIPPED', detail: 'a rule says not to send' };
    if (templateId && contact.stopped.includes(templateId)) {
      const detail = 'the person opted out of marketing, which the template of a rule is';
      return { kind: 'skip', disposition: 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST', detail };
    }
    const looked = this.afterNewLook(verdict, contact);
    if (looked) return looked;
    if (!templateId && Object.keys(verdict.cells).length === 0) return filled;
    return this.fillAnew({ ...contact.data, ...verdict.cells }, templateId);
  }

  // The claim looks again at contacts to whom a rule did one of these.
  private afterNewLook(verdict: RuleVerdict, { column, data }: JudgedContact): Fate | undefined {
    if (verdict.markContact) {
      const detail = 'a rule marks the contact';
      return { kind: 'skip', disposition: 'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED', detail };
    }
    const cell = verdict.cells[column];
    if (cell !== undefined && cell !== data[column])
      return { kind: 'open', detail: 'a rule changes the number' };
    if (verdict.markAddress) {
      const disposition = 'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED';
      return this.atOtherNumbers({ kind: 'skip', disposition, detail: 'a rule marks the number' });
    }
    if (!verdict.dnc || !this.facts.takesNumbers) return undefined;
    const disposition = 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST';
    return this.atOtherNumbers({ kind: 'skip', disposition, detail: 'a rule appends to the DNC lists' });
  }

  private atOtherNumbers(skip: Extract<Fate, { kind: 'skip' }>): Fate {
    return this.columns > 1 ? { kind: 'open', detail: `${skip.detail}; there may be another number` } : skip;
  }

  private fillAnew(data: Record<string, string>, templateId: string | undefined): Fate {
    if (!templateId) return fill(this.facts.template, data);
    const template = this.facts.ruledTemplates.get(templateId);
    if (template === undefined || typeof template === 'string') {
      const detail = template ?? 'the template of a rule is gone';
      return { kind: 'skip', disposition: 'OUTBOUND-RULE-ERROR-SKIPPED', detail };
    }
    const fate = fill(template, data);
    return fate.kind === 'send' ? { ...fate, templateId } : fate;
  }
}

function fill(template: CampaignTemplate, data: Record<string, string>): Exclude<Fate, { kind: 'open' }> {
  const rendered = renderTemplate(template, data);
  return rendered.ok
    ? { kind: 'send', text: rendered.text }
    : { kind: 'skip', disposition: rendered.code, detail: rendered.message };
}
