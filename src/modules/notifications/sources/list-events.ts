import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventBus } from '../../../platform/events/event-bus.js';
import { Logger } from '../../../platform/logging/logger.js';
import { EVERYWHERE } from '../../access/index.js';
import { ContactListsService } from '../../contact-lists/index.js';
import { DncListsService } from '../../dnc-lists/index.js';
import { ExportFinished, ExportsService } from '../../exports/index.js';
import { ImportFinished, ImportProgressed, ImportsService, toWireImportStatus } from '../../imports/index.js';
import { LiveStream } from '../live/live-stream.js';
import { definitionOf, type TopicKind, topicNames } from '../topics.js';

type ListKind = 'contact-list' | 'dnc-list';

interface ListEvent {
  topic: TopicKind;
  list: ListKind;
  listId: string;
  /** Only for this user or program. */
  subjectId?: string;
}

/** Tells how imports into lists are going, and of exports that are ready. */
@Injectable()
export class ListEvents implements OnModuleInit {
  constructor(
    private readonly events: EventBus,
    private readonly imports: ImportsService,
    private readonly exports: ExportsService,
    private readonly contactLists: ContactListsService,
    private readonly dncLists: DncListsService,
    private readonly stream: LiveStream,
    private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    this.events.on(ImportProgressed, ({ kind, targetId }) => void this.tellImport(kind, targetId));
    this.events.on(ImportFinished, ({ kind, targetId }) => void this.tellImport(kind, targetId));
    this.events.on(ExportFinished, (event) => void this.tellExport(event));
  }

  private tellImport(list: ListKind, listId: string): Promise<void> {
    return this.tell({ topic: `${list}-import`, list, listId }, async () => {
      const progress = (await this.imports.findNewest(list, [listId])).get(listId);
      const { state, percentComplete, ...counts } = toWireImportStatus(progress);
      return {
        importStatus: { importState: state ?? 'COMPLETED', percentageComplete: percentComplete, ...counts },
      };
    });
  }

  private async tellExport({ id, kind, subjectId, ownerId, state }: ExportFinished): Promise<void> {
    if (state !== 'complete' || kind === 'conversations') return;
    const event = { topic: `${kind}-export` as const, list: kind, listId: subjectId, subjectId: ownerId };
    await this.tell(event, () =>
      Promise.resolve({ uri: this.exports.uriOf(id), exportTimestamp: new Date().toISOString() }),
    );
  }

  private async tell(
    { topic, list, listId, subjectId }: ListEvent,
    body: () => Promise<object>,
  ): Promise<void> {
    try {
      const lists = list === 'contact-list' ? this.contactLists : this.dncLists;
      const [found] = await lists.find(EVERYWHERE, [listId]);
      if (!found) return;
      const { permissions } = definitionOf(topic);
      const topics = topicNames(topic, listId, subjectId);
      const { divisionId } = found;
      await this.stream.append([
        { type: 'event', topics, permissions, divisionId, subjectId, body: await body() },
      ]);
    } catch (error) {
      this.logger.debug({ err: error, listId, topic }, 'nobody was told of a list');
    }
  }
}
