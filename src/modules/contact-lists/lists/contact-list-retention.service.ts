import { Injectable } from '@nestjs/common';
import type { Reason } from '../../../kernel/reason.js';
import { OutboundSettingsService } from '../../outbound-settings/index.js';
import { isTimeZone, type Retention, type RetentionInput, readRetention } from '../retention/retention.js';

export type ListRetention = Retention & { timeZone: string | null };

/** How long lists are kept: as they say, else as the settings of the organisation say when they are created. */
@Injectable()
export class ContactListRetention {
  constructor(private readonly settings: OutboundSettingsService) {}

  /** For a new list. */
  async ofNew(input: RetentionInput): Promise<{ retention: ListRetention; reasons: Reason[] }> {
    const own = read(input);
    if (own.retention.retentionType || own.reasons.length > 0) return own;
    const settings = await this.settings.get();
    const standard = read({
      retentionType: settings.contactListDefaultRetentionType,
      retentionDays: settings.contactListDefaultRetentionDays,
    });
    // A default that nobody can read is the mistake of whoever set it, not of who makes a list.
    if (standard.reasons.length > 0) return own;
    return { retention: { ...standard.retention, timeZone: own.retention.timeZone }, reasons: [] };
  }

  /** For a list that exists: what the change says, else what it has. */
  ofExisting(
    existing: ListRetention,
    input: RetentionInput,
  ): { retention: ListRetention; reasons: Reason[] } {
    const { retentionType, retentionDays, expiresAt, timeZone } = existing;
    const { retention, reasons } = read({ ...input, timeZone: input.timeZone ?? timeZone ?? undefined });
    const same = retention.retentionType === retentionType && retention.retentionDays === retentionDays;
    const kept = !retention.retentionType || (same && retentionType === 'DAYS');
    // Sending a list back as it was read must not move its end.
    return kept
      ? { retention: { retentionType, retentionDays, expiresAt, timeZone: retention.timeZone }, reasons }
      : { retention, reasons };
  }
}

function read(input: RetentionInput): { retention: ListRetention; reasons: Reason[] } {
  const { retention, reasons } = readRetention(input, new Date());
  const timeZone = typeof input.timeZone === 'string' ? input.timeZone : null;
  if (timeZone !== null && !isTimeZone(timeZone)) {
    const message = 'timeZone must be the name of a time zone such as Europe/Berlin.';
    reasons.push({ code: 'invalid.time.zone', field: 'timeZone', message });
  }
  return { retention: { ...retention, timeZone }, reasons };
}
