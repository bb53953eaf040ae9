import { Injectable } from '@nestjs/common';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';

/** Setbacks after which the time to the next try no longer grows: 64 minutes. */
const MOST_SETBACKS = 6;
/** A campaign that went on by itself and lasted this long is taken for cured. */
const CURED_AFTER = '1 hour';

// The time to the next try doubles with every setback.
const EXPECT_RECOVERY = `
  INSERT INTO messaging_campaign_health AS h (campaign_id, resume_at)
  VALUES ($1, now() + interval '1 minute')
  ON CONFLICT (campaign_id) DO UPDATE
    SET setbacks = CASE WHEN h.resumed_at > now() - interval '${CURED_AFTER}'
                        THEN least(h.setbacks + 1, ${MOST_SETBACKS}) ELSE 0 END,
        resume_at = now() + interval '1 minute' * CASE WHEN h.resumed_at > now() - interval '${CURED_AFTER}'
                                                       THEN power(2, least(h.setbacks + 1, ${MOST_SETBACKS})) ELSE 1 END`;

const AT_REST = `('off', 'complete', 'forced_off')`;

const FIND_DUE = `
  SELECT h.campaign_id FROM messaging_campaign_health h WHERE h.resume_at <= now() ORDER BY h.resume_at LIMIT $1`;

const FIND_UNCHECKED = `
  SELECT c.id
    FROM messaging_campaigns c
    LEFT JOIN messaging_campaign_health h ON h.campaign_id = c.id
   WHERE c.campaign_status IN ${AT_REST}
     AND (h.checked_at IS NULL OR h.checked_at < now() - $1 * interval '1 millisecond')
   ORDER BY h.checked_at NULLS FIRST, c.id
   LIMIT $2`;

const FIND_BY_INTEGRATION = `
  SELECT id FROM messaging_campaigns
   WHERE integration_id = $1 AND campaign_status IN ('on', 'invalid', 'off', 'complete', 'forced_off')`;

// Templates of an account change often, so of the campaigns at rest only those that have one of these, or an error.
const FIND_BY_TEMPLATES = `
  SELECT c.id FROM messaging_campaigns c
   WHERE c.integration_id = ANY($1::uuid[])
     AND (c.campaign_status IN ('on', 'invalid') OR c.errors <> '[]'
          OR (c.campaign_status IN ${AT_REST}
              AND EXISTS (
                SELECT FROM response_whatsapp_templates_v r
                  JOIN unnest($2::text[], $3::text[]) AS t (name, language) USING (name, language)
                 WHERE r.response_id = c.content_template_id)))`;

// A campaign that runs goes on whatever becomes of its lists.
const FIND_BY_LIST = `
  SELECT c.id FROM messaging_campaigns c
   WHERE c.campaign_status IN ${AT_REST}
     AND (c.contact_list_id = $1
          OR EXISTS (SELECT FROM messaging_campaign_dnc_lists d WHERE d.campaign_id = c.id AND d.dnc_list_id = $1))`;

/** When campaigns are looked at again. */
@Injectable()
export class CampaignHealthRepository {
  constructor(private readonly uow: UnitOfWork) {}

  /** The campaign became invalid while it was on, and is to go on once it can. */
  async expectRecovery(id: string): Promise<void> {
    await this.uow.manager.query(EXPECT_RECOVERY, [id]);
  }

  /** The campaign goes on, or nobody wants it to any more. */
  async giveUpRecovery(id: string): Promise<void> {
    await this.uow.manager.query(
      `UPDATE messaging_campaign_health SET resume_at = NULL WHERE campaign_id = $1`,
      [id],
    );
  }

  /** The campaign went on by itself. */
  async noteRecovery(id: string): Promise<void> {
    await this.uow.manager.query(
      `UPDATE messaging_campaign_health SET resumed_at = now() WHERE campaign_id = $1`,
      [id],
    );
  }

  /** It could not go on yet; the next try comes a minute from now, or later after setbacks. */
  async postpone(id: string): Promise<void> {
    await this.uow.manager.query(
      `UPDATE messaging_campaign_health SET resume_at = now() + interval '1 minute' * power(2, setbacks)
        WHERE campaign_id = $1 AND resume_at IS NOT NULL`,
      [id],
    );
  }

  async noteChecked(id: string): Promise<void> {
    await this.uow.manager.query(
      `INSERT INTO messaging_campaign_health (campaign_id, checked_at)
       SELECT id, now() FROM messaging_campaigns WHERE id = $1
       ON CONFLICT (campaign_id) DO UPDATE SET checked_at = excluded.checked_at`,
      [id],
    );
  }

  /** Campaigns that send through the integration. */
  findByIntegration(integrationId: string): Promise<string[]> {
    return this.ids(FIND_BY_INTEGRATION, [integrationId]);
  }

  /** Campaigns of the integrations for which it matters at once how the templates are. */
  findByTemplates(
    integrationIds: readonly string[],
    templates: readonly { name: string; language: string }[],
  ): Promise<string[]> {
    const [names, languages] = [templates.map(({ name }) => name), templates.map(({ language }) => language)];
    return this.ids(FIND_BY_TEMPLATES, [integrationIds, names, languages]);
  }

  /** Campaigns at rest on a contact list, or with a DNC list. */
  findByList(listId: string): Promise<string[]> {
    return this.ids(FIND_BY_LIST, [listId]);
  }

  /** Invalid campaigns whose next try is due. */
  async findDue(limit: number): Promise<string[]> {
    const rows = await this.uow.manager.query<{ campaign_id: string }[]>(FIND_DUE, [limit]);
    return rows.map(({ campaign_id: id }) => id);
  }

  /** Campaigns at rest that nobody has looked at for so long, the most neglected first. */
  async findUnchecked(forMs: number, limit: number): Promise<string[]> {
    const rows = await this.uow.manager.query<{ id: string }[]>(FIND_UNCHECKED, [forMs, limit]);
    return rows.map(({ id }) => id);
  }

  private async ids(sql: string, params: unknown[]): Promise<string[]> {
    const rows = await this.uow.manager.query<{ id: string }[]>(sql, params);
    return rows.map(({ id }) => id);
  }
}
