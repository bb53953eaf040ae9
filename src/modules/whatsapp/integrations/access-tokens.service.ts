import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import { AuditTrail, type Caller } from '../../access/index.js';
import { GraphCallError } from '../cloud-api/graph-client.js';
import { userIdOf } from '../profiles/profiles.service.js';
import type { AvailablePhoneNumber, WhatsAppIntegration } from './integration.entity.js';
import { toProblem } from './integration-problem.js';
import { IntegrationStates } from './integration-states.js';
import { IntegrationsRepository } from './integrations.repository.js';
import { WhatsAppAccount } from './whatsapp-account.js';

/** Replaces the access token of an integration while it is in service. */
@Injectable()
export class AccessTokens {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly repository: IntegrationsRepository,
    private readonly account: WhatsAppAccount,
    private readonly states: IntegrationStates,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Sends by the new token from now on, and within seconds in other processes. The old one stays until WhatsApp has
   * said that the new one reaches the number. Throws 404, 400 with what WhatsApp says against the token, 409 when the
   * integration changed meanwhile, 503 when WhatsApp can't be reached.
   */
  async replace(caller: Caller, id: string, token: string): Promise<WhatsAppIntegration> {
    const integration = await this.repository.get(id);
    const availablePhoneNumbers = await this.readNumbers(token);
    requireReached(integration, availablePhoneNumbers);
    return this.uow.run(async () => {
      const isWaitingForNumber = integration.phoneNumberId === null;
      const isReplaced = await this.repository.update(integration, {
        accessToken: this.repository.sealToken(id, token),
        availablePhoneNumbers,
        createStatus: 'Completed',
        createError: null,
        status: isWaitingForNumber ? 'Incomplete' : integration.status,
        // Whatever the old token was refused for: the probe finds out at once whether the new one may send.
        heldUntil: null,
        probeDueAt: () => 'now()',
        modifiedBy: userIdOf(caller),
      });
      if (!isReplaced)
        throw new ApiError('conflict', 'general.conflict', 'The integration changed meanwhile; try again.');
      const replaced = await this.repository.get(id);
      const entity = 'messaging:whatsappIntegration';
      const { name } = replaced;
      await this.audit.record({
        action: 'ReplaceToken',
        entity,
        id,
        name,
        before: integration,
        after: replaced,
      });
      await this.states.announce(id);
      return replaced;
    });
  }

  private async readNumbers(token: string): Promise<AvailablePhoneNumber[]> {
    try {
      return await this.account.findPhoneNumbers(token);
    } catch (error) {
      const problem = toProblem(error);
      if (!problem) throw error;
      const isTransient = error instanceof GraphCallError && error.isTransient;
      throw new ApiError(
        isTransient ? 'unavailable' : 'invalid',
        problem.code,
        `${problem.message} The integration keeps its old token.`,
        { cause: error },
      );
    }
  }
}

function requireReached(
  { id, name, phoneNumberId }: WhatsAppIntegration,
  found: AvailablePhoneNumber[],
): void {
  if (phoneNumberId === null || found.some((number) => number.phoneNumberId === phoneNumberId)) return;
  throw new ApiError(
    'invalid',
    'phone.number.not.available',
    'The new access token does not reach the phone number of this integration; the integration keeps its old token.',
    { entityId: id, entityName: name },
  );
}
