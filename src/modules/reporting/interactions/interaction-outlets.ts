import { Injectable } from '@nestjs/common';

/** A message as reports see it since a batch was written, and how they saw it before. */
export interface InteractionChange {
  messageId: string;
  campaignId: string;
  divisionId: string;
  contactListId: string;
  contactId: string;
  contactColumn: string | null;
  address: string | null;
  integrationId: string | null;
  contentTemplateId: string | null;
  startedAt: Date;
  settledAt: Date | null;
  disposition: string | null;
  deliveryStatus: string | null;
  deliveryChangedAt: Date | null;
  errorCode: number | null;
  errorText: string | null;
  /** When WhatsApp had the message, its device had it, it was read, it failed; null for what was known before. */
  newPublishedAt: Date | null;
  newDeliveredAt: Date | null;
  newReadAt: Date | null;
  newFailedAt: Date | null;
  /** True when there was nothing to see of the message before. */
  isNew: boolean;
  previousDisposition: string | null;
  previousDeliveryStatus: string | null;
}

/** Port: what a module above offers to be told of every change of a message. */
export interface InteractionOutlet {
  /** Whether the changes of a batch are worth reading; joins the transaction in which it is written. */
  isWanted(): Promise<boolean>;
  /** Joins that transaction: what is stored here is stored if and only if the change is. */
  take(changes: readonly InteractionChange[]): Promise<void>;
}

/** Who is told of the changes of messages. */
@Injectable()
export class InteractionOutlets {
  private readonly all: InteractionOutlet[] = [];

  /** Called once at start by the module of the outlet. */
  register(outlet: InteractionOutlet): void {
    this.all.push(outlet);
  }

  /** Those that want to be told at this moment. */
  async findWanting(): Promise<InteractionOutlet[]> {
    const wanting: InteractionOutlet[] = [];
    for (const outlet of this.all) if (await outlet.isWanted()) wanting.push(outlet);
    return wanting;
  }
}
