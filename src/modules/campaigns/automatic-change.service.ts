import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { EventBus } from '../../platform/events/event-bus.js';
import { AuditTrail } from '../access/index.js';
import { EventLog } from '../event-log/index.js';
import type { Automation } from './automatic-switch.service.js';
import { type CampaignDefinition, changedParts } from './campaign-definition.js';
import { ALL_LISTS, CampaignValidator } from './campaign-validator.service.js';
import { changedMeanwhile } from './campaign.errors.js';
import { CampaignChanged } from './campaigns.events.js';
import { CampaignsRepository } from './campaigns.repository.js';

/** Changes the parts of campaigns that may change while they run, in the name of rules. */
@Injectable()
export class AutomaticChange {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly campaigns: CampaignsRepository,
    private readonly validator: CampaignValidator,
    private readonly events: EventBus,
    private readonly audit: AuditTrail,
    private readonly eventLog: EventLog,
  ) {}

  /**
   * Applies the change after the checks of a change by a person; a refusal goes to the event log. May ask Meta, so
   * never within a transaction. Throws 503 when Meta can't be asked, 409 when somebody else changed the campaign
   * meanwhile: nothing was claimed.
   */
  async apply(
    id: string,
    change: Partial<Pick<CampaignDefinition, 'messagesPerMinute' | 'contentTemplateId'>>,
    automation: Automation,
  ): Promise<void> {
    const [stored] = await this.campaigns.find([id]);
    const {
      id: _id,
      status: _s,
      errors: _e,
      version: _v,
      createdAt: _c,
      modifiedAt: _m,
      ...current
    } = stored ?? ({} as NonNullable<typeof stored>);
    const definition = { ...current, ...change };
    const parts = stored ? changedParts(current, definition) : [];
    const reasons =
      stored && parts.length > 0
        ? await this.validator.explain(definition, { scopes: ALL_LISTS, stored, parts })
        : [];
    await this.uow.run(async () => {
      await this.campaigns.lock();
      if (!(await automation.claim()) || !stored || parts.length === 0) return;
      const { name } = stored;
      if (reasons.length > 0) {
        return this.eventLog.record({
          code: automation.refusedCode,
          message: 'The campaign "{campaign}" could not be changed by {by}: {reasons}',
          params: {
            campaign: name,
            by: automation.label,
            reasons: reasons.map(({ message }) => message).join(' '),
          },
          entity: automation.entity,
          related: { kind: 'messagingCampaign', id, name },
        });
      }
      if (!(await this.campaigns.update(id, stored.version, definition))) throw changedMeanwhile();
      const audited = { entity: 'outbound:whatsAppCampaign', id, name, before: current, after: definition };
      await this.audit.record({ ...audited, action: 'Update', entity: 'outbound:whatsAppCampaign' });
      await this.events.publish(new CampaignChanged(id));
    });
  }
}
