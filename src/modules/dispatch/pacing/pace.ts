/** Length of the window in which no more than `messagesPerMinute` messages may leave. */
export const WINDOW_MS = 60_000;
/** A message may leave this long after its wish for a slot and no later; the spacing leaves room for it. */
export const SLACK_MS = 250;
/** A slot may be granted this long after the wish for it; the rest of the slack is for the way of the message. */
export const LATEST_GRANT_MS = 150;
/** How far ahead of now slots are given out. */
export const HORIZON_MS = 500;
/** The first slot of a batch begins this much after now: time to commit the claim. */
export const LEAD_MS = 25;

const MINUTE_US = WINDOW_MS * 1000;
const SECOND_US = 1_000_000;
/** Longest time in a slot that is for the begin of the call: what the latest grant leaves of the slack. */
const LONGEST_US = (SLACK_MS - LATEST_GRANT_MS) * 1000;
/** A process that is a little busy often begins so late: shorter slots would be lost to it. */
const SHORTEST_US = 5_000;
/** What a second of a fast campaign leaves free at least, so that it may also hold a few messages that are late. */
const ROOM_US = 10_000;
/** Up to so many messages a minute; those of a faster one leave twice as much at most. */
const FAST = 30_000;
/** Faster than this, slots are too close for timers to tell apart. */
const FASTEST_EVEN = 60_000;
/** The part of a second's room that is for the sender; the rest is for the way to the first byte. */
const SENDERS_PART = 0.75;

/** What a second may hold of so many messages a minute: its share rounded up, and one. */
export function mostInASecond(messagesPerMinute: number): number {
  return Math.ceil(messagesPerMinute / 60) + 1;
}

/**
 * Microseconds between two slots, so that no window of a minute ever holds more than `messagesPerMinute` sends.
 *
 * Wishes for slots are at least (window + slack) / n apart and a send happens within `slack` after its wish. n + 1 sends
 * thus span n gaps of at least window + slack in total, less one slack: no window of that length holds them all.
 */
export function slotSpacingUs(messagesPerMinute: number): number {
  const forTheMinute = (MINUTE_US + SLACK_MS * 1000) / messagesPerMinute;
  const roomUs = ROOM_US * Math.max(1, Math.min(messagesPerMinute, FASTEST_EVEN) / FAST);
  const forTheSecond = (SECOND_US + roomUs) / mostInASecond(messagesPerMinute);
  return Math.ceil(Math.max(forTheMinute, forTheSecond));
}

/**
 * Microseconds that two slots keep apart at least when wishes were granted late and are made good for: half of the room
 * that the spacing leaves for lateness.
 */
export function slotGapUs(messagesPerMinute: number): number {
  const catchingUp = (MINUTE_US + (SLACK_MS * 1000) / 2) / (MINUTE_US + SLACK_MS * 1000);
  return Math.ceil(slotSpacingUs(messagesPerMinute) * catchingUp);
}

/**
 * Microseconds after the begin of its slot in which a message may leave, on an integration of so many a minute.
 *
 * The slots of a campaign are at least a gap apart, but for the grid of the integration. Whichever processes send, and
 * however often they stall, messages that leave within a second have their slots in it or this little before it, and
 * that much time has no more slots than a second may hold. Only where the grid is coarse and the campaign needs nearly
 * all of it, a second could hold one more.
 */
export function slotLatenessUs(messagesPerMinute: number, integrationPerMinute: number): number {
  const slackUs = SLACK_MS * 1000;
  if (messagesPerMinute > FASTEST_EVEN) return slackUs;
  const most = mostInASecond(messagesPerMinute);
  const gridUs = slotSpacingUs(integrationPerMinute);
  const spanUs = Math.max(most * slotGapUs(messagesPerMinute) - gridUs, most * gridUs);
  return Math.min(slackUs, Math.max(SHORTEST_US, spanUs - SECOND_US - 1));
}

/** The part of it in which the call of a message may begin. */
export function slotLengthUs(messagesPerMinute: number, integrationPerMinute: number): number {
  const lateUs = Math.floor(slotLatenessUs(messagesPerMinute, integrationPerMinute) * SENDERS_PART);
  return Math.min(LONGEST_US, Math.max(SHORTEST_US, lateUs));
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
