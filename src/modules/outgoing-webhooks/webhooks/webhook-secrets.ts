import { Injectable, type OnModuleInit } from '@nestjs/common';
import { SealedColumns } from '../../../platform/crypto/sealed-columns.js';
import { SecretBox } from '../../../platform/crypto/secret-box.js';
import { createSecret } from '../deliveries/delivery-signature.js';

const contextOf = (webhookId: string): string => `outgoing-webhook-secret:${webhookId}`;

/** Secrets of webhooks: in clear once, when they are made, and sealed from then on. */
@Injectable()
export class WebhookSecrets implements OnModuleInit {
  constructor(
    private readonly box: SecretBox,
    private readonly columns: SealedColumns,
  ) {}

  onModuleInit(): void {
    for (const column of ['secret', 'previous_secret'])
      this.columns.add({ table: 'outgoing_webhooks', column, contextOf });
  }

  create(webhookId: string): { secret: string; sealed: Buffer } {
    const secret = createSecret();
    return { secret, sealed: this.box.seal(secret, contextOf(webhookId)) };
  }

  /** All that a delivery is signed with, the newest first; what opens with no encryption key is left out. */
  open(webhookId: string, sealed: { secret: Buffer; previousSecret: Buffer | null }): string[] {
    return [sealed.secret, sealed.previousSecret].flatMap((secret) => this.tryOpen(webhookId, secret) ?? []);
  }

  private tryOpen(webhookId: string, secret: Buffer | null): string | undefined {
    try {
      return secret ? this.box.open(secret, contextOf(webhookId)) : undefined;
    } catch {
      return undefined;
    }
  }
}
