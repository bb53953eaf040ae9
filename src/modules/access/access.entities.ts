import { DeletedDivision, Division } from './divisions/division.entity.js';
import { AccessToken } from './oauth/access-token.entity.js';
import { AuthorizationCode } from './oauth/authorization-code.entity.js';
import { OAuthClient } from './oauth/oauth-client.entity.js';
import { RefreshToken, TokenFamily } from './oauth/token-family.entity.js';
import { Organization } from './organization/organization.entity.js';
import { Grant } from './roles/grant.entity.js';
import { Role, RolePolicy } from './roles/role.entity.js';
import { Session } from './sign-in/session.entity.js';
import { PasswordInvite } from './users/password-invite.entity.js';
import { User } from './users/user.entity.js';

export const accessEntities = [
  AccessToken,
  AuthorizationCode,
  DeletedDivision,
  Division,
  Grant,
  OAuthClient,
  Organization,
  PasswordInvite,
  RefreshToken,
  Role,
  RolePolicy,
  Session,
  TokenFamily,
  User,
];
