import { COMMON, dimensionSource } from '../conversations/dimensions.js';

interface ReportColumn {
  /** In the first line of the file. */
  label: string;
  /** Of a row of interactions with the names of its campaign and its list; a moment is written as the locale does. */
  sql: string;
  kind: 'text' | 'moment';
  /** Made by the product or the provider, so nothing in it is run by a spreadsheet. */
  safe?: true;
}

const text = (label: string, sql: string): ReportColumn => ({ label, sql: `(${sql})::text`, kind: 'text' });
const safe = (label: string, sql: string): ReportColumn => ({ ...text(label, sql), safe: true });
const same = (label: string, value: string): ReportColumn => safe(label, `'${value}'`);
const moment = (label: string, sql: string): ReportColumn => ({ label, sql, kind: 'moment', safe: true });

// WhatsApp tells whole seconds by its own clock: as in conversations, no status is earlier than the one before it.
const reached = (label: string, column: string, ...before: string[]): ReportColumn =>
  moment(
    label,
    `CASE WHEN ${column} IS NOT NULL THEN greatest(started_at, ${[...before, column].join(', ')}) END`,
  );

const extended = dimensionSource('extendedDeliveryStatus');

/** The columns that an export of interactions can have, in the order of one that names none. */
export const REPORT_COLUMNS = {
  conversationId: safe('Conversation ID', 'message_id'),
  conversationStart: moment('Start', 'started_at'),
  conversationEnd: moment('End', 'settled_at'),
  mediaType: same('Media Type', COMMON.mediaType),
  messageType: same('Message Type', COMMON.messageType),
  direction: same('Direction', COMMON.direction),
  divisionId: safe('Division ID', 'division_id'),
  campaignId: safe('Campaign ID', 'campaign_id'),
  campaignName: text('Campaign Name', 'campaign_name'),
  contactListId: safe('Contact List ID', 'contact_list_id'),
  contactListName: text('Contact List Name', 'contact_list_name'),
  contactId: text('Contact ID', 'contact_id'),
  contactColumn: text('Contact Column', 'contact_column'),
  addressFrom: safe('From', 'integration_id'),
  addressTo: text('To', `CASE WHEN address ~ '^[0-9]+$' THEN '+' || address ELSE address END`),
  contentTemplateId: safe('Content Template ID', 'content_template_id'),
  providerMessageId: safe('WhatsApp Message ID', 'wamid'),
  wrapUpCode: safe('Wrap-up', 'disposition'),
  deliveryStatus: safe('Delivery Status', 'delivery_status'),
  deliveryStatusDetails: text('Delivery Status Details', 'sql' in extended ? extended.sql : 'NULL'),
  deliveryStatusChangeDate: moment('Delivery Status Changed', 'delivery_changed_at'),
  errorCode: safe('Error Code', 'provider_error_code'),
  errorText: text('Error', 'provider_error_text'),
  sentDate: reached('Sent', 'sent_at'),
  publishedDate: reached('Published', 'published_at', 'sent_at'),
  failedDate: reached('Failed', 'failed_at', 'sent_at', 'published_at'),
  deliveredDate: reached('Delivered', 'delivered_at', 'sent_at', 'published_at', 'failed_at'),
  readDate: reached('Read', 'read_at', 'sent_at', 'published_at', 'failed_at', 'delivered_at'),
} as const satisfies Record<string, ReportColumn>;

export type ReportColumnName = keyof typeof REPORT_COLUMNS;

export const REPORT_COLUMN_NAMES = Object.keys(REPORT_COLUMNS) as ReportColumnName[];

/** A column as it is asked for (Genesys Cloud API, SelectedColumns). */
export interface SelectedColumn {
  columnOrder?: number;
  columnName: ReportColumnName;
}

/** The columns in the order asked for; all of them when none is named. */
export function inOrder(selected: readonly SelectedColumn[] | undefined): ReportColumnName[] {
  if (!selected || selected.length === 0) return REPORT_COLUMN_NAMES;
  return selected
    .map(({ columnName, columnOrder }, at) => ({ columnName, order: columnOrder ?? at }))
    .sort((a, b) => a.order - b.order)
    .map(({ columnName }) => columnName);
}
