import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Owner: notifications. Channels and what they are subscribed to; the events themselves are in Redis only. */
export class NotificationChannels1763769600069 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CHANNELS);
    await runner.query(SUBSCRIPTIONS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const CHANNELS = `
  CREATE TABLE notification_channels (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    subject_id text NOT NULL,
    subject_type text NOT NULL,
    client_id text NOT NULL,
    connect_token text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    CONSTRAINT notification_channels_pk PRIMARY KEY (id),
    CONSTRAINT notification_channels_subject_check CHECK (subject_type IN ('PC_OAUTH_CLIENT', 'PC_USER'))
  );
  CREATE INDEX notification_channels_owner ON notification_channels (subject_id, client_id, last_used_at);
  CREATE INDEX notification_channels_expiry ON notification_channels (expires_at);
  COMMENT ON COLUMN notification_channels.connect_token IS
    'Opens the socket of this channel and nothing else; what goes over it is up to the rights of the subject';
`;

const SUBSCRIPTIONS = `
  CREATE TABLE notification_subscriptions (
    channel_id uuid NOT NULL,
    topic text NOT NULL,
    CONSTRAINT notification_subscriptions_pk PRIMARY KEY (channel_id, topic),
    CONSTRAINT notification_subscriptions_channel_fk
      FOREIGN KEY (channel_id) REFERENCES notification_channels (id) ON DELETE CASCADE
  );
  CREATE INDEX notification_subscriptions_by_topic ON notification_subscriptions (topic);
`;
