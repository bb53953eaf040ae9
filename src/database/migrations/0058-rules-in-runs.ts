import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: dispatch and campaigns. What callable times, digital rules and dynamic queueing keep with campaigns and messages. */
export class RulesInRuns1763769600058 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CAMPAIGNS);
    await runner.query(MESSAGES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const CAMPAIGNS = `
  ALTER TABLE messaging_campaigns
    ADD COLUMN dynamic_sort boolean NOT NULL DEFAULT false,
    ADD COLUMN dynamic_filter boolean NOT NULL DEFAULT false;
`;

// A postponed message waits outside of the queue, so that a claim never walks over a night's worth of contacts whose
// window is closed. It keeps its position for the morning.
const MESSAGES = `
  ALTER TABLE campaign_messages
    DROP CONSTRAINT campaign_messages_state_check,
    ADD CONSTRAINT campaign_messages_state_check
      CHECK (state IN ('queued', 'claimed', 'calling', 'settled', 'postponed')),
    ADD CONSTRAINT campaign_messages_postponed_check CHECK (state <> 'postponed' OR not_before IS NOT NULL),
    DROP CONSTRAINT campaign_messages_disposition_check,
    ADD CONSTRAINT campaign_messages_disposition_check CHECK (disposition IN (
      'OUTBOUND-MESSAGE-SENT', 'OUTBOUND-MESSAGE-FAILED', 'OUTBOUND-MESSAGE-THROTTLED', 'OUTBOUND-MESSAGE-AMBIGUOUS',
      'ININ-OUTBOUND-NUMBERS-INVALID', 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST', 'ININ-OUTBOUND-DNC-SKIPPED',
      'ININ-OUTBOUND-INTERNAL-ERROR-SKIPPED', 'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED',
      'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED', 'OUTBOUND-RULE-ERROR-SKIPPED', 'OUTBOUND-RULE-SKIPPED',
      'ININ-OUTBOUND-ZONE-BLOCKED-SKIPPED',
      'OUTBOUND-MAX-MESSAGE-LENGTH-EXCEEDED', 'OUTBOUND-MESSAGE-HEADER-PARAMETER-VALUE-TOO-LONG',
      'OUTBOUND-MESSAGE-BUTTON-URL-PARAMETER-VALUE-TOO-LONG')),
    ADD COLUMN ruled_at timestamptz,
    ADD COLUMN rules_due boolean NOT NULL DEFAULT false,
    ADD COLUMN ruled_integration_id uuid,
    ADD COLUMN ruled_template_id uuid;
  CREATE INDEX campaign_messages_postponed ON campaign_messages (run_id, not_before, position)
    WHERE state = 'postponed';
  CREATE INDEX campaign_messages_rules_due ON campaign_messages (id) WHERE rules_due AND state = 'settled';
  COMMENT ON COLUMN campaign_messages.ruled_at IS
    'When the PreContact rules were applied to the contact; they are applied once, however often the message is claimed';
  COMMENT ON COLUMN campaign_messages.rules_due IS 'PostContact rules are still to be applied once it is settled';
  COMMENT ON COLUMN campaign_messages.ruled_integration_id IS 'The integration that a rule chose instead of the campaign';
  COMMENT ON COLUMN campaign_messages.ruled_template_id IS 'The template that a rule chose instead of the campaign';

  ALTER TABLE campaign_runs
    ADD COLUMN filtered_out int NOT NULL DEFAULT 0,
    ADD CONSTRAINT campaign_runs_filtered_out_check CHECK (filtered_out >= 0);
`;
