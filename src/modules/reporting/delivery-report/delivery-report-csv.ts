import type { DeliveryReportView } from './delivery-report.dto.js';

// A cell that begins like a formula is one to a spreadsheet.
const FORMULA = /^[=+\-@\t\r]/u;

/** The report as CSV: what is counted, of what, and how many. */
export function toDeliveryCsv(report: DeliveryReportView): string {
  const { funnel, failures, skipped, overTime } = report;
  const rows: (string | number)[][] = [
    ['measure', 'detail', 'messages'],
    ...Object.entries(funnel).map(([step, count]) => [step, '', count as number]),
    ...failures.map(({ errorCode, reason, count }) => [
      'failed',
      [errorCode, reason].join(' ').trim(),
      count,
    ]),
    ...Object.entries(skipped).map(([reason, count]) => ['skipped', reason, count]),
    ...overTime.flatMap(({ interval, attempted, delivered, read, replied, failed, optedOut }) => [
      ['attempted over time', interval, attempted],
      ['delivered over time', interval, delivered],
      ['read over time', interval, read],
      ['replied over time', interval, replied],
      ['failed over time', interval, failed],
      ['optedOut over time', interval, optedOut],
    ]),
  ];
  return rows.map((row) => row.map(toCell).join(',')).join('\r\n') + '\r\n';
}

function toCell(value: string | number): string {
  const text = FORMULA.test(String(value)) ? `'${value}` : String(value);
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
