import type { MigrationInterface, QueryRunner } from 'typeorm';

const FIRST_WITH_UUIDV7 = 180_000;

/**
 * Owner: dispatch. The ids of messages grow with the time (RFC 9562, version 7). Messages that are queued together are
 * claimed, settled and copied together: their entries in the indexes by id lie together then, too.
 */
export class OrderedMessageIds1763769600098 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $do$
      BEGIN
        IF current_setting('server_version_num')::int >= ${FIRST_WITH_UUIDV7} THEN
          ALTER TABLE campaign_messages ALTER COLUMN id SET DEFAULT uuidv7();
        ELSE
          CREATE FUNCTION ordered_uuid() RETURNS uuid LANGUAGE sql VOLATILE AS $$
            SELECT (lpad(to_hex(us / 1000), 12, '0') || to_hex(x'7000'::int + (us % 1000 * 4096 / 1000)::int)
                    || right(gen_random_uuid()::text, 17))::uuid
              FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS us) now
          $$;
          ALTER TABLE campaign_messages ALTER COLUMN id SET DEFAULT ordered_uuid();
        END IF;
      END
      $do$;
    `);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
