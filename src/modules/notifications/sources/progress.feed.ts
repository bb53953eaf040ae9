import { Injectable } from '@nestjs/common';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { type CampaignProgressView, ProgressService } from '../../reporting/index.js';
import { LiveConnections } from '../live/live-connections.js';
import { definitionOf, parseTopic, topicNames } from '../topics.js';

/**
 * Sends the progress of campaigns to those of this process who listen, once a second and only what is new to them. It
 * is a state, not an event: whoever comes later, or comes back, is told how it stands.
 */
@Injectable()
export class ProgressFeed extends RepeatingWork {
  protected readonly everyMs = 1_000;

  constructor(
    private readonly connections: LiveConnections,
    private readonly progress: ProgressService,
  ) {
    super();
  }

  protected async work(): Promise<void> {
    const connections = this.connections.all();
    const campaignIds = new Set(connections.flatMap(({ topics }) => [...topics].flatMap(campaignOf)));
    if (campaignIds.size === 0) return;
    const { permissions } = definitionOf('campaign-progress');
    for (const { divisionId, progress } of await this.progress.find([...campaignIds])) {
      const names = topicNames('campaign-progress', progress.campaign.id);
      const body = toProgressBody(progress);
      for (const connection of connections.filter(({ topics }) => names.some((name) => topics.has(name)))) {
        this.connections.within(connection, () => {
          if (!connection.may(permissions, divisionId)) return;
          for (const name of names) if (connection.topics.has(name)) connection.sendState(name, body);
        });
      }
    }
  }
}

function campaignOf(topicName: string): string[] {
  if (!topicName.endsWith('.progress')) return [];
  const objectId = parseTopic(topicName)?.objectId;
  return objectId === undefined ? [] : [objectId];
}

function toProgressBody({ campaign: { id, name }, ...progress }: CampaignProgressView): object {
  return {
    campaign: { id, name },
    numberOfContactsCalled: progress.numberOfContactsCalled,
    numberOfContactsMessaged: progress.numberOfContactsMessaged,
    totalNumberOfContacts: progress.totalNumberOfContacts,
    percentage: progress.percentage,
    numberOfContactsSkipped: progress.numberOfContactsSkipped,
    // Our own.
    numberOfContactsFailed: progress.numberOfContactsFailed,
    estimatedSecondsToFinish: progress.estimatedSecondsToFinish,
  };
}
