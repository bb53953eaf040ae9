import { Injectable } from '@nestjs/common';
import { Config } from '../../../platform/config/config.js';
import { UnitOfWork } from '../../../platform/database/unit-of-work.js';

/** Months of interactions that exist: the tables of both kinds, and where a month ends. */
const MONTHS = `
  SELECT c.relname AS "table",
         ((regexp_match(pg_get_expr(c.relpartbound, c.oid), $$TO \\('([^']+)'\\)$$))[1])::timestamptz AS ends_at
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
   WHERE i.inhparent IN ('interactions'::regclass, 'interaction_counts'::regclass)`;

/** Notes that a month is no longer there, unless a later one went already. */
const NOTE_GONE = `
  INSERT INTO interaction_retention (gone_until) VALUES ($1)
      ON CONFLICT (only_one) DO UPDATE SET gone_until = greatest(interaction_retention.gone_until, excluded.gone_until)`;

const LONGEST_WAIT_MS = 1_000;

interface Month {
  table: string;
  ends_at: Date;
}

/** The months that interactions are kept in. A month that is old enough is dropped as a whole, which takes no time. */
@Injectable()
export class InteractionMonths {
  constructor(
    private readonly uow: UnitOfWork,
    private readonly config: Config,
  ) {}

  /** Makes room for this month and the next, and for every message whose month is missing. */
  async createMissing(): Promise<void> {
    await this.uow.manager.query(
      `SELECT create_interaction_month(m) FROM (
         SELECT now() AS m UNION SELECT now() + interval '1 month'
         UNION SELECT DISTINCT date_trunc('month', v.started_at, 'UTC')
           FROM campaign_message_changes c, unnest(c.changed || c.withdrawn) AS id
           JOIN campaign_messages_v v ON v.message_id = id) months
        WHERE to_regclass('interactions_' || interaction_month(m)) IS NULL`,
    );
  }

  /**
   * Drops every month that ended longer ago than interactions are kept. Answers the tables that went;
   * throws when one is being read for long.
   */
  async dropOld(now: Date = new Date()): Promise<string[]> {
    const oldest = new Date(now.getTime() - this.config.interactionRetentionDays * 86_400_000);
    const tables = await this.uow.manager.query<Month[]>(MONTHS);
    const old = tables.filter(({ ends_at: endsAt }) => endsAt <= oldest);
    for (const month of old) await this.drop(month);
    return old.map(({ table }) => table);
  }

  /** What began before this moment has been dropped; undefined when nothing was yet. */
  async goneUntil(): Promise<Date | undefined> {
    const [row] = await this.uow.manager.query<{ gone_until: Date }[]>(
      `SELECT gone_until FROM interaction_retention`,
    );
    return row?.gone_until;
  }

  // All that reads or writes waits behind whoever waits to drop a month, so that is not for long: it is tried again.
  private async drop({ table, ends_at: endsAt }: Month): Promise<void> {
    await this.uow.run(async () => {
      await this.uow.manager.query(`SET LOCAL lock_timeout = '${LONGEST_WAIT_MS}ms'`);
      // A name of ours, read from the catalogue.
      await this.uow.manager.query(`DROP TABLE IF EXISTS ${table}`);
      await this.uow.manager.query(NOTE_GONE, [endsAt]);
    });
  }
}
