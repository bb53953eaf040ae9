import { sendGapUs } from './pace.js';

/** Campaigns that have sent nothing for this long are forgotten. */
const FORGET_US = 10 * 60_000_000;
const FORGET_ABOVE = 1_000;

/**
 * Keeps the messages of a campaign that leave one process apart. Slots are even, but after a stall of the process many
 * of them are late together, and all still good for their minute. They leave one gap after the other, not in one
 * burst: no second holds more than its share rounded up plus one, and what was lost comes back by the small part by
 * which a gap is shorter than the distance of slots, if at all.
 */
export class EvenSends {
  private readonly free = new Map<string, number>();

  /** When a message may leave whose slot begins at `slotUs`, on the clock that slots are read on. */
  next(campaignId: string, slotUs: number, spacingUs: number): number {
    const dueUs = Math.max(slotUs, this.free.get(campaignId) ?? 0);
    this.free.set(campaignId, dueUs + sendGapUs(spacingUs));
    if (this.free.size > FORGET_ABOVE) this.forget(slotUs);
    return dueUs;
  }

  private forget(nowUs: number): void {
    for (const [id, freeUs] of this.free) if (freeUs < nowUs - FORGET_US) this.free.delete(id);
  }
}
