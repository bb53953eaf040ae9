import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../../platform/config/config.js';
import { Public } from '../../../platform/http/public.decorator.js';
import { AuthorizeClients } from './authorize-clients.service.js';
import { readFields } from './authorize-request.js';
import { sendBrowserTo, sendPage } from './page-reply.js';
import { messagePage } from './pages.js';
import { Sessions } from './sessions.service.js';
import { SignInCookies } from './sign-in-cookies.js';

/** Signing out in the browser (Genesys Cloud API, OAuth login: the SDK's logout). */
@ApiExcludeController()
@Controller('logout')
export class LogoutController {
  private readonly cookies: SignInCookies;

  constructor(
    config: Config,
    private readonly clients: AuthorizeClients,
    private readonly sessions: Sessions,
  ) {
    this.cookies = new SignInCookies(config.publicUrl);
  }

  /** Ends the session with its tokens; leads on to the client, but only to a registered address. */
  @Get()
  @Public()
  async logout(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: Record<string, unknown>,
  ): Promise<void> {
    const token = this.cookies.session(request);
    if (token) await this.sessions.end(token);
    this.cookies.clearSession(reply);
    const { client_id: clientId, redirect_uri: redirectUri } = readFields(query);
    const client = await this.clients.find(clientId);
    if (redirectUri !== undefined && client?.redirectUris.includes(redirectUri))
      return sendBrowserTo(reply, redirectUri);
    sendPage(reply, messagePage('Signed out', 'You are signed out.', { uri: '/', text: 'Sign in' }));
  }
}
