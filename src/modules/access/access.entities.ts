import { DeletedDivision, Division } from './divisions/division.entity.js';
import { AccessToken } from './oauth/access-token.entity.js';
import { OAuthClient } from './oauth/oauth-client.entity.js';
import { Organization } from './organization/organization.entity.js';
import { Grant } from './roles/grant.entity.js';
import { Role, RolePolicy } from './roles/role.entity.js';
import { User } from './users/user.entity.js';

export const accessEntities = [
  AccessToken,
  DeletedDivision,
  Division,
  Grant,
  OAuthClient,
  Organization,
  Role,
  RolePolicy,
  User,
];
