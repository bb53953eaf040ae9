import { InjectQueue } from '@nestjs/bull';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Queue } from 'bull';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { ApiError } from '../../platform/errors/api-error.js';
import { EventBus } from '../../platform/events/event-bus.js';
import { IntegrationStateChanged, TemplateStateChanged, WhatsAppService } from '../whatsapp/index.js';
import { TEMPLATE_SYNC_QUEUE, type TemplateSyncJob, templateSyncJobOptions } from './template-sync.jobs.js';
import { type TemplateSync, TemplateSyncsRepository } from './template-syncs.repository.js';

/** Has the templates of an integration brought into its library: on demand, and when WhatsApp tells of a change. */
@Injectable()
export class TemplateSyncs implements OnModuleInit {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly events: EventBus,
    private readonly whatsApp: WhatsAppService,
    private readonly repository: TemplateSyncsRepository,
    @InjectQueue(TEMPLATE_SYNC_QUEUE) private readonly queue: Queue<TemplateSyncJob>,
  ) {}

  onModuleInit(): void {
    this.events.on(IntegrationStateChanged, ({ integrationId }) => this.requestForActive([integrationId]));
    this.events.on(TemplateStateChanged, ({ integrationIds, wasReading }) =>
      wasReading ? undefined : this.requestForActive(integrationIds),
    );
  }

  /** A person asks: WhatsApp is read anew, and templates that failed sends held back are used again. Throws 404, 400. */
  async requestByPerson(integrationId: string): Promise<TemplateSync> {
    const integration = await this.getIntegration(integrationId);
    if (integration.wabaId === '')
      throw new ApiError(
        'invalid',
        'integration.not.active',
        'The integration has no business account yet; activate it first.',
        { entityId: integrationId, entityName: integration.name },
      );
    return this.uow.run(async () => {
      await this.whatsApp.endTemplateHolds(integrationId);
      return this.request(integrationId, true);
    });
  }

  /** The newest sync; undefined when there was none. Throws 404. */
  async find(integrationId: string): Promise<TemplateSync | undefined> {
    await this.getIntegration(integrationId);
    return this.repository.find(integrationId);
  }

  /** Asks for a sync, which begins soon. */
  async request(integrationId: string, reread = false): Promise<TemplateSync> {
    const sync = await this.repository.request(integrationId, reread);
    await this.uow.afterCommit(() => this.enqueue(integrationId));
    return sync;
  }

  /** Wakes a worker for a sync that was asked for. */
  async enqueue(integrationId: string): Promise<void> {
    await this.queue.add({ integrationId }, templateSyncJobOptions(integrationId));
  }

  private async requestForActive(integrationIds: readonly string[]): Promise<void> {
    const found = await this.whatsApp.findIntegrations(integrationIds);
    for (const { id, active } of found) if (active) await this.request(id);
  }

  private async getIntegration(id: string): Promise<{ name: string; wabaId: string }> {
    const [integration] = await this.whatsApp.findIntegrations([id]);
    if (integration) return integration;
    throw new ApiError('not-found', 'not.found', 'There is no WhatsApp integration with the id {id}.', {
      params: { id },
      entityId: id,
    });
  }
}
