import { Injectable } from '@nestjs/common';
import type { MessageRow } from '../conversations/conversations.repository.js';

/** An interaction that is new or changed, and how it was before. */
export interface InteractionChange extends MessageRow {
  content_template_id: string | null;
  contact_column: string | null;
  is_new: boolean;
  was_disposition: string | null;
  was_delivery_status: string | null;
  was_sent_at: Date | null;
  was_published_at: Date | null;
  was_delivered_at: Date | null;
  was_read_at: Date | null;
  was_failed_at: Date | null;
}

/** Something that wants to know what happens to messages. It is told within the transaction that records it. */
export interface InteractionOutlet {
  /**
   * @param changes what is new or different in the interactions
   * @param messageIds every message that was looked at, also those of contacts that were passed over
   */
  tell(changes: readonly InteractionChange[], messageIds: readonly string[]): Promise<void>;
}

/** Everything that wants to know what happens to messages; each registers itself at start. */
@Injectable()
export class InteractionOutlets {
  private readonly outlets: InteractionOutlet[] = [];

  register(outlet: InteractionOutlet): void {
    this.outlets.push(outlet);
  }

  async tell(changes: readonly InteractionChange[], messageIds: readonly string[]): Promise<void> {
    for (const outlet of this.outlets) await outlet.tell(changes, messageIds);
  }
}
