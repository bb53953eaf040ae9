import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Page, PageRequest } from '../../../kernel/page.js';
import type { Reason } from '../../../kernel/reason.js';
import { Config } from '../../../platform/config/config.js';
import type { NamedFilter } from '../../../platform/database/named-page.js';
import type { Narrowing } from '../../../platform/database/named-table.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import {
  AuditTrail,
  type Caller,
  type DivisionScope,
  DivisionsService,
  EVERYWHERE,
  NamedObjects,
  whereInScope,
} from '../../access/index.js';
import { WebhookSecrets } from './webhook-secrets.js';
import { toWebhookView, type WebhookDto, type WebhookSecretView, type WebhookView } from './webhook.dto.js';
import { OutgoingWebhook } from './webhook.entity.js';
import { explainUrl, readStatuses } from './webhook-rules.js';

const MAX_WEBHOOKS = 100;
/** How long deliveries are signed with the old secret as well. */
const BOTH_VALID_MS = 24 * 3_600_000;

type Content = Pick<
  OutgoingWebhook,
  'name' | 'url' | 'statuses' | 'state' | 'disabledReason' | 'failingSince'
>;

/** Outgoing webhooks: who is told what of the messages of a division. */
@Injectable()
export class WebhooksService {
  private readonly webhooks: NamedObjects<OutgoingWebhook>;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
    private readonly divisions: DivisionsService,
    private readonly secrets: WebhookSecrets,
    private readonly config: Config,
  ) {
    this.webhooks = new NamedObjects(
      {
        entity: OutgoingWebhook,
        table: 'outgoing_webhooks',
        noun: 'webhook',
        notFoundCode: 'webhook.not.found',
        auditedAs: 'outbound:webhook',
        max: MAX_WEBHOOKS,
      },
      uow,
      audit,
    );
  }

  async list(scope: DivisionScope, filter: NamedFilter, page: PageRequest): Promise<Page<WebhookView>> {
    const found = await this.webhooks.list(filter, page, within(scope));
    const divisions = await this.divisions.refs(found.entities.map(({ divisionId }) => divisionId));
    const entities = found.entities.map((webhook) =>
      toWebhookView(webhook, divisions.get(webhook.divisionId)!),
    );
    return { ...found, entities };
  }

  /** Throws 404. */
  async get(scope: DivisionScope, id: string): Promise<WebhookView> {
    return this.view(await this.webhooks.get(id, within(scope)));
  }

  /** Throws 400 with everything that is wrong with the webhook, 403 for a division of others. */
  async create(caller: Caller, dto: WebhookDto): Promise<WebhookSecretView> {
    const division = await this.divisions.resolve(caller, 'outbound:webhook:add', dto.division?.id);
    const { content, reasons } = this.read(dto);
    const id = randomUUID();
    const { secret, sealed } = this.secrets.create(id);
    const webhook = await this.webhooks.create(
      { ...content, id, divisionId: division.id, secret: sealed },
      reasons,
    );
    return { ...(await this.view(webhook)), secret };
  }

  /**
   * Switched on again, a webhook is told what comes from then on, and what still waits. Throws 404, 409 for a version
   * that is not the newest, 400 with everything that is wrong with the webhook, 403 for a division of others.
   */
  async update(caller: Caller, id: string, dto: WebhookDto): Promise<WebhookView> {
    const stored = await this.webhooks.get(id, within(caller.scope('outbound:webhook:edit')));
    const divisionId = dto.division
      ? (await this.divisions.resolve(caller, 'outbound:webhook:edit', dto.division.id)).id
      : stored.divisionId;
    const { content, reasons } = this.read(dto, stored);
    const updated = await this.webhooks.update(stored, dto.version, { ...content, divisionId }, reasons);
    return this.view(updated);
  }

  /** Throws 404. What waits to be delivered goes with it. */
  async delete(scope: DivisionScope, id: string): Promise<void> {
    await this.webhooks.delete(await this.webhooks.get(id, within(scope)));
  }

  /** A new secret; the one before it signs as well for a day. Throws 404. */
  async rotateSecret(scope: DivisionScope, id: string): Promise<WebhookSecretView> {
    const { name } = await this.webhooks.get(id, within(scope));
    const { secret, sealed } = this.secrets.create(id);
    await this.uow.run(async () => {
      await this.uow.manager.query(
        `UPDATE outgoing_webhooks
            SET previous_secret = secret, previous_secret_until = now() + $3 * interval '1 millisecond',
                secret = $2, version = version + 1, updated_at = now()
          WHERE id = $1`,
        [id, sealed, BOTH_VALID_MS],
      );
      await this.audit.record({ action: 'RotateSecret', entity: 'outbound:webhook', id, name });
    });
    return { ...(await this.view(await this.webhooks.get(id, within(EVERYWHERE)))), secret };
  }

  private read(dto: WebhookDto, stored?: OutgoingWebhook): { content: Content; reasons: Reason[] } {
    const url = (dto.url ?? stored?.url ?? '').trim();
    const { statuses, reasons } = readStatuses(dto.statuses ?? stored?.statuses);
    const state = dto.enabled === undefined ? (stored?.state ?? 'active') : dto.enabled ? 'active' : 'paused';
    const isSame = state === stored?.state;
    return {
      content: {
        name: (dto.name ?? stored?.name ?? '').trim(),
        url,
        statuses,
        state,
        disabledReason: isSame ? stored.disabledReason : null,
        failingSince: isSame ? stored.failingSince : null,
      },
      reasons: [...explainUrl(url, this.config.webhookTargets), ...reasons],
    };
  }

  private async view(webhook: OutgoingWebhook): Promise<WebhookView> {
    return toWebhookView(webhook, await this.divisions.ref(webhook.divisionId));
  }
}

function within(scope: DivisionScope): Narrowing<OutgoingWebhook> {
  return (query) => whereInScope(query, 'object.divisionId', scope);
}
