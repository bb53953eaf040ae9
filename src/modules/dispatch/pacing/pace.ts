/** Length of the window in which no more than `messagesPerMinute` messages may leave. */
export const WINDOW_MS = 60_000;
/** A slot may be used this late and no later; the spacing leaves room for it. */
export const SLACK_MS = 500;
/** How far ahead of now slots are given out. */
export const HORIZON_MS = 500;
/** The first slot of a batch begins this much after now: time to commit the claim. */
export const LEAD_MS = 25;

/**
 * Microseconds between two slots, so that no window of a minute ever holds more than `messagesPerMinute` sends.
 *
 * Slots are at least (window + slack) / n apart and a send happens within `slack` after its slot. n + 1 sends thus
 * span n gaps of at least window + slack in total, less one slack: no window of that length holds them all.
 */
export function slotSpacingUs(messagesPerMinute: number): number {
  return Math.ceil(((WINDOW_MS + SLACK_MS) * 1000) / messagesPerMinute);
}

/**
 * Microseconds that two messages keep apart at least, by their slots' spacing: the plain part of a minute, without the
 * room for lateness. So no second holds more than its share rounded up plus one, while late ones are made good for.
 */
export function sendGapUs(spacingUs: number): number {
  return Math.ceil((spacingUs * WINDOW_MS) / (WINDOW_MS + SLACK_MS));
}

export interface PaceClaim {
  campaignId: string;
  messagesPerMinute: number;
}

/**
 * Shares the throughput of one integration among its running campaigns: whoever asks for less than an equal part gets
 * what they ask for, and the others divide the rest (max-min fairness). Rates are messages per minute and never add up
 * to more than `capacityPerMinute`, except that every campaign gets at least 1. What the shares leave open while
 * campaigns come and go, the slots of the integration settle: each is given to one campaign.
 */
export function fairShares(claims: readonly PaceClaim[], capacityPerMinute: number): Map<string, number> {
  const shares = new Map<string, number>();
  let left = capacityPerMinute;
  const ascending = [...claims].sort((a, b) => a.messagesPerMinute - b.messagesPerMinute);
  ascending.forEach((claim, index) => {
    const equalPart = Math.floor(left / (ascending.length - index));
    const share = Math.max(1, Math.min(claim.messagesPerMinute, equalPart));
    shares.set(claim.campaignId, share);
    left -= share;
  });
  return shares;
}
