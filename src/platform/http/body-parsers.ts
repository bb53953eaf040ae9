import type { FastifyInstance } from 'fastify';
import { ApiError } from '../errors/api-error.js';

/** Only uploads take bodies of any type. */
const UPLOAD_PATHS = '/uploads/';

/**
 * Body parsers of the Genesys API: JSON that may be empty although its content type says JSON (the SDK always sends
 * the header), form fields for OAuth, and for uploads any other type as an unread stream.
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
  fastify.addContentTypeParser('*', (request, payload, done) => {
    if (request.url.startsWith(UPLOAD_PATHS)) return done(null, payload);
    const type = request.headers['content-type'] ?? 'none';
    const message = `The content type ${type} can not be read here; send application/json.`;
    done(new ApiError('unsupported-media-type', 'unsupported.media.type', message));
  });
}
