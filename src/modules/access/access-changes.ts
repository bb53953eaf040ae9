import { Injectable } from '@nestjs/common';
import { AccessVersion } from './access-version.js';
import { type AuditedChange, AuditTrail } from './audit/audit-trail.js';
import { GrantsRepository } from './grants/grants.repository.js';
import { LockoutProtection } from './grants/lockout.js';

/** What every change of who may do what goes through: one after another, never without an administrator, audited. */
@Injectable()
export class AccessChanges {
  constructor(
    private readonly version: AccessVersion,
    private readonly lockout: LockoutProtection,
    private readonly audit: AuditTrail,
    private readonly grants: GrantsRepository,
  ) {}

  /** See `AccessVersion.change`. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.version.change(work);
  }

  /** See `LockoutProtection.requireAdmin`. */
  requireAdmin(): Promise<void> {
    return this.lockout.requireAdmin();
  }

  /** See `AuditTrail.record`. */
  record(change: AuditedChange): Promise<void> {
    return this.audit.record(change);
  }

  /** What a subject holds now as the trail shows it: role@division by name, `*` for all divisions. */
  async grantsOf(subjectId: string): Promise<string[]> {
    return (await this.grants.findLabels([subjectId])).get(subjectId)!;
  }
}
