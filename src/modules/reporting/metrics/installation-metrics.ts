import type { MetricDefinition } from '../../../platform/metrics/process-metrics.js';

/** A figure of the whole installation: one row per series, `value` and the labels as columns. */
interface InstallationMetric extends MetricDefinition {
  sql: string;
}

/** Read from PostgreSQL at each scrape, so every API process answers the same. Counts fall when a run is deleted. */
export const INSTALLATION_METRICS: InstallationMetric[] = [
  {
    name: 'depesche_messages',
    help: 'Messages of campaigns by what became of them; disposition none is still in a queue',
    labels: ['disposition', 'provider_code'],
    sql: `SELECT coalesce(nullif(disposition, ''), 'none') AS disposition, error_code AS provider_code,
                 sum(messages) AS value FROM campaign_run_counts_v GROUP BY 1, 2`,
  },
  {
    name: 'depesche_campaign_waiting_messages',
    help: 'Messages of the run of a running campaign that have no result yet',
    labels: ['campaign'],
    sql: `SELECT r.campaign_id AS campaign, sum(c.messages) AS value
            FROM campaign_runs r JOIN campaign_run_counts_v c ON c.run_id = r.id AND c.disposition = ''
           WHERE r.state = 'active' GROUP BY 1`,
  },
  {
    name: 'depesche_campaign_asked_messages_per_minute',
    help: 'Messages per minute that a running campaign asks for',
    labels: ['campaign'],
    sql: `SELECT c.id AS campaign, c.messages_per_minute AS value FROM messaging_campaigns c
            JOIN campaign_runs r ON r.campaign_id = c.id AND r.state = 'active'`,
  },
  {
    name: 'depesche_campaign_sent_last_minute',
    help: 'Calls to WhatsApp that a running campaign began in the last minute',
    labels: ['campaign'],
    // The interactions have an index by time, and are a second behind at most.
    sql: `SELECT r.campaign_id AS campaign,
                 (SELECT count(*) FROM interactions i
                   WHERE i.campaign_id = r.campaign_id AND i.started_at > now() - interval '1 minute') AS value
            FROM campaign_runs r WHERE r.state = 'active'`,
  },
  {
    name: 'depesche_webhook_lag_seconds',
    help: 'Age of the oldest webhook that was not applied yet',
    labels: [],
    sql: `SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0) AS value
            FROM webhook_events WHERE applied_at IS NULL`,
  },
  {
    name: 'depesche_webhooks_refused',
    help: 'Webhooks of the last three days of which a part could not be applied',
    labels: [],
    sql: `SELECT count(*) AS value FROM webhook_events WHERE error IS NOT NULL`,
  },
  {
    name: 'depesche_integration_outages',
    help: 'Outages in a row of an integration; above 0 one message at a time tries whether it is over',
    labels: ['integration'],
    sql: `SELECT integration_id AS integration, outages AS value FROM integration_gates`,
  },
  {
    name: 'depesche_integration_held_seconds',
    help: 'How long an integration sends nothing from now on, as WhatsApp throttles it or can not be reached',
    labels: ['integration'],
    sql: `SELECT integration_id AS integration, greatest(0, extract(epoch FROM held_until - now())) AS value
            FROM integration_gates WHERE held_until IS NOT NULL`,
  },
  {
    name: 'depesche_import_rows',
    help: 'Rows of all imports by result',
    labels: ['result'],
    sql: `SELECT result, coalesce(sum(rows), 0) AS value FROM import_runs CROSS JOIN LATERAL (VALUES
            ('added', added_rows), ('updated', updated_rows), ('rejected', rejected_records)) v (result, rows)
           GROUP BY 1`,
  },
];
