import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../../../platform/http/public.decorator.js';
import { Invites } from '../users/invites.service.js';
import { sendPage } from './page-reply.js';
import { messagePage, passwordPage } from './pages.js';

type Form = Readonly<Record<string, unknown>>;

const GONE = 'This link has been used, replaced or has expired. Ask your administrator for a new invitation.';

/**
 * The page behind an invitation. The invitation itself is the proof that the form is genuine: it is known only to
 * whom the link was given, so the form needs no cookie.
 */
@ApiExcludeController()
@Controller('oauth/password')
export class PasswordController {
  constructor(private readonly invites: Invites) {}

  @Get()
  @Public()
  async show(@Res() reply: FastifyReply, @Query() query: Form): Promise<void> {
    const invite = textOf(query.invite);
    const invited = await this.invites.find(invite);
    if (invited) sendPage(reply, passwordPage({ invite, email: invited.email }));
    else sendGone(reply);
  }

  @Post()
  @Public()
  async submit(@Res() reply: FastifyReply, @Body() body: Form | undefined): Promise<void> {
    const form = body ?? {};
    const invite = textOf(form.invite);
    const password = textOf(form.password);
    const invited = await this.invites.find(invite);
    if (!invited) return sendGone(reply);
    const refuse = (text: string, details?: string[]): void => {
      const page = passwordPage({ invite, email: invited.email, notice: { text, details } });
      sendPage(reply, page, { status: 400 });
    };
    if (password !== textOf(form.repeat)) return refuse('The two passwords differ; enter the same twice.');
    const outcome = await this.invites.accept(invite, invited, password);
    if (outcome === 'gone') return sendGone(reply);
    if (outcome !== 'done') {
      return refuse(
        'Choose another password:',
        outcome.map(({ message }) => message),
      );
    }
    const page = messagePage('Password set', 'You can sign in with it now.', {
      uri: '/',
      text: 'Go to the console',
    });
    sendPage(reply, page);
  }
}

function sendGone(reply: FastifyReply): void {
  sendPage(reply, messagePage('The link is no longer valid', GONE), { status: 410 });
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
