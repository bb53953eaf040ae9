import { Body, Controller, Get, Header, Ip, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../../../platform/config/config.js';
import { Public } from '../../../platform/http/public.decorator.js';
import { CodeGrant } from '../oauth/code-grant.service.js';
import { CONSOLE_CLIENT_ID } from '../oauth/console-client.js';
import { AuthorizeClients } from './authorize-clients.service.js';
import {
  type AuthorizeFields,
  type AuthorizeRequest,
  checkRequest,
  codeUri,
  errorUri,
  readFields,
} from './authorize-request.js';
import { sendBrowserTo, sendPage } from './page-reply.js';
import { continuePage, messagePage, type Notice, signInPage } from './pages.js';
import { SESSION_SECONDS, Sessions, type SignedIn } from './sessions.service.js';
import { SignInCookies } from './sign-in-cookies.js';
import { SIGN_IN_STYLE } from './sign-in-style.js';
import { SignIn, type SignInOutcome } from './sign-in.service.js';

type Form = Readonly<Record<string, unknown>>;

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Pages on which users sign in to a client (RFC 6749, section 4.1; Genesys Cloud API, OAuth login). */
@ApiExcludeController()
@Controller('oauth')
export class AuthorizeController {
  private readonly cookies: SignInCookies;

  constructor(
    config: Config,
    private readonly clients: AuthorizeClients,
    private readonly sessions: Sessions,
    private readonly signIns: SignIn,
    private readonly codes: CodeGrant,
  ) {
    this.cookies = new SignInCookies(config.publicUrl);
  }

  @Get('sign-in.css')
  @Public()
  @Header('content-type', 'text/css; charset=utf-8')
  @Header('cache-control', 'public, max-age=3600')
  style(): string {
    return SIGN_IN_STYLE;
  }

  /** Shows the sign-in page, or sends a browser that is signed in straight back with a code. */
  @Get('authorize')
  @Public()
  async authorize(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: Form,
  ): Promise<void> {
    const exchange = { request, reply };
    const asked = await this.check(readFields(query), reply);
    if (!asked) return;
    const signedIn =
      asked.prompt === 'login' ? undefined : await this.sessions.find(this.cookies.session(request));
    if (signedIn && asked.client.id === CONSOLE_CLIENT_ID) return this.sendCode(reply, asked, signedIn);
    if (asked.prompt === 'none') return sendBrowserTo(reply, loginRequired(asked));
    if (signedIn) this.showContinue(exchange, asked, signedIn);
    else this.showSignIn(exchange, asked, { status: 200 });
  }

  /** The form of either page. */
  @Post('authorize')
  @Public()
  async submit(
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
    @Body() body: Form | undefined,
    @Ip() address: string,
  ): Promise<void> {
    const form = body ?? {};
    const exchange = { request, reply };
    const asked = await this.check(readFields(form), reply);
    if (!asked) return;
    const email = textOf(form.email);
    if (!this.cookies.isOwnForm(request, textOf(form.csrf))) {
      const notice = { text: 'This page was open for too long, or cookies are switched off. Try again.' };
      return this.showSignIn(exchange, asked, { status: 403, email, notice });
    }
    if (form.continue !== undefined) {
      const signedIn = await this.sessions.find(this.cookies.session(request));
      if (signedIn && asked.prompt !== 'login') return this.sendCode(reply, asked, signedIn);
      return this.showSignIn(exchange, asked, { status: 200 });
    }
    const outcome = await this.signIns.attempt({ email, password: textOf(form.password), address });
    if (outcome.kind !== 'signed-in') return this.showRefusal(exchange, asked, { email, outcome });
    this.cookies.setSession(reply, outcome.sessionToken, SESSION_SECONDS);
    await this.sendCode(reply, asked, outcome);
  }

  /** The checked request; undefined when the answer has been given already. */
  private async check(fields: AuthorizeFields, reply: FastifyReply): Promise<AuthorizeRequest | undefined> {
    const checked = checkRequest(fields, await this.clients.find(fields.client_id));
    if (!('kind' in checked)) return checked;
    if (checked.kind === 'redirect') sendBrowserTo(reply, checked.uri);
    else sendPage(reply, messagePage('You can not sign in here', checked.reason), { status: 400 });
    return undefined;
  }

  private async sendCode(
    reply: FastifyReply,
    asked: AuthorizeRequest,
    { userId, sessionId }: Pick<SignedIn, 'userId' | 'sessionId'>,
  ): Promise<void> {
    const { client, redirectUri, codeChallenge } = asked;
    const code = await this.codes.order({
      clientId: client.id,
      userId,
      sessionId,
      redirectUri,
      codeChallenge,
    });
    sendBrowserTo(reply, codeUri(asked, code));
  }

  private showRefusal(
    exchange: Exchange,
    asked: AuthorizeRequest,
    { email, outcome }: { email: string; outcome: Exclude<SignInOutcome, { kind: 'signed-in' }> },
  ): void {
    if (outcome.kind === 'wrong') {
      const notice = { text: 'The e-mail address or the password is wrong.' };
      return this.showSignIn(exchange, asked, { status: 400, email, notice });
    }
    void exchange.reply.header('retry-after', outcome.seconds);
    const notice = { text: `Too many attempts have failed. Try again in ${duration(outcome.seconds)}.` };
    this.showSignIn(exchange, asked, { status: 429, email, notice });
  }

  private showSignIn(
    { request, reply }: Exchange,
    asked: AuthorizeRequest,
    { status, email, notice }: { status: number; email?: string; notice?: Notice },
  ): void {
    const csrf = this.cookies.formToken(request, reply);
    const page = signInPage({ clientName: asked.client.name, fields: asked.fields, csrf, email, notice });
    sendPage(reply, page, { status, redirectUri: asked.redirectUri });
  }

  private showContinue(
    { request, reply }: Exchange,
    asked: AuthorizeRequest,
    { userName, email }: SignedIn,
  ): void {
    const { client, fields, redirectUri } = asked;
    const csrf = this.cookies.formToken(request, reply);
    const switchUri = `/oauth/authorize?${new URLSearchParams({ ...fields, prompt: 'login' }).toString()}`;
    const page = continuePage({ clientName: client.name, fields, csrf, userName, email, switchUri });
    sendPage(reply, page, { redirectUri });
  }
}

function loginRequired({ redirectUri, state }: AuthorizeRequest): string {
  const description = 'The user has to sign in or to agree on a page.';
  return errorUri(redirectUri, { error: 'login_required', description, state });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function duration(seconds: number): string {
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
}
