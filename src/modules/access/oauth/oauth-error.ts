import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

export type OAuthErrorCode =
  'invalid_client' | 'invalid_request' | 'invalid_grant' | 'unauthorized_client' | 'unsupported_grant_type';

/** A refused login; has a body of its own on the wire (Genesys Cloud API, OAuth login; RFC 6749 section 5.2). */
export class OAuthError extends Error {
  constructor(
    readonly code: OAuthErrorCode,
    message: string,
  ) {
    super(message);
  }
}

@Catch(OAuthError)
export class OAuthErrorFilter implements ExceptionFilter<OAuthError> {
  catch(error: OAuthError, host: ArgumentsHost): void {
    const body = { error: error.code, description: error.message, error_description: error.message };
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(400)
      .header('cache-control', 'no-store')
      .send(body);
  }
}

/** The same answer for an unknown client, a wrong or missing secret, and a client that is not active. */
export function invalidClient(): OAuthError {
  return new OAuthError('invalid_client', 'client not found or secret wrong');
}
