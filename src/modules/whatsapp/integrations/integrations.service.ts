import { randomUUID } from 'node:crypto';
import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import type { Page, PageRequest } from '../../../kernel/page.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { AuditTrail, type Caller } from '../../access/index.js';
import type { ActivateIntegrationDto, EmbeddedSignupDto, UpdateIntegrationDto } from './integration.dto.js';
import type { AvailablePhoneNumber, WhatsAppIntegration } from './integration.entity.js';
import { MessagingSettingsService } from '../profiles/messaging-settings.service.js';
import { userIdOf } from '../profiles/profiles.service.js';
import { SupportedContentsService } from '../profiles/supported-contents.service.js';
import {
  type IntegrationChange,
  IntegrationsRepository,
  type ProfileFilter,
} from './integrations.repository.js';
import { ONBOARDING_QUEUE, type OnboardingJob, onboardingJobOptions } from './onboarding.jobs.js';
import { SenderCache } from './sender-cache.js';

/** WhatsApp integrations of the organisation (Genesys Cloud API, WhatsApp integrations). */
@Injectable()
export class IntegrationsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: IntegrationsRepository,
    private readonly senders: SenderCache,
    private readonly audit: AuditTrail,
    private readonly contents: SupportedContentsService,
    private readonly settings: MessagingSettingsService,
    @InjectQueue(ONBOARDING_QUEUE) private readonly queue: Queue<OnboardingJob>,
  ) {}

  list(page: PageRequest, filter: ProfileFilter): Promise<Page<WhatsAppIntegration>> {
    return this.repository.list(page, filter);
  }

  /** Throws 404. */
  get(id: string): Promise<WhatsAppIntegration> {
    return this.repository.get(id);
  }

  /**
   * Stores the token and has a worker ask WhatsApp which numbers it reaches. With `phoneNumber` the signup fails unless
   * that is one of them, and an activation takes it unless it names another.
   */
  async signUp(caller: Caller, body: EmbeddedSignupDto, phoneNumber?: string): Promise<WhatsAppIntegration> {
    const author = userIdOf(caller);
    return this.uow.run(async () => {
      const integration = await this.repository.insert(
        {
          id: randomUUID(),
          name: body.name,
          supportedContentId: await this.contents.choose(body.supportedContent),
          messagingSettingId: await this.settings.choose(body.messagingSetting),
          phoneNumber: phoneNumber ?? null,
          createdBy: author,
          modifiedBy: author,
        },
        body.embeddedSignupAccessToken,
      );
      await this.enqueue(integration);
      await this.audited('Create', undefined, integration);
      return integration;
    });
  }

  /**
   * Chooses the number and has a worker register it. Throws 400 when the signup is not completed, an activation is
   * under way or done, or the number is not available.
   */
  async activate(caller: Caller, id: string, body: ActivateIntegrationDto): Promise<WhatsAppIntegration> {
    return this.uow.run(async () => {
      const integration = await this.repository.get(id);
      requireActivatable(integration);
      const chosen = chooseNumber(integration, body.phoneNumber ?? integration.phoneNumber ?? undefined);
      const changed = await this.change(integration, {
        modifiedBy: userIdOf(caller),
        name: body.name ?? integration.name,
        status: 'Starting',
        activationError: null,
        stateError: null,
        heldUntil: null,
        pin: this.repository.sealPin(id, body.pin),
        wabaId: chosen.wabaId,
        phoneNumberId: chosen.phoneNumberId,
        phoneNumber: chosen.phoneNumber,
      });
      await this.enqueue(changed);
      await this.audited('Activate', integration, changed);
      return changed;
    });
  }

  /** Throws 404. */
  async update(caller: Caller, id: string, body: UpdateIntegrationDto): Promise<WhatsAppIntegration> {
    return this.uow.run(async () => {
      const integration = await this.repository.get(id);
      const changed = await this.change(integration, {
        modifiedBy: userIdOf(caller),
        name: body.name ?? integration.name,
        supportedContentId: body.supportedContent?.id ?? integration.supportedContentId,
        messagingSettingId: body.messagingSetting?.id ?? integration.messagingSettingId,
      });
      await this.audited('Update', integration, changed);
      return changed;
    });
  }

  /** Returns the integration as it was. Throws 404, and 400 `integration.in.use` when a campaign uses it. */
  async remove(id: string): Promise<WhatsAppIntegration> {
    return this.uow.run(async () => {
      const integration = await this.repository.get(id);
      await this.repository.remove(id);
      await this.audited('Delete', integration, undefined);
      await this.uow.afterCommit(() => this.senders.invalidate(id));
      return integration;
    });
  }

  private async audited(
    action: string,
    before?: WhatsAppIntegration,
    after?: WhatsAppIntegration,
  ): Promise<void> {
    const { id, name } = (after ?? before)!;
    await this.audit.record({ action, entity: 'messaging:whatsappIntegration', id, name, before, after });
  }

  private async change(
    integration: WhatsAppIntegration,
    change: IntegrationChange,
  ): Promise<WhatsAppIntegration> {
    if (!(await this.repository.update(integration, change))) {
      throw new ApiError('conflict', 'general.conflict', 'The integration changed meanwhile; try again.');
    }
    await this.uow.afterCommit(() => this.senders.invalidate(integration.id));
    return this.repository.get(integration.id);
  }

  private async enqueue(integration: WhatsAppIntegration): Promise<void> {
    await this.uow.afterCommit(() =>
      this.queue.add({ integrationId: integration.id }, onboardingJobOptions(integration)),
    );
  }
}

function requireActivatable({ id, name, status, createStatus, createError }: WhatsAppIntegration): void {
  const refuse = (code: string, message: string): never => {
    throw new ApiError('invalid', code, message, { entityId: id, entityName: name });
  };
  if (createStatus === 'Initiated')
    refuse(
      'integration.signup.in.progress',
      'The signup is still under way; wait for createStatus Completed.',
    );
  if (createStatus === 'Error') {
    const why = createError?.message ?? '';
    refuse(
      'integration.signup.failed',
      `The signup failed: ${why} Delete the integration and sign up again.`,
    );
  }
  if (status === 'Starting')
    refuse('integration.activation.in.progress', 'The activation is under way; wait for status Active.');
  if (status === 'Active') refuse('integration.already.active', 'The integration is active already.');
}

/** The available number that was asked for, compared by digits; the only one when none was. */
function chooseNumber(integration: WhatsAppIntegration, wanted: string | undefined): AvailablePhoneNumber {
  const available = integration.availablePhoneNumbers;
  const digits = wanted?.replace(/\D/gu, '');
  const chosen = digits
    ? available.find(({ phoneNumber }) => phoneNumber.replace(/\D/gu, '') === digits)
    : available.length === 1
      ? available[0]
      : undefined;
  if (chosen) return chosen;
  const choices = available.map(({ phoneNumber }) => phoneNumber).join(', ') || 'none';
  throw new ApiError(
    'invalid',
    digits ? 'phone.number.not.available' : 'phone.number.required',
    digits
      ? 'The phone number {given} is not available to this integration. Available: {available}.'
      : 'Say which phone number to activate. Available: {available}.',
    {
      params: { given: wanted ?? '', available: choices },
      entityId: integration.id,
      entityName: integration.name,
    },
  );
}
