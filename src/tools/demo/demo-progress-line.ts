import type { DemoResult } from './demo-summary.js';

const WIDTH = 24;

/** A bar of fixed width for a share from 0 to 100 percent. */
export function bar(percentage: number, width = WIDTH): string {
  const filled = Math.round((Math.min(100, Math.max(0, percentage)) / 100) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

/** How the campaign stands, in one line. Delivered and read count everyone who got that far. */
export function progressLine(result: DemoResult): string {
  const { deliveries, percentage } = result;
  const count = (...statuses: string[]): number =>
    statuses.reduce((sum, status) => sum + (deliveries[status] ?? 0), 0);
  const parts = [
    `sent ${result.dispositions['OUTBOUND-MESSAGE-SENT'] ?? 0}`,
    `delivered ${count('DeliverySuccess', 'Read')}`,
    `read ${count('Read')}`,
    `failed ${count('DeliveryFailed', 'Failed')}`,
    `skipped ${Object.values(result.skipped).reduce((sum, one) => sum + one, 0)}`,
  ];
  return `${bar(percentage)} ${String(percentage).padStart(3)} %  ${parts.join(' · ')}`;
}
