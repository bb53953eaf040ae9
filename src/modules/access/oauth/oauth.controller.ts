import { Body, Controller, Header, Headers, HttpCode, Post, UseFilters } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Public } from '../../../platform/http/public.decorator.js';
import { ThrottleLogin } from '../rate-limit/throttle-login.decorator.js';
import { OAuthError, OAuthErrorFilter } from './oauth-error.js';
import { TokensService } from './tokens.service.js';

class TokenAnswer {
  @ApiProperty()
  access_token: string;

  @ApiProperty({ enum: ['bearer'] })
  token_type: string;

  @ApiProperty({ description: 'Seconds until the token expires' })
  expires_in: number;
}

type TokenForm = Partial<Record<'grant_type' | 'client_id' | 'client_secret', string>>;

@ApiTags('OAuth')
@Controller('oauth')
@UseFilters(OAuthErrorFilter)
export class OAuthController {
  constructor(private readonly tokens: TokensService) {}

  /** Client credentials login; the client sends its id and secret by Basic authentication. */
  @Post('token')
  @Public()
  @ThrottleLogin()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({
    schema: { type: 'object', properties: { grant_type: { type: 'string', enum: ['client_credentials'] } } },
  })
  @ApiOkResponse({ type: TokenAnswer })
  async token(
    @Headers('authorization') authorization: string | undefined,
    @Body() form: TokenForm | undefined,
  ): Promise<TokenAnswer> {
    if (form?.grant_type !== 'client_credentials') {
      throw new OAuthError('unsupported_grant_type', 'grant_type must be client_credentials');
    }
    const { id, secret } = credentials(authorization, form);
    const issued = await this.tokens.issueForClient(id, secret);
    return { access_token: issued.accessToken, token_type: 'bearer', expires_in: issued.expiresInSeconds };
  }
}

function credentials(authorization: string | undefined, form: TokenForm): { id: string; secret: string } {
  const basic = /^basic\s+(\S+)$/iu.exec(authorization ?? '')?.[1];
  const [id, ...secret] = basic
    ? Buffer.from(basic, 'base64').toString('utf8').split(':')
    : [form.client_id, form.client_secret ?? ''];
  if (!id || secret.length === 0) {
    throw new OAuthError('invalid_request', 'send the client id and secret by Basic authentication');
  }
  return { id, secret: secret.join(':') };
}
