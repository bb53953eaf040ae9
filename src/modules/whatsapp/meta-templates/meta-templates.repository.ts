import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';
import { EventBus } from '../../../platform/events/event-bus.js';
import { TemplateStateChanged } from '../whatsapp.events.js';
import type { MetaTemplate } from './meta-template.js';
import { MetaTemplateRow } from './meta-template.entity.js';

export interface TemplateKey {
  name: string;
  language: string;
}

/** A template as it was just read. */
export type ReadTemplate = Omit<MetaTemplateRow, 'statusAt' | 'heldReason' | 'heldUntil'>;

/** A change that the platform told by webhook; what is absent stays as it is. */
export interface ToldChange {
  wabaId: string;
  name: string;
  /** Absent: all languages. */
  language?: string;
  status?: string;
  reason?: string;
  category?: MetaTemplate['category'];
  quality?: string;
  at: Date;
}

/** All that anybody above may care about, so that one comparison finds what changed. */
const FINGERPRINT = `md5(concat_ws('|', status, category, status_reason, quality, held_reason, components::text))`;

// A reason that came by webhook stays as long as the status does: the list of templates seldom has one.
const UPSERT = `
  INSERT INTO whatsapp_templates AS t
    (waba_id, name, language, meta_id, category, status, status_reason, parameter_format, components, quality, synced_at)
  SELECT x ->> 'wabaId', x ->> 'name', x ->> 'language', x ->> 'metaId', x ->> 'category', x ->> 'status',
         x ->> 'statusReason', x ->> 'parameterFormat', x -> 'components', x ->> 'quality',
         (x ->> 'syncedAt')::timestamptz
    FROM jsonb_array_elements($1::jsonb) x
  ON CONFLICT (waba_id, name, language) DO UPDATE
     SET meta_id = excluded.meta_id, category = excluded.category, status = excluded.status,
         status_reason = CASE WHEN excluded.status_reason IS NOT NULL THEN excluded.status_reason
                              WHEN excluded.status = t.status THEN t.status_reason END,
         parameter_format = excluded.parameter_format, components = excluded.components,
         quality = excluded.quality, synced_at = excluded.synced_at`;

// Webhooks come late and in any order; the newest counts. The row is stale from then on: whoever needs the template
// next asks the platform, whose word is the last. An approval ends what a failed send made us hold back.
const APPLY_TOLD = `
  UPDATE whatsapp_templates
     SET status = coalesce($4, status), category = coalesce($6, category), quality = coalesce($7, quality),
         status_reason = CASE WHEN $4::text IS NULL THEN status_reason ELSE $5 END,
         status_at = CASE WHEN $4::text IS NULL THEN status_at ELSE $8::timestamptz END,
         held_reason = CASE WHEN $4 = 'APPROVED' THEN NULL ELSE held_reason END,
         held_until = CASE WHEN $4 = 'APPROVED' THEN NULL ELSE held_until END,
         synced_at = '-infinity'
   WHERE waba_id = $1 AND name = $2 AND ($3::text IS NULL OR language = $3)
     AND ($4::text IS NULL OR status_at IS NULL OR status_at <= $8)`;

/** Templates as last seen, per business account. Tells of every change after its transaction has committed. */
@Injectable()
export class MetaTemplatesRepository {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly events: EventBus,
  ) {}

  findRow(wabaId: string, { name, language }: TemplateKey): Promise<MetaTemplateRow | null> {
    return this.uow.manager.findOneBy(MetaTemplateRow, { wabaId, name, language });
  }

  /** All of an account, by name and language. */
  findAll(wabaId: string): Promise<MetaTemplateRow[]> {
    return this.uow.manager.find(MetaTemplateRow, {
      where: { wabaId },
      order: { name: 'ASC', language: 'ASC' },
    });
  }

  /** Whether all templates of the account were read within `maxAgeMs` and nothing was told since. */
  async isFresh(wabaId: string, maxAgeMs: number): Promise<boolean> {
    const [row] = await this.uow.manager.query<{ fresh: boolean | null }[]>(
      `SELECT bool_and(templates_read_at IS NOT NULL AND templates_read_at > now() - $2 * interval '1 millisecond')
                AS fresh
         FROM whatsapp_integrations WHERE waba_id = $1`,
      [wabaId, maxAgeMs],
    );
    return row?.fresh ?? false;
  }

  /** Makes what is known equal to `rows`, for one name or for the whole account. */
  async replace(wabaId: string, name: string | undefined, rows: readonly ReadTemplate[]): Promise<void> {
    await this.tellingChanges(wabaId, name, async () => {
      const { manager } = this.uow;
      await manager.query(UPSERT, [JSON.stringify(rows)]);
      await manager.query(
        `DELETE FROM whatsapp_templates
          WHERE waba_id = $1 AND ($2::text IS NULL OR name = $2) AND NOT (name || ' ' || language = ANY($3))`,
        [wabaId, name ?? null, rows.map((row) => `${row.name} ${row.language}`)],
      );
      if (name === undefined) await this.noteRead(wabaId, 'now()');
    });
  }

  /** Applies what a webhook told. A template that is not known yet is left for the next reading of the account. */
  async applyTold(change: ToldChange): Promise<void> {
    const { wabaId, name, language, status, reason, category, quality, at } = change;
    const isKnown = await this.tellingChanges(wabaId, name, async () => {
      await this.noteRead(wabaId, 'NULL');
      const [, known] = await this.uow.manager.query<[unknown, number]>(APPLY_TOLD, [
        wabaId,
        name,
        language ?? null,
        status ?? null,
        reason ?? null,
        category ?? null,
        quality ?? null,
        at,
      ]);
      return known > 0;
    });
    if (!isKnown && language !== undefined) await this.tell(wabaId, [{ name, language }]);
  }

  /** Holds a template back; without `until` until the platform approves it anew. */
  async hold(wabaId: string, { name, language }: TemplateKey, reason: string, until?: Date): Promise<void> {
    await this.tellingChanges(wabaId, name, () =>
      this.uow.manager.query(
        `UPDATE whatsapp_templates
            SET held_reason = $4, held_until = coalesce($5::timestamptz, 'infinity'), synced_at = '-infinity'
          WHERE waba_id = $1 AND name = $2 AND language = $3`,
        [wabaId, name, language, reason, until ?? null],
      ),
    );
  }

  /** Ends the holds of an account, or all whose time is over. */
  async endHolds(wabaId?: string): Promise<void> {
    await this.uow.run(async () => {
      const [ended] = await this.uow.manager.query<[(TemplateKey & { wabaId: string })[], number]>(
        `UPDATE whatsapp_templates SET held_reason = NULL, held_until = NULL
          WHERE held_until IS NOT NULL AND (held_until <= now() OR waba_id = $1)
      RETURNING waba_id AS "wabaId", name, language`,
        [wabaId ?? null],
      );
      for (const account of new Set(ended.map((row) => row.wabaId)))
        await this.tell(
          account,
          ended.filter((row) => row.wabaId === account),
        );
    });
  }

  private noteRead(wabaId: string, at: 'now()' | 'NULL'): Promise<unknown> {
    return this.uow.manager.query(
      `UPDATE whatsapp_integrations SET templates_read_at = ${at} WHERE waba_id = $1`,
      [wabaId],
    );
  }

  /**
   * Does `work` on the templates of the account, or on those of one name, and tells which it changed. One process at a
   * time changes the templates of an account.
   */
  private tellingChanges<T>(wabaId: string, name: string | undefined, work: () => Promise<T>): Promise<T> {
    return this.uow.run(async () => {
      await this.uow.manager.query(
        `SELECT FROM whatsapp_integrations WHERE waba_id = $1 ORDER BY id FOR NO KEY UPDATE`,
        [wabaId],
      );
      const before = await this.fingerprints(wabaId, name);
      const result = await work();
      const after = await this.fingerprints(wabaId, name);
      const keys = new Map([...before, ...after]);
      const changed = [...keys].filter(([key]) => before.get(key)?.print !== after.get(key)?.print);
      await this.tell(
        wabaId,
        changed.map(([, template]) => template),
        name === undefined,
      );
      return result;
    });
  }

  private async fingerprints(
    wabaId: string,
    name: string | undefined,
  ): Promise<Map<string, TemplateKey & { print: string }>> {
    const rows = await this.uow.manager.query<(TemplateKey & { print: string })[]>(
      `SELECT name, language, ${FINGERPRINT} AS print FROM whatsapp_templates
        WHERE waba_id = $1 AND ($2::text IS NULL OR name = $2) ORDER BY name, language`,
      [wabaId, name ?? null],
    );
    return new Map(rows.map((row) => [`${row.name} ${row.language}`, row]));
  }

  private async tell(wabaId: string, templates: readonly TemplateKey[], wasReading = false): Promise<void> {
    if (templates.length === 0) return;
    const integrations = await this.uow.manager.query<{ id: string }[]>(
      `SELECT id FROM whatsapp_integrations WHERE waba_id = $1`,
      [wabaId],
    );
    const keys = templates.map(({ name, language }) => ({ name, language }));
    await this.events.publish(
      new TemplateStateChanged(
        integrations.map(({ id }) => id),
        keys,
        wasReading,
      ),
    );
  }
}
