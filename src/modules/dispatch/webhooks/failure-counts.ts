/** What the statuses of a run tell so far. */
export interface FailureCounts {
  /** Failed by the code in question. */
  same: number;
  arrived: number;
  failed: number;
}

/** Payment and media: a single message may fail of them for a reason of its own, but not that many. */
const ENOUGH: Readonly<Record<number, number>> = { 131042: 3, 131053: 3 };

/** Fewer than these say nothing of a whole campaign. */
const LEAST_TOLD = 200;
/** Shares of failures at which a person should look at the campaign (WhatsApp Cloud API, circuit rules). */
const ALARMING_SHARES: Readonly<Record<number, number>> = { 130497: 0.3, 131026: 0.3, 131049: 0.6 };

const LEAST_BAD = 20;

/** Whether so many failures of a run by this code are about more than their messages. */
export function isEnough(code: number, { same }: FailureCounts): boolean {
  return same >= (ENOUGH[code] ?? 1);
}

/** Whether more messages of a run fail by this code than a good list and a welcome message would explain. */
export function isAlarming(code: number, { same, arrived, failed }: FailureCounts): boolean {
  const share = ALARMING_SHARES[code];
  return share !== undefined && arrived + failed >= LEAST_TOLD && same > share * (arrived + failed);
}

/** Whether messages that are refused as wrong show a wrong template, and not wrong contacts. */
export function isBadTemplate({ same, arrived }: FailureCounts): boolean {
  return same >= LEAST_BAD && same > arrived;
}
