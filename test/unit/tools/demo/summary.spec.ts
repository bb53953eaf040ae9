import { summary, table } from '../../../../src/tools/demo/demo-summary.js';

describe('table', () => {
  it('aligns names and counts, most frequent first, with what they mean', () => {
    expect(table('Deliveries', { Read: 5, DeliverySuccess: 120, Own: 5 })).toEqual([
      'Deliveries',
      '  DeliverySuccess  120  on the phone',
      '  Own                5',
      '  Read               5  read',
    ]);
  });

  it('says when there is nothing', () => {
    expect(table('Deliveries', {})).toEqual(['Deliveries', '  none']);
  });
});

describe('summary', () => {
  const result = {
    total: 4,
    percentage: 100,
    messaged: 2,
    messagesPerMinute: 598,
    skipped: { 'ININ-OUTBOUND-ON-DO-NOT-CALL-LIST': 2 },
    dispositions: { 'OUTBOUND-MESSAGE-SENT': 2 },
    deliveries: { Read: 2 },
  };

  it('tells contacts, rate, skips with their reason and delivery', () => {
    const text = summary(result).join('\n');
    expect(text).toContain('4 contacts, 2 messaged, 2 skipped, 598 messages a minute');
    expect(text).toMatch(/ININ-OUTBOUND-ON-DO-NOT-CALL-LIST +2 +skipped: on the do-not-contact list/);
    expect(text).toMatch(/OUTBOUND-MESSAGE-SENT +2 +accepted by WhatsApp/);
    expect(text).toMatch(/Read +2 +read/);
  });

  it('leaves the rate out when it is unknown', () => {
    expect(summary({ ...result, messagesPerMinute: undefined })[1]).toBe(
      'Result: 4 contacts, 2 messaged, 2 skipped',
    );
  });
});
