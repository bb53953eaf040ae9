import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { RepeatingWork } from '../../../platform/queue/repeating-work.js';
import { GraphCallError } from '../cloud-api/graph-client.js';
import { MetaTemplatesRepository } from '../meta-templates/meta-templates.repository.js';
import { toProblem } from './integration-problem.js';
import { IntegrationStates } from './integration-states.js';
import { IntegrationsRepository, type UnlockedIntegration } from './integrations.repository.js';
import { type SendingRights, WhatsAppAccount } from './whatsapp-account.js';

const HEALTHY_EVERY_MS = 10 * 60_000;
const BROKEN_EVERY_MS = 30_000;
/** Until then a probe has ended or its process is gone. */
const LEASE_MS = 2 * 60_000;
const MOST_AT_ONCE = 10;

// Whoever claims moves the due time ahead: no second process probes the same number, and a crash costs one lease.
const CLAIM = `
  UPDATE whatsapp_integrations SET probe_due_at = now() + $1 * interval '1 millisecond'
   WHERE id IN (SELECT id FROM whatsapp_integrations
                 WHERE (status = 'Active' OR state_error IS NOT NULL) AND probe_due_at <= now()
                 ORDER BY probe_due_at LIMIT ${MOST_AT_ONCE} FOR UPDATE SKIP LOCKED)
  RETURNING id`;

/**
 * Asks WhatsApp regularly whether each number in service can send (WhatsApp Cloud API, phone number fields): takes one
 * that can't out of service with a reason for its owner, and back when it can.
 */
@Injectable()
export class IntegrationProbe extends RepeatingWork {
  protected readonly everyMs = 2_000;

  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: IntegrationsRepository,
    private readonly states: IntegrationStates,
    private readonly account: WhatsAppAccount,
    private readonly templates: MetaTemplatesRepository,
  ) {
    super();
  }

  protected async work(): Promise<boolean> {
    await this.templates.endHolds();
    const [due] = await this.uow.manager.query<[{ id: string }[], number]>(CLAIM, [LEASE_MS]);
    await Promise.all(due.map(({ id }) => this.probe(id)));
    return due.length === MOST_AT_ONCE;
  }

  /** Asks about one number. That WhatsApp can't be reached says nothing about the number. */
  async probe(id: string): Promise<void> {
    const integration = await this.repository.findUnlocked(id);
    if (!integration?.phoneNumberId || !integration.wabaId) return;
    const { phoneNumberId, wabaId, token } = integration;
    try {
      const rights = await this.account.readRights({ phoneNumberId, wabaId }, token);
      await this.settle(integration, rights);
      await this.states.heal(id);
    } catch (error) {
      const problem = toProblem(error);
      if (!problem || (error instanceof GraphCallError && error.isTransient)) {
        this.logger.warn(
          { err: error, integrationId: id },
          'could not ask WhatsApp about a number; later again',
        );
        return;
      }
      await this.states.markError(id, problem);
    }
    await this.repository.scheduleProbe(id, { healthyMs: HEALTHY_EVERY_MS, brokenMs: BROKEN_EVERY_MS });
  }

  private async settle(integration: UnlockedIntegration, rights: SendingRights): Promise<void> {
    const { messagesPerSecond, marketingOnboarded, qualityRating } = integration;
    const isSame =
      rights.messagesPerSecond === messagesPerSecond &&
      rights.marketingOnboarded === marketingOnboarded &&
      rights.qualityRating === qualityRating;
    if (!isSame && (await this.repository.update(integration, { ...rights })))
      await this.states.announce(integration.id);
  }
}
