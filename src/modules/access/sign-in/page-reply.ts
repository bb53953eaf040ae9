import type { FastifyReply } from 'fastify';

/**
 * Sends a page under a policy that lets nothing run and nobody frame it. `redirectUri` is where its form may lead in
 * the end: browsers apply form-action to redirects as well.
 */
export function sendPage(
  reply: FastifyReply,
  page: string,
  { status = 200, redirectUri }: { status?: number; redirectUri?: string } = {},
): void {
  const target = redirectUri === undefined ? '' : ` ${sourceOf(redirectUri)}`;
  const policy = [
    `default-src 'none'`,
    `style-src 'self'`,
    `form-action 'self'${target}`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
  ];
  void reply
    .status(status)
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', policy.join('; '))
    .header('referrer-policy', 'no-referrer')
    .send(page);
}

/** Sends the browser elsewhere by GET. Only for addresses that are registered or our own. */
export function sendBrowserTo(reply: FastifyReply, uri: string): void {
  void reply.status(303).header('cache-control', 'no-store').header('location', uri).send();
}

// An address has no meaning in a policy beyond its origin; a scheme of a native application has no origin.
function sourceOf(uri: string): string {
  const { origin, protocol } = new URL(uri);
  return origin === 'null' ? protocol : origin;
}
