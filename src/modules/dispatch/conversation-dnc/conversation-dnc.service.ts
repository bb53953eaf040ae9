import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { type DivisionScope, isInScope } from '../../access/index.js';
import { CampaignLifecycle } from '../../campaigns/index.js';
import { DncAppends, DncListsService } from '../../dnc-lists/index.js';

const FIND = `
  SELECT m.address, r.campaign_id AS "campaignId"
    FROM campaign_messages m JOIN campaign_runs r ON r.id = m.run_id
   WHERE m.id = $1 AND m.address IS NOT NULL`;

/** Whoever a conversation is with comes onto the DNC lists of its campaign. */
@Injectable()
export class ConversationDnc {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignLifecycle,
    private readonly dncLists: DncListsService,
    private readonly appends: DncAppends,
  ) {}

  /**
   * Adds the number of the conversation to those lists of its campaign that are within the scope and hold numbers.
   * Throws 404 for a conversation that does not exist within the scope, 400 when there is no such list.
   */
  async add(scope: DivisionScope, conversationId: string): Promise<void> {
    const [message] = await this.uow.manager.query<{ address: string; campaignId: string }[]>(FIND, [
      conversationId,
    ]);
    const [campaign] = message ? await this.campaigns.find([message.campaignId]) : [];
    if (!message || !campaign || !isInScope(scope, campaign.divisionId)) throw notFound(conversationId);
    const lists = await this.dncLists.find(scope, campaign.dncListIds);
    const added = await this.appends.append(
      lists.map(({ id }) => id),
      [{ number: message.address, expiresAt: null }],
    );
    if (added > 0) return;
    throw new ApiError(
      'invalid',
      'dnc.list.not.found',
      'The campaign {campaign} of this conversation has no DNC list for numbers that you may add to; give it one, or add the number to a DNC list yourself.',
      { params: { campaign: campaign.name }, entityId: campaign.id, entityName: campaign.name },
    );
  }
}

function notFound(conversationId: string): ApiError {
  return new ApiError(
    'not-found',
    'conversation.not.found',
    'There is no conversation with the id {conversationId}, or you may not see it.',
    { params: { conversationId } },
  );
}
