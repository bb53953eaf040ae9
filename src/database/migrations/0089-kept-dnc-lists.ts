import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Owner: campaigns. The lists that the server keeps and that hold for whoever sends a template through a number, told
 * for campaigns that are saved and for such as are not by the same words.
 */
export class KeptDncLists1763769600089 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION kept_dnc_lists(integration uuid, template uuid) RETURNS TABLE (dnc_list_id uuid)
      LANGUAGE sql STABLE AS $$
        SELECT o.dnc_list_id FROM dnc_opt_out_lists_v o WHERE o.opt_outs IN ('all', 'unreachable')
         UNION ALL
        SELECT o.dnc_list_id
          FROM whatsapp_senders_v s
          JOIN dnc_opt_out_lists_v o
            ON o.opt_outs = 'cool-down' OR (o.opt_outs = 'marketing' AND o.sender = s.phone_number_id)
          LEFT JOIN response_whatsapp_templates_v r ON r.response_id = template
          LEFT JOIN whatsapp_template_categories_v t
            ON t.waba_id = s.waba_id AND t.name = r.name AND t.language = r.language
         WHERE s.integration_id = integration AND coalesce(t.category, 'MARKETING') = 'MARKETING'
      $$;
      CREATE OR REPLACE VIEW messaging_campaign_dnc_lists_v AS
        SELECT campaign_id, dnc_list_id FROM messaging_campaign_dnc_lists
         UNION ALL
        SELECT c.id, k.dnc_list_id
          FROM messaging_campaigns c
         CROSS JOIN LATERAL kept_dnc_lists(c.integration_id, c.content_template_id) k;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
