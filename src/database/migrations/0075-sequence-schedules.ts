import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: campaigns. When sequences are switched on and off. */
export class SequenceSchedules1763769600075 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE campaign_sequence_schedules (
        sequence_id uuid NOT NULL,
        intervals jsonb NOT NULL,
        recurrences jsonb NOT NULL,
        time_zone text NOT NULL,
        version int NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        modified_at timestamptz NOT NULL DEFAULT now(),
        next_action text,
        next_at timestamptz,
        window_end timestamptz,
        CONSTRAINT campaign_sequence_schedules_pk PRIMARY KEY (sequence_id),
        CONSTRAINT campaign_sequence_schedules_sequence_fk
          FOREIGN KEY (sequence_id) REFERENCES campaign_sequences (id) ON DELETE CASCADE,
        CONSTRAINT campaign_sequence_schedules_intervals_check CHECK (jsonb_typeof(intervals) = 'array'),
        CONSTRAINT campaign_sequence_schedules_recurrences_check CHECK (jsonb_typeof(recurrences) = 'array'),
        CONSTRAINT campaign_sequence_schedules_action_check CHECK (next_action IN ('start', 'stop')),
        CONSTRAINT campaign_sequence_schedules_next_check
          CHECK (num_nulls(next_action, next_at, window_end) IN (0, 3))
      );
      CREATE INDEX campaign_sequence_schedules_next_at_idx ON campaign_sequence_schedules (next_at)
        WHERE next_at IS NOT NULL;
      COMMENT ON COLUMN campaign_sequence_schedules.window_end IS
        'End of the window that the next action begins or ends; whoever moves next_at on does the action, alone';
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
