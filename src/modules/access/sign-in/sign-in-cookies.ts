import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';
import { newSecret, tokenHash } from '../oauth/secret-hash.js';

/** The two cookies of the sign-in pages. Over https their names bind them to this very host and to TLS. */
export class SignInCookies {
  private readonly secure: boolean;

  constructor(publicUrl: string) {
    this.secure = publicUrl.startsWith('https:');
  }

  session(request: FastifyRequest): string | undefined {
    return request.cookies[this.name('session')];
  }

  setSession(reply: FastifyReply, token: string, maxAgeSeconds: number): void {
    void reply.setCookie(this.name('session'), token, { ...this.options(), maxAge: maxAgeSeconds });
  }

  clearSession(reply: FastifyReply): void {
    void reply.clearCookie(this.name('session'), this.options());
  }

  /** The value for the hidden field of a form; belongs to a random cookie that only this browser has. */
  formToken(request: FastifyRequest, reply: FastifyReply): string {
    const known = request.cookies[this.name('form')];
    const nonce = known ?? newSecret();
    if (!known) void reply.setCookie(this.name('form'), nonce, this.options());
    return tokenOf(nonce).toString('base64url');
  }

  /** True when the form was shown to this browser by us; takes the same time wherever the values differ. */
  isOwnForm(request: FastifyRequest, token: string | undefined): boolean {
    const nonce = request.cookies[this.name('form')];
    if (!nonce || !token) return false;
    const given = Buffer.from(token, 'base64url');
    const expected = tokenOf(nonce);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private name(purpose: 'session' | 'form'): string {
    return this.secure ? `__Host-depesche-${purpose}` : `depesche-${purpose}`;
  }

  private options(): { path: string; httpOnly: true; sameSite: 'lax'; secure: boolean } {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.secure };
  }
}

function tokenOf(nonce: string): Buffer {
  return tokenHash(`sign-in form:${nonce}`);
}
