import { Injectable } from '@nestjs/common';
import { CampaignConstraints, type DispatchCampaign, type RuleVerdict } from '../../campaigns/index.js';
import { type ContactChange, ContactChanges } from '../../contact-lists/index.js';
import { DncAppends } from '../../dnc-lists/index.js';
import { type EventCode, EventLog } from '../../event-log/index.js';
import type { RuledMessage } from './ruled-messages.repository.js';

const QUIET_MS = 60 * 60_000;

/** A contact and what the rules want done with it. */
export interface Ruling {
  message: RuledMessage;
  verdict: RuleVerdict;
}

/** Does to contacts and DNC lists what rules say, within the transaction of the caller. */
@Injectable()
export class RuleEffects {
  constructor(
    private readonly constraints: CampaignConstraints,
    private readonly contacts: ContactChanges,
    private readonly dnc: DncAppends,
    private readonly eventLog: EventLog,
  ) {}

  async apply(campaign: DispatchCampaign, rulings: readonly Ruling[]): Promise<void> {
    const changes = rulings.flatMap(toChange);
    const { addressTypes } = await this.constraints.digitalRulesOf(campaign);
    await this.contacts.apply(changes, Object.keys(addressTypes));
    if (rulings.some(changesNumber)) {
      await this.tell(
        campaign,
        'DIGITAL_RULE_UPDATED_CONTACT_ADDRESS',
        'Rules of the campaign "{campaign}" changed WhatsApp numbers of contacts.',
      );
    }
    const appends = rulings.flatMap(({ message, verdict }) =>
      verdict.dnc ? [{ number: message.address, expiresAt: verdict.dnc.expiresAt }] : [],
    );
    if (appends.length > 0 && (await this.dnc.append(campaign.dncListIds, appends)) === 0) {
      await this.tell(
        campaign,
        'DIGITAL_RULE_NO_DNC_LISTS_CONFIGURED',
        'Rules of the campaign "{campaign}" append to DNC lists, but it has none for numbers.',
      );
    }
  }

  async tell(campaign: DispatchCampaign, code: EventCode, message: string): Promise<void> {
    const { id, name } = campaign;
    const entity = { kind: 'messagingCampaign' as const, id, name };
    await this.eventLog.record({ code, message, params: { campaign: name }, entity, quietMs: QUIET_MS });
  }
}

/** The number that the message was to go to is not what it was, so the contact is to be looked at anew. */
export function changesNumber({ message, verdict }: Ruling): boolean {
  const { [message.column]: cell } = verdict.cells;
  return cell !== undefined && cell !== message.data[message.column];
}

function toChange({ message, verdict }: Ruling): ContactChange[] {
  const { contactSeq, column } = message;
  const { cells, markContact, markAddress } = verdict;
  if (!markContact && !markAddress && Object.keys(cells).length === 0) return [];
  const uncontactableColumn = markAddress ? column : undefined;
  return [{ contactSeq, cells, uncontactable: markContact, uncontactableColumn }];
}
