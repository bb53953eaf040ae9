import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { ApiError } from '../../../platform/errors/api-error.js';
import type { SubjectType } from '../caller.js';
import type { GrantedPolicy } from '../permissions/ability.js';
import { findGrantedPolicies } from '../permissions/granted-policies.js';

/** Who may hold grants: a user or an OAuth client. */
export interface Subject {
  id: string;
  type: SubjectType;
  name: string;
}

// Ids of clients are free text, those of users are UUIDs.
const FIND_SUBJECTS = `
  SELECT u.id::text AS id, 'PC_USER' AS type, u.name FROM users u
   WHERE u.id::text = ANY($1) AND u.state <> 'deleted'
  UNION ALL
  SELECT c.id, 'PC_OAUTH_CLIENT' AS type, c.name FROM oauth_clients c WHERE c.id = ANY($1)`;

@Injectable()
export class SubjectsRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** Throws 404 `subject.not.found`. */
  async get(id: string): Promise<Subject> {
    const [subject] = await this.find([id]);
    if (subject) return subject;
    throw new ApiError(
      'not-found',
      'subject.not.found',
      'There is no user or OAuth client with the id {id}.',
      {
        params: { id },
      },
    );
  }

  find(ids: readonly string[]): Promise<Subject[]> {
    return this.uow.manager.query<Subject[]>(FIND_SUBJECTS, [ids]);
  }

  /** Everything that the roles of the subject allow. */
  policiesOf(subjectId: string): Promise<GrantedPolicy[]> {
    return findGrantedPolicies(this.uow.manager, subjectId);
  }
}
