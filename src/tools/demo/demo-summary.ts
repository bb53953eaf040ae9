/** What became of the campaign: contacts, and messages by how they ended and how far they got. */
export interface DemoResult {
  total: number;
  percentage: number;
  messaged: number;
  skipped: Record<string, number>;
  dispositions: Record<string, number>;
  deliveries: Record<string, number>;
  messagesPerMinute?: number;
}

const MEANINGS: Record<string, string> = {
  'OUTBOUND-MESSAGE-SENT': 'accepted by WhatsApp',
  'OUTBOUND-MESSAGE-FAILED': 'refused by WhatsApp',
  'OUTBOUND-MESSAGE-THROTTLED': 'refused: too many at once',
  'OUTBOUND-MESSAGE-AMBIGUOUS': 'no answer from WhatsApp yet',
  'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST': 'skipped: on the do-not-contact list',
  'ININ-OUTBOUND-DNC-SKIPPED': 'skipped: on the do-not-contact list',
  'ININ-OUTBOUND-NUMBERS-INVALID': 'skipped: no usable number',
  'OUTBOUND-CONTACT-ADDRESS-UNCONTACTABLE-SKIPPED': 'skipped: same person again, or marked',
  'OUTBOUND-CONTACT-UNCONTACTABLE-SKIPPED': 'skipped: contact marked',
  Queued: 'handed over, nothing known yet',
  Sent: 'on the way to the phone',
  Published: 'with WhatsApp, not on the phone',
  DeliverySuccess: 'on the phone',
  Read: 'read',
  DeliveryFailed: 'could not be delivered',
  Failed: 'refused',
};

/** The closing table, line by line. */
export function summary(result: DemoResult): string[] {
  const { total, messaged, messagesPerMinute: rate } = result;
  const skipped = Object.values(result.skipped).reduce((sum, count) => sum + count, 0);
  return [
    '',
    `Result: ${total} contacts, ${messaged} messaged, ${skipped} skipped${rate === undefined ? '' : `, ${rate} messages a minute`}`,
    '',
    ...table('Contacts by disposition', { ...result.dispositions, ...result.skipped }),
    '',
    ...table('Messages by delivery status', result.deliveries),
    '',
  ];
}

/** Counts with what they mean, most frequent first, numbers aligned. */
export function table(title: string, counts: Record<string, number>): string[] {
  const rows = Object.entries(counts).sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
  if (rows.length === 0) return [title, '  none'];
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  const countWidth = Math.max(...rows.map(([, count]) => String(count).length));
  return [
    title,
    ...rows.map(([name, count]) =>
      `  ${name.padEnd(nameWidth)}  ${String(count).padStart(countWidth)}  ${MEANINGS[name] ?? ''}`.trimEnd(),
    ),
  ];
}
