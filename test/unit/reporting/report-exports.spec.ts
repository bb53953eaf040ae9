import { momentPattern } from '../../../src/modules/reporting/exports/moment-pattern.js';
import { inOrder, REPORT_COLUMN_NAMES } from '../../../src/modules/reporting/exports/report-columns.js';
import { readReportFilter } from '../../../src/modules/reporting/exports/report-filter.js';

describe('how a locale writes a moment', () => {
  it.each([
    ['en-US', 'MM"/"DD"/"YYYY", "HH12":"MI":"SS" "AM'],
    ['en_US', 'MM"/"DD"/"YYYY", "HH12":"MI":"SS" "AM'],
    ['de-DE', 'DD"."MM"."YYYY", "HH24":"MI":"SS'],
    ['de', 'DD"."MM"."YYYY", "HH24":"MI":"SS'],
    ['sv-SE', 'YYYY"-"MM"-"DD" "HH24":"MI":"SS'],
  ])('%s', (locale, pattern) => {
    expect(momentPattern(locale)).toBe(pattern);
  });

  it.each(['', 'xx-XX', 'not a locale', '../etc'])('knows no locale "%s"', (locale) => {
    expect(momentPattern(locale)).toBeUndefined();
  });

  it('has a field for each part of a moment, whatever the calendar, digits and marks of a locale', () => {
    for (const locale of ['ar-EG', 'he-IL', 'th-TH', 'fa-IR', 'ja-JP', 'hi-IN', 'ko-KR', 'bg-BG']) {
      const pattern = momentPattern(locale)!;
      for (const field of ['YYYY', 'MM', 'DD', 'MI', 'SS']) expect(pattern).toContain(field);
      expect(pattern).not.toMatch(/\p{Cf}/u);
    }
  });
});

describe('the columns of an export', () => {
  it('are all there when none is named, and otherwise in the order asked for', () => {
    expect(inOrder(undefined)).toBe(REPORT_COLUMN_NAMES);
    expect(inOrder([])).toBe(REPORT_COLUMN_NAMES);
    const selected = [
      { columnName: 'addressTo', columnOrder: 2 },
      { columnName: 'deliveryStatus', columnOrder: -1 },
    ] as const;
    expect(inOrder(selected)).toEqual(['deliveryStatus', 'addressTo']);
    expect(inOrder([{ columnName: 'addressTo' }, { columnName: 'contactId' }])).toEqual([
      'addressTo',
      'contactId',
    ]);
  });
});

describe('the filter of an export', () => {
  it('becomes filters of interactions', () => {
    const filter = { outboundCampaignIds: ['a', 'b'], isEnded: false, wrapUpCodes: [], queueIds: null };
    expect(readReportFilter(filter)).toEqual({
      filters: [
        {
          type: 'or',
          predicates: [
            { dimension: 'outboundCampaignId', value: 'a' },
            { dimension: 'outboundCampaignId', value: 'b' },
          ],
        },
        { type: 'and', predicates: [{ dimension: 'conversationEnd', operator: 'notExists' }] },
      ],
    });
    expect(readReportFilter({})).toEqual({ filters: [] });
  });

  it('is refused with everything that is wrong, because leaving out a part would let more through', () => {
    const filter = { queueIds: ['a'], transferred: false, wrapUpCodes: 'x', contactIds: [1], isEnded: 'yes' };
    const read = readReportFilter({ ...filter, constructor: ['x'] });
    expect(read).toMatchObject({ problems: { length: 6 } });
    expect('problems' in read && read.problems[0]).toMatch(/^filter\.queueIds is not supported; known are /u);
    for (const none of [undefined, null, 'x', [], 7])
      expect(readReportFilter(none)).toMatchObject({ problems: { length: 1 } });
  });
});
