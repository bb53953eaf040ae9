import type { FastifyInstance } from 'fastify';

/**
 * Body parsers of the Genesys API: JSON that may be empty although its content type says JSON (the SDK always sends
 * the header), form fields for OAuth, and any other type as an unread stream (uploads).
 * The raw bytes of JSON stay at hand, because a signature covers exactly those.
 */
export function registerBodyParsers(fastify: FastifyInstance): void {
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer;
    request.rawBody = bytes;
    const text = bytes.toString('utf8').trim();
    if (text === '') done(null, undefined);
    else void parseJson(request, text, done);
  });
  fastify.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, Object.fromEntries(new URLSearchParams(body as string)));
    },
  );
  fastify.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}
