import { Injectable } from '@nestjs/common';
import { requireNewest, wrongVersion } from '../../platform/database/optimistic-lock.js';
import { UnitOfWork } from '../../platform/database/unit-of-work.js';
import { AuditTrail } from '../access/index.js';
import type { OutboundSettingsDto, OutboundSettingsPatchDto } from './outbound-settings.dto.js';

/** What nobody has set otherwise. */
const DEFAULTS = { rescheduleTimeZoneSkippedContacts: true, timeZone: 'UTC' } as const;

type Stored = { [K in keyof OutboundSettingsDto]?: NonNullable<OutboundSettingsDto[K]> };

/** The settings in force. */
export type OutboundSettings = Stored & { rescheduleTimeZoneSkippedContacts: boolean; timeZone: string };

/** The settings in force, and which version of them this is. */
export interface VersionedSettings {
  settings: OutboundSettings;
  version: number;
  createdAt: Date;
  modifiedAt: Date;
}

const READ = `
  SELECT settings, version, created_at AS "createdAt", modified_at AS "modifiedAt" FROM outbound_settings`;
const MERGE = `
  UPDATE outbound_settings
     SET settings = jsonb_strip_nulls(settings || $1::jsonb), version = version + 1, modified_at = now()
   WHERE version = $2 RETURNING version`;
const SUBJECT = { id: 'outbound-settings', name: 'Outbound settings' };

/** Settings of the organisation for outbound campaigns (Genesys Cloud API, outbound settings). */
@Injectable()
export class OutboundSettingsService {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly audit: AuditTrail,
  ) {}

  async get(): Promise<OutboundSettings> {
    return (await this.read()).settings;
  }

  async read(): Promise<VersionedSettings> {
    const [row] = await this.uow.manager.query<(VersionedSettings & { settings: Stored })[]>(READ);
    if (!row) throw new Error('The migrations made the row of the settings');
    return { ...row, settings: { ...DEFAULTS, ...row.settings } };
  }

  /** Changes what is given. Throws 400 `invalid.update` without version, 409 `invalid.update.wrong.version`. */
  async change({ version: given, ...changes }: OutboundSettingsPatchDto): Promise<void> {
    await this.uow.run(async () => {
      const before = await this.read();
      const version = requireNewest({ ...SUBJECT, version: before.version }, given);
      const [rows] = await this.uow.manager.query<[unknown[], number]>(MERGE, [
        JSON.stringify(changes),
        version,
      ]);
      const after = await this.read();
      if (rows.length === 0) throw wrongVersion({ ...SUBJECT, version: after.version }, version);
      await this.audit.record({
        action: 'Update',
        entity: 'outbound:settings',
        ...SUBJECT,
        before: before.settings,
        after: after.settings,
      });
    });
  }
}
