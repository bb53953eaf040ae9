import type { Reason } from '../../../../kernel/reason.js';
import type { OAuthClientDto } from './oauth-client.dto.js';
import { explainRedirectUri } from './redirect-uri.js';

/** Everything that is wrong with the definition of a client, apart from the shape of its fields. */
export function explainClient(dto: OAuthClientDto, publicUrl: string): Reason[] {
  const own = dto.authorizedGrantType === 'CODE' ? codeReasons(dto) : programReasons(dto);
  const redirects = (dto.registeredRedirectUri ?? []).flatMap((uri, index) => {
    const why = explainRedirectUri(uri, publicUrl);
    if (!why) return [];
    const message = `registeredRedirectUri ${index + 1} can't be used: ${why}.`;
    return [{ code: 'invalid.redirect.uri', field: `registeredRedirectUri.${index}`, message }];
  });
  return [...own, ...redirects];
}

function codeReasons(dto: OAuthClientDto): Reason[] {
  const reasons: Reason[] = [];
  if (!dto.registeredRedirectUri?.length) {
    const message = 'A client that signs in users needs at least one registeredRedirectUri.';
    reasons.push({ code: 'missing.redirect.uri', field: 'registeredRedirectUri', message });
  }
  if (dto.roleDivisions?.length) {
    const message =
      'roleDivisions are for CLIENT-CREDENTIALS only; a user who signs in brings their own roles.';
    reasons.push({ code: 'invalid.value', field: 'roleDivisions', message });
  }
  return reasons;
}

function programReasons(dto: OAuthClientDto): Reason[] {
  const reasons: Reason[] = [];
  if (!dto.roleDivisions?.length) {
    const message = 'A client of type CLIENT-CREDENTIALS needs at least one role in roleDivisions.';
    reasons.push({ code: 'missing.client.roles', field: 'roleDivisions', message });
  }
  if (dto.public) {
    const message = 'Only clients of type CODE can be public; a program proves itself by its secret.';
    reasons.push({ code: 'invalid.value', field: 'public', message });
  }
  if (dto.scope?.length) {
    const message = 'scope is for CODE only; a program is limited by its roles.';
    reasons.push({ code: 'invalid.value', field: 'scope', message });
  }
  return reasons;
}
