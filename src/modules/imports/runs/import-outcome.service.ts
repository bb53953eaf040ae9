import { Injectable } from '@nestjs/common';
import { EVERYWHERE } from '../../access/index.js';
import { type EventCode, type EventEntity, EventLog } from '../../event-log/index.js';
import type { ImportCode } from '../import-failure.js';
import type { ImportProgress } from '../import-status.js';
import type { ImportKind } from '../import-target.js';
import { ImportTargets } from '../import-targets.js';

// The API knows no code for what can only happen to a server of one's own.
const OWN_CODES: Readonly<Record<Exclude<ImportCode, EventCode>, EventCode>> = {
  IMPORT_FILE_NOT_FOUND: 'IMPORT_FAILED_TO_READ_HEADERS',
  IMPORT_INTERNAL_ERROR: 'IMPORT_INVALID_DATA',
};

/** Tells the event log how an import ended: why it failed, and what it left out (Genesys Cloud API, event log). */
@Injectable()
export class ImportOutcome {
  constructor(
    private readonly eventLog: EventLog,
    private readonly targets: ImportTargets,
  ) {}

  /** Joins the transaction that ends the import. Says nothing of an import without faults. */
  async record(kind: ImportKind, progress: ImportProgress): Promise<void> {
    const { failureCode, failureMessage, rejectedByCode } = progress;
    const rejected = Object.entries(rejectedByCode);
    if (!failureCode && rejected.length === 0) return;
    const entity = await this.entityOf(kind, progress.targetId);
    if (failureCode) {
      await this.eventLog.record({
        code: eventCode(failureCode as ImportCode),
        message: 'The import failed: {reason}',
        params: { reason: failureMessage ?? '' },
        entity,
      });
    }
    for (const [code, count] of rejected) {
      const message = 'An import found this {count} times and left out what was concerned.';
      const event = { code: eventCode(code as ImportCode), message, params: { count }, entity };
      await this.eventLog.record({ ...event, level: 'WARNING' });
    }
  }

  private async entityOf(kind: ImportKind, id: string): Promise<EventEntity> {
    const target = this.targets.get(kind);
    // The list may be what is missing.
    const name = await target.getName(EVERYWHERE, id).catch(() => undefined);
    return { kind: target.entityKind, id, name };
  }
}

function eventCode(code: ImportCode): EventCode {
  return code === 'IMPORT_FILE_NOT_FOUND' || code === 'IMPORT_INTERNAL_ERROR' ? OWN_CODES[code] : code;
}
