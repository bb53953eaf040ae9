import { Injectable } from '@nestjs/common';
import type { AttemptDisposition } from '../dispositions.js';

export type AgentlessOutcome = 'calling' | 'accepted' | 'refused' | 'unsent' | 'unknown';

/** What a change of a single message says in the words of the API and in those of the table alike. */
interface AgentlessFacts {
  messageId: string;
  integrationId: string;
  contentTemplateId: string;
  address: string;
  startedAt: Date;
  errorCode: number | null;
  errorText: string | null;
  /** When WhatsApp had the message, its device had it, it was read, it failed; null for what was known before. */
  newPublishedAt: Date | null;
  newDeliveredAt: Date | null;
  newReadAt: Date | null;
  newFailedAt: Date | null;
}

/** A single message as it is since a call ended or a webhook came, and what was known before. */
export interface AgentlessChange extends AgentlessFacts {
  disposition: AttemptDisposition | null;
  previousDisposition: AttemptDisposition | null;
  deliveryStatus: string;
}

/** How a single message is stored, beside what was stored before. */
export interface AgentlessRow extends AgentlessFacts {
  outcome: AgentlessOutcome;
  previousOutcome: AgentlessOutcome;
  publishedAt: Date | null;
  deliveredAt: Date | null;
  readAt: Date | null;
  failedAt: Date | null;
}

// Nothing left: whoever asked was told so at once, and there is no message to tell of.
const DISPOSITIONS: Record<AgentlessOutcome, AttemptDisposition | null> = {
  calling: null,
  unsent: null,
  accepted: 'OUTBOUND-MESSAGE-SENT',
  refused: 'OUTBOUND-MESSAGE-FAILED',
  unknown: 'OUTBOUND-MESSAGE-AMBIGUOUS',
};

/** The change in the words of campaign messages. */
export function toAgentlessChange(row: AgentlessRow): AgentlessChange {
  const {
    outcome,
    previousOutcome,
    publishedAt: _p,
    deliveredAt: _d,
    readAt: _r,
    failedAt: _f,
    ...same
  } = row;
  return {
    ...same,
    disposition: DISPOSITIONS[outcome],
    previousDisposition: DISPOSITIONS[previousOutcome],
    deliveryStatus: deliveryStatusOf(row),
  };
}

function deliveryStatusOf({ outcome, publishedAt, deliveredAt, readAt, failedAt }: AgentlessRow): string {
  if (readAt) return 'Read';
  if (deliveredAt) return 'DeliverySuccess';
  if (failedAt) return 'DeliveryFailed';
  if (publishedAt) return 'Published';
  if (outcome === 'accepted') return 'Sent';
  return outcome === 'refused' || outcome === 'unsent' ? 'Failed' : 'Queued';
}

/** Port: what a module above offers to be told of single messages, in the transaction that changes them. */
export interface AgentlessOutlet {
  takeSingle(changes: readonly AgentlessChange[]): Promise<void>;
}

/** Who is told of the changes of single messages. */
@Injectable()
export class AgentlessOutlets {
  private readonly all: AgentlessOutlet[] = [];

  /** Called once at start by the module of the outlet. */
  register(outlet: AgentlessOutlet): void {
    this.all.push(outlet);
  }

  async tell(rows: readonly AgentlessRow[]): Promise<void> {
    if (rows.length === 0) return;
    const changes = rows.map(toAgentlessChange);
    for (const outlet of this.all) await outlet.takeSingle(changes);
  }
}
