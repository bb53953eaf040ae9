/** A number that each message has (Genesys Cloud API, metrics of conversations). */
interface MetricSource {
  /** Over a row of the interactions. */
  sql: string;
  /** True when the counts of interactions know it too, so that no interaction has to be read for a sum. */
  counted: boolean;
}

const oneIf = (condition: string): MetricSource => ({
  sql: `CASE WHEN ${condition} THEN 1 ELSE 0 END`,
  counted: true,
});

/** What the numbers of a campaign message are: a message is one conversation with one outbound attempt. */
export const MESSAGE_METRICS = {
  nConversations: oneIf('TRUE'),
  nOutbound: oneIf('TRUE'),
  nOutboundAttempted: oneIf('TRUE'),
  oMessageCount: oneIf('TRUE'),
  /** Reached the device of the recipient. */
  nOutboundConnected: oneIf(`delivery_status IN ('DeliverySuccess', 'Read')`),
  /** A call that nobody answers is abandoned; a message never is. */
  nOutboundAbandoned: oneIf('FALSE'),
  /** Refused by WhatsApp, or accepted and not delivered. */
  nError: oneIf(`delivery_status IN ('Failed', 'DeliveryFailed')`),
  /** Milliseconds from the call to the provider until its answer. */
  tConversationDuration: { sql: 'extract(epoch FROM settled_at - started_at) * 1000', counted: false },
} satisfies Record<string, MetricSource>;

export type MessageMetric = keyof typeof MESSAGE_METRICS;

export const MESSAGE_METRIC_NAMES = Object.keys(MESSAGE_METRICS) as MessageMetric[];

/** Where a metric comes from; the name must be a known one. */
export function metricSource(metric: MessageMetric): MetricSource {
  return MESSAGE_METRICS[metric];
}
