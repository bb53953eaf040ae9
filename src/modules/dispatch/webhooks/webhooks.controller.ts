import { Controller, Get, Header, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../../platform/errors/api-error.js';
import { Direct } from '../../../platform/http/direct-routes.js';
import { Public } from '../../../platform/http/public.decorator.js';
import { WhatsAppService } from '../../whatsapp/index.js';
import { WebhookInbox } from './webhook-inbox.js';

const SIGNATURE = 'x-hub-signature-256';

/** Where WhatsApp reports statuses and inbound messages (WhatsApp Cloud API, webhooks). Signed, not authenticated. */
@ApiTags('Webhooks')
@Controller('webhooks/whatsapp')
@Public()
export class WebhooksController {
  constructor(
    private readonly whatsApp: WhatsAppService,
    private readonly inbox: WebhookInbox,
  ) {}

  /** The handshake: proves that we know the verify token by echoing the challenge. */
  @Get()
  @Header('content-type', 'text/plain; charset=utf-8')
  handshake(@Query() query: Record<string, string | undefined>): string {
    const challenge = this.whatsApp.verifyHandshake(query);
    if (challenge === undefined) {
      throw new ApiError('forbidden', 'webhook.verify.token.wrong', 'The verify token is wrong or missing.');
    }
    return challenge;
  }

  /** Stores the event before it says 200; the signature covers the exact bytes, which are read by a worker. */
  @Post()
  @HttpCode(200)
  @Direct()
  @ApiHeader({ name: SIGNATURE, required: true })
  async receive(@Req() { rawBody, headers }: FastifyRequest): Promise<string> {
    const signature = headers[SIGNATURE];
    if (!rawBody || typeof signature !== 'string' || !this.whatsApp.verifySignature(rawBody, signature)) {
      throw new ApiError('forbidden', 'webhook.signature.invalid', 'The signature does not fit the body.');
    }
    await this.inbox.store(rawBody);
    return 'EVENT_RECEIVED';
  }
}
