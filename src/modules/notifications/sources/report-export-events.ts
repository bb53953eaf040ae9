import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../../platform/events/event-bus.js';
import { Logger } from '../../../platform/logging/logger.js';
import { ExportFinished } from '../../exports/index.js';
import { ReportExports } from '../../reporting/index.js';
import { LiveStream } from '../live/live-stream.js';
import { definitionOf, topicNames } from '../topics.js';

const TOPIC = 'report-export';

/** Tells whoever asked for an export of interactions that it has ended. */
@Injectable()
export class ReportExportEvents implements OnModuleInit {
  constructor(
    private readonly events: EventBus,
    private readonly reports: ReportExports,
    private readonly stream: LiveStream,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.events.on(ExportFinished, (event) => void this.tell(event));
  }

  private async tell({ id, kind, ownerId }: ExportFinished): Promise<void> {
    if (kind !== 'conversations') return;
    try {
      const body = await this.reports.find(id);
      if (!body) return;
      const { permissions } = definitionOf(TOPIC);
      const topics = topicNames(TOPIC, undefined, ownerId);
      await this.stream.append([{ type: 'event', topics, permissions, subjectId: ownerId, body }]);
    } catch (error) {
      this.logger.debug({ err: error, exportId: id }, 'nobody was told of an export');
    }
  }
}
