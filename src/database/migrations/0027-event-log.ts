import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owners: event-log and outbound-settings. */
export class EventLog1763769600027 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbound_events (
        id uuid NOT NULL DEFAULT gen_random_uuid(),
        occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        level text NOT NULL,
        category text NOT NULL,
        code text NOT NULL,
        message_with_params text NOT NULL,
        message_params jsonb NOT NULL,
        error_entity jsonb,
        related_entity jsonb,
        correlation_id text NOT NULL,
        CONSTRAINT outbound_events_pk PRIMARY KEY (id),
        CONSTRAINT outbound_events_level_check CHECK (level IN ('INFO', 'WARNING', 'ERROR'))
      );
      CREATE INDEX outbound_events_occurred_at_idx ON outbound_events (occurred_at, id);
      CREATE INDEX outbound_events_error_entity_idx ON outbound_events ((error_entity ->> 'id'), occurred_at);
      CREATE INDEX outbound_events_related_entity_idx ON outbound_events ((related_entity ->> 'id'), occurred_at);

      CREATE TABLE outbound_settings (
        only_row boolean NOT NULL DEFAULT true,
        version int NOT NULL DEFAULT 1,
        settings jsonb NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        modified_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT outbound_settings_pk PRIMARY KEY (only_row),
        CONSTRAINT outbound_settings_only_row_check CHECK (only_row),
        CONSTRAINT outbound_settings_object_check CHECK (jsonb_typeof(settings) = 'object')
      );
      INSERT INTO outbound_settings DEFAULT VALUES;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
