import { Body, Controller, Header, Headers, HttpCode, Post, UseFilters } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiOkResponse,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { Public } from '../../../platform/http/public.decorator.js';
import { ThrottleLogin } from '../rate-limit/throttle-login.decorator.js';
import { ClientAuthentication } from './client-authentication.service.js';
import { CodeGrant } from './code-grant.service.js';
import { OAuthError, OAuthErrorFilter } from './oauth-error.js';
import { RefreshGrant } from './refresh-grant.service.js';
import type { IssuedPair } from './token-families.service.js';
import {
  type ClientCredentials,
  readCredentials,
  readTokenRequest,
  type TokenForm,
  type TokenRequest,
} from './token-form.js';
import { type IssuedToken, TokensService } from './tokens.service.js';

class TokenAnswer {
  @ApiProperty()
  access_token: string;

  @ApiProperty({ enum: ['bearer'] })
  token_type: string;

  @ApiProperty({ description: 'Seconds until the token expires' })
  expires_in: number;

  @ApiPropertyOptional({ description: 'Only for signed-in users; good for one use' })
  refresh_token?: string;
}

const FORM_SCHEMA = {
  type: 'object',
  required: ['grant_type'],
  properties: {
    grant_type: { type: 'string', enum: ['client_credentials', 'authorization_code', 'refresh_token'] },
    client_id: { type: 'string' },
    code: { type: 'string' },
    redirect_uri: { type: 'string' },
    code_verifier: { type: 'string' },
    refresh_token: { type: 'string' },
  },
};

@ApiTags('OAuth')
@Controller('oauth')
@UseFilters(OAuthErrorFilter)
export class OAuthController {
  constructor(
    private readonly tokens: TokensService,
    private readonly clients: ClientAuthentication,
    private readonly codes: CodeGrant,
    private readonly refreshes: RefreshGrant,
  ) {}

  /** Login of programs (client credentials) and of users (authorization code with PKCE, refresh token). */
  @Post('token')
  @Public()
  @ThrottleLogin()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ schema: FORM_SCHEMA })
  @ApiOkResponse({ type: TokenAnswer })
  async token(
    @Headers('authorization') authorization: string | undefined,
    @Body() form: TokenForm | undefined,
  ): Promise<TokenAnswer> {
    const request = readTokenRequest(form ?? {});
    const issued = await this.issue(request, readCredentials(authorization, form ?? {}));
    return {
      access_token: issued.accessToken,
      token_type: 'bearer',
      expires_in: issued.expiresInSeconds,
      refresh_token: 'refreshToken' in issued ? issued.refreshToken : undefined,
    };
  }

  private async issue(
    request: TokenRequest,
    credentials: ClientCredentials,
  ): Promise<IssuedToken | IssuedPair> {
    switch (request.grant) {
      case 'client_credentials':
        return this.tokens.issueForClient(credentials.id, requireSecret(credentials));
      case 'authorization_code':
        return this.codes.redeem(await this.clients.codeClient(credentials), request);
      case 'refresh_token':
        return this.refreshes.refresh(await this.clients.codeClient(credentials), request.refreshToken);
    }
  }
}

function requireSecret({ secret }: ClientCredentials): string {
  if (secret !== undefined) return secret;
  throw new OAuthError('invalid_request', 'send the client id and secret by Basic authentication');
}
