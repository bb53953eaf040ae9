import { Controller, Get, Header, Headers, HttpCode, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../../platform/errors/api-error.js';
import { Public } from '../../../platform/http/public.decorator.js';
import { WhatsAppService } from '../../whatsapp/index.js';
import { WebhookInbox } from './webhook-inbox.js';

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

  /** Stores the event before it says 200; the signature covers the exact bytes. */
  @Post()
  @HttpCode(200)
  async receive(
    @Req() request: FastifyRequest,
    @Headers('x-hub-signature-256') signature?: string,
  ): Promise<string> {
    if (!request.rawBody || !this.whatsApp.verifySignature(request.rawBody, signature)) {
      throw new ApiError('forbidden', 'webhook.signature.invalid', 'The signature does not fit the body.');
    }
    await this.inbox.store(request.rawBody);
    return 'EVENT_RECEIVED';
  }
}
