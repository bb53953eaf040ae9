import { Injectable } from '@nestjs/common';
import { Logger } from '../../../platform/logging/logger.js';
import { GraphCallError } from '../cloud-api/graph-client.js';
import { MetaTemplatesService } from '../meta-templates/meta-templates.service.js';
import type { IntegrationError } from './integration.entity.js';
import { toProblem } from './integration-problem.js';
import { IntegrationStates } from './integration-states.js';
import {
  type IntegrationChange,
  IntegrationsRepository,
  type UnlockedIntegration,
} from './integrations.repository.js';
import { AccountProblem, WhatsAppAccount } from './whatsapp-account.js';

/** The slow steps of signup and activation. Running one twice changes nothing. */
@Injectable()
export class OnboardingService {
  constructor(
    private readonly repository: IntegrationsRepository,
    private readonly account: WhatsAppAccount,
    private readonly templates: MetaTemplatesService,
    private readonly states: IntegrationStates,
    private readonly logger: Logger,
  ) {}

  /**
   * Does the step that the integration waits for, if any. A failure is written to the integration for its owner to
   * read; one that may pass is thrown instead, so that the job is tried again, unless this is the last try.
   */
  async advance(integrationId: string, isLastTry: boolean): Promise<void> {
    const integration = await this.repository.findUnlocked(integrationId);
    if (integration?.createStatus === 'Initiated') {
      await this.settle(integration, isLastTry, () => this.signUp(integration), toSignupFailure);
    } else if (integration?.status === 'Starting') {
      await this.settle(integration, isLastTry, () => this.activate(integration), toActivationFailure);
    }
  }

  private async signUp({ token, phoneNumber }: UnlockedIntegration): Promise<IntegrationChange> {
    const availablePhoneNumbers = await this.account.findPhoneNumbers(token);
    if (phoneNumber && !availablePhoneNumbers.some((found) => found.phoneNumber === phoneNumber)) {
      const available = availablePhoneNumbers.map((found) => found.phoneNumber).join(', ');
      throw new AccountProblem(
        'phone.number.not.available',
        `The token does not reach the phone number that was given. It reaches: ${available}.`,
      );
    }
    const accounts = [...new Set(availablePhoneNumbers.map(({ wabaId }) => wabaId))];
    return {
      createStatus: 'Completed',
      createError: null,
      availablePhoneNumbers,
      wabaId: accounts.length === 1 ? accounts[0]! : null,
    };
  }

  private async activate(integration: UnlockedIntegration): Promise<IntegrationChange> {
    const { wabaId, phoneNumberId, token, clearPin } = integration;
    if (!wabaId || !phoneNumberId || !clearPin)
      throw new AccountProblem(
        'activation.incomplete',
        'Activate the integration again with number and PIN.',
      );
    await this.account.register({ phoneNumberId, wabaId }, token, clearPin);
    const rights = await this.account.readRights({ phoneNumberId, wabaId }, token);
    await this.templates.syncAll({ wabaId, token });
    return {
      status: 'Active',
      activationError: null,
      stateError: null,
      heldUntil: null,
      pin: null,
      ...rights,
    };
  }

  private async settle(
    integration: UnlockedIntegration,
    isLastTry: boolean,
    step: () => Promise<IntegrationChange>,
    toFailure: (error: IntegrationError) => IntegrationChange,
  ): Promise<void> {
    let change: IntegrationChange;
    try {
      change = await step();
    } catch (error) {
      const problem = toProblem(error);
      if (!problem || (isTransient(error) && !isLastTry)) throw error;
      this.logger.warn({ integrationId: integration.id, problem }, 'WhatsApp onboarding failed');
      change = toFailure(problem);
    }
    // False: it was changed or deleted meanwhile, and what we found out no longer counts.
    if (await this.repository.update(integration, change)) await this.states.announce(integration.id);
  }
}

const toSignupFailure = (createError: IntegrationError): IntegrationChange => ({
  createStatus: 'Error',
  status: 'Error',
  createError,
});

// The number is given back, so that another integration may take it.
const toActivationFailure = (activationError: IntegrationError): IntegrationChange => ({
  status: 'Error',
  activationError,
  stateError: null,
  pin: null,
  phoneNumberId: null,
  phoneNumber: null,
});

const isTransient = (error: unknown): boolean => error instanceof GraphCallError && error.isTransient;
