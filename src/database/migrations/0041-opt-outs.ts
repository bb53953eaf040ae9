import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Owner: dnc-lists, and campaigns for its view. Lists of those who opted out through WhatsApp, the evidence for each
 * opt-out, and the DNC lists of a campaign with these among them.
 */
export class OptOuts1763769600041 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LISTS);
    await runner.query(SIGNALS);
    await runner.query(VIEWS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const LISTS = `
  ALTER TABLE dnc_lists
    ADD COLUMN opt_outs text,
    ADD COLUMN opt_outs_sender text,
    ADD CONSTRAINT dnc_lists_opt_outs_check CHECK (opt_outs IN ('all', 'marketing')),
    ADD CONSTRAINT dnc_lists_opt_outs_sender_check
      CHECK ((opt_outs IS NOT DISTINCT FROM 'marketing') = (opt_outs_sender IS NOT NULL));
  CREATE UNIQUE INDEX dnc_lists_opt_outs_unique ON dnc_lists (opt_outs, coalesce(opt_outs_sender, ''))
    WHERE opt_outs IS NOT NULL;
`;

// Evidence: rows are added, never changed. The newest of a person and scope decides.
const SIGNALS = `
  CREATE TABLE opt_out_signals (
    id bigint GENERATED ALWAYS AS IDENTITY,
    signal_key text NOT NULL,
    match_key text NOT NULL,
    whatsapp_id text NOT NULL,
    scope text NOT NULL,
    sender text,
    direction text NOT NULL,
    source text NOT NULL,
    matched text,
    message_text text,
    context_wamid text,
    signalled_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT opt_out_signals_pk PRIMARY KEY (id),
    CONSTRAINT opt_out_signals_key_unique UNIQUE (signal_key),
    CONSTRAINT opt_out_signals_scope_check CHECK (scope IN ('all', 'marketing')),
    CONSTRAINT opt_out_signals_sender_check CHECK (scope = 'all' OR sender IS NOT NULL),
    CONSTRAINT opt_out_signals_direction_check CHECK (direction IN ('stop', 'resume')),
    CONSTRAINT opt_out_signals_source_check CHECK (source IN ('keyword', 'button', 'preference', 'provider'))
  );
  CREATE INDEX opt_out_signals_person ON opt_out_signals (match_key, signalled_at DESC);
`;

// A template that is not known counts as marketing: rather one message too few.
const VIEWS = `
  CREATE OR REPLACE VIEW dnc_active_entries_v AS
    SELECT e.dnc_list_id, e.match_key, l.custom_exclusion_column, l.opt_outs
      FROM dnc_entries e
      JOIN dnc_lists l ON l.id = e.dnc_list_id
     WHERE (l.dnc_source_type = 'rds_custom' OR l.contact_method IN ('Phone', 'WhatsApp', 'Any'))
       AND (e.expires_at IS NULL OR e.expires_at > now());
  CREATE VIEW dnc_opt_out_lists_v AS
    SELECT id AS dnc_list_id, opt_outs, opt_outs_sender AS sender FROM dnc_lists WHERE opt_outs IS NOT NULL;
  CREATE VIEW whatsapp_senders_v AS
    SELECT id AS integration_id, waba_id, phone_number_id, phone_number FROM whatsapp_integrations;
  CREATE VIEW whatsapp_template_categories_v AS SELECT waba_id, name, language, category FROM whatsapp_templates;
  CREATE VIEW response_whatsapp_templates_v AS
    SELECT id AS response_id, messaging_template #>> '{whatsApp,name}' AS name,
           messaging_template #>> '{whatsApp,language}' AS language
      FROM responses WHERE messaging_template IS NOT NULL;
  COMMENT ON VIEW dnc_opt_out_lists_v IS 'Lists that hold for campaigns that do not name them';

  CREATE OR REPLACE VIEW messaging_campaign_dnc_lists_v AS
    SELECT campaign_id, dnc_list_id FROM messaging_campaign_dnc_lists
     UNION ALL
    SELECT c.id, o.dnc_list_id
      FROM messaging_campaigns c
      JOIN dnc_opt_out_lists_v o ON o.opt_outs = 'all'
     UNION ALL
    SELECT c.id, o.dnc_list_id
      FROM messaging_campaigns c
      JOIN whatsapp_senders_v s ON s.integration_id = c.integration_id
      JOIN dnc_opt_out_lists_v o ON o.opt_outs = 'marketing' AND o.sender = s.phone_number_id
      LEFT JOIN response_whatsapp_templates_v r ON r.response_id = c.content_template_id
      LEFT JOIN whatsapp_template_categories_v t
        ON t.waba_id = s.waba_id AND t.name = r.name AND t.language = r.language
     WHERE coalesce(t.category, 'MARKETING') = 'MARKETING';
  COMMENT ON VIEW messaging_campaign_dnc_lists_v IS
    'For dispatch: the DNC lists of a campaign at this moment, those of opt-outs that concern it included';
`;
