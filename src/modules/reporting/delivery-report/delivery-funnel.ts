import type { FateCount } from '../../dispatch/index.js';
import { explainProviderError } from '../../whatsapp/index.js';
import type { DeliveryFailureView, DeliveryFunnelView } from './delivery-report.dto.js';

const REFUSED = new Set(['OUTBOUND-MESSAGE-FAILED', 'OUTBOUND-MESSAGE-THROTTLED']);

/** The funnel of a campaign, its failures by reason and its skips by reason, from the fates of its messages. */
export function toFunnel(fates: readonly FateCount[]): {
  funnel: Omit<DeliveryFunnelView, 'replied' | 'optedOut'>;
  failures: DeliveryFailureView[];
  skipped: Record<string, number>;
} {
  const sum = (test: (fate: FateCount) => boolean): number =>
    fates.filter(test).reduce((total, { messages }) => total + messages, 0);
  const failed = fates.filter(isFailed);
  const skipped: Record<string, number> = {};
  for (const { disposition, messages } of fates.filter(isSkipped)) {
    skipped[disposition!] = (skipped[disposition!] ?? 0) + messages;
  }
  return {
    funnel: {
      queued: sum(() => true),
      sent: sum(({ disposition }) => disposition === 'OUTBOUND-MESSAGE-SENT'),
      delivered: sum(
        ({ deliveryStatus }) => deliveryStatus === 'DeliverySuccess' || deliveryStatus === 'Read',
      ),
      read: sum(({ deliveryStatus }) => deliveryStatus === 'Read'),
      failed: sum(isFailed),
      ambiguous: sum(({ disposition }) => disposition === 'OUTBOUND-MESSAGE-AMBIGUOUS'),
      skipped: sum(isSkipped),
    },
    failures: byReason(failed),
    skipped,
  };
}

function isFailed({ disposition, deliveryStatus }: FateCount): boolean {
  return REFUSED.has(disposition ?? '') || deliveryStatus === 'DeliveryFailed';
}

function isSkipped({ disposition }: FateCount): boolean {
  return disposition !== null && !/^OUTBOUND-MESSAGE-(?:SENT|FAILED|THROTTLED|AMBIGUOUS)$/u.test(disposition);
}

function byReason(failed: readonly FateCount[]): DeliveryFailureView[] {
  const counts = new Map<number | null, number>();
  for (const { errorCode, messages } of failed)
    counts.set(errorCode, (counts.get(errorCode) ?? 0) + messages);
  return [...counts]
    .map(([code, count]) => ({
      errorCode: code ?? undefined,
      reason: code === null ? 'WhatsApp gave no error code.' : explainProviderError(code).text,
      count,
    }))
    .sort((a, b) => b.count - a.count);
}
