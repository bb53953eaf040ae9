import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { SecretBox } from '../../../platform/crypto/secret-box.js';
import { createSecret } from '../deliveries/delivery-signature.js';

const contextOf = (webhookId: string): string => `outgoing-webhook-secret:${webhookId}`;

/** Secrets of webhooks: in clear once, when they are made, and sealed from then on. */
@Injectable()
export class WebhookSecrets {
  private readonly box: SecretBox;

  constructor(config: Config) {
    this.box = new SecretBox(config.encryptionKey);
  }

  create(webhookId: string): { secret: string; sealed: Buffer } {
    const secret = createSecret();
    return { secret, sealed: this.box.seal(secret, contextOf(webhookId)) };
  }

  /** All that a delivery is signed with, the newest first. */
  open(webhookId: string, sealed: { secret: Buffer; previousSecret: Buffer | null }): string[] {
    return [sealed.secret, sealed.previousSecret]
      .filter((secret) => secret !== null)
      .map((secret) => this.box.open(secret, contextOf(webhookId)));
  }
}
