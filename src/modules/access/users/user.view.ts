import { toWireDate } from '../../../platform/http/json-dates.js';
import type { DivisionRef } from '../divisions/division.view.js';
import type { UserView } from './user.dto.js';
import type { User } from './user.entity.js';

/** Path of the collection. */
export const USERS_PATH = '/api/v2/users';

/** The user on the wire. */
export function toUserView(user: User, division: DivisionRef): UserView {
  const { id, name, email, state, version } = user;
  return {
    id,
    name,
    email,
    username: email,
    division,
    department: user.department ?? undefined,
    title: user.title ?? undefined,
    state,
    version,
    dateLastLogin: toWireDate(user.lastSignInAt ?? undefined),
    selfUri: `${USERS_PATH}/${id}`,
  };
}
