import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Owner: dnc-lists, campaigns for its view, and dispatch for the rest. People whom WhatsApp could not reach, or to whom
 * it lets no more marketing through for now: lists that the server keeps as it does those of opt-outs, and what is known
 * of those who could not be reached.
 */
export class RecipientHolds1763769600086 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LISTS);
    await runner.query(VIEW);
    await runner.query(UNREACHABLE);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const LISTS = `
  ALTER TABLE dnc_lists
    DROP CONSTRAINT dnc_lists_opt_outs_check,
    ADD CONSTRAINT dnc_lists_opt_outs_check CHECK (opt_outs IN ('all', 'marketing', 'unreachable', 'cool-down'));
`;

const VIEW = `
  CREATE OR REPLACE VIEW messaging_campaign_dnc_lists_v AS
    SELECT campaign_id, dnc_list_id FROM messaging_campaign_dnc_lists
     UNION ALL
    SELECT c.id, o.dnc_list_id
      FROM messaging_campaigns c
      JOIN dnc_opt_out_lists_v o ON o.opt_outs IN ('all', 'unreachable')
     UNION ALL
    SELECT c.id, o.dnc_list_id
      FROM messaging_campaigns c
      JOIN whatsapp_senders_v s ON s.integration_id = c.integration_id
      JOIN dnc_opt_out_lists_v o
        ON o.opt_outs = 'cool-down' OR (o.opt_outs = 'marketing' AND o.sender = s.phone_number_id)
      LEFT JOIN response_whatsapp_templates_v r ON r.response_id = c.content_template_id
      LEFT JOIN whatsapp_template_categories_v t
        ON t.waba_id = s.waba_id AND t.name = r.name AND t.language = r.language
     WHERE coalesce(t.category, 'MARKETING') = 'MARKETING';
  COMMENT ON VIEW messaging_campaign_dnc_lists_v IS
    'For dispatch: the DNC lists of a campaign at this moment, those that the server keeps and that concern it included';
`;

const UNREACHABLE = `
  CREATE TABLE unreachable_recipients (
    match_key text NOT NULL,
    strikes int NOT NULL,
    struck_at timestamptz NOT NULL,
    held_until timestamptz NOT NULL,
    CONSTRAINT unreachable_recipients_pk PRIMARY KEY (match_key),
    CONSTRAINT unreachable_recipients_strikes_check CHECK (strikes > 0)
  );
  CREATE INDEX unreachable_recipients_held ON unreachable_recipients (held_until)
    WHERE held_until NOT IN ('-infinity', 'infinity');
  COMMENT ON COLUMN unreachable_recipients.held_until IS
    'infinity: until something of the person arrives; -infinity: the hold was lifted';
  CREATE TABLE unreachable_contacts (
    contact_seq bigint NOT NULL,
    contact_column text NOT NULL,
    match_key text NOT NULL,
    CONSTRAINT unreachable_contacts_pk PRIMARY KEY (contact_seq, contact_column)
  );
  CREATE INDEX unreachable_contacts_person ON unreachable_contacts (match_key);
  COMMENT ON TABLE unreachable_contacts IS
    'Columns of contacts that were marked as uncontactable because WhatsApp could not reach the person; nobody else marked them';
`;
