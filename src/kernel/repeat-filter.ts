const MOST_TEXTS = 1_000_000;
const FREE = 0;

/**
 * Tells whether a text may have been added before: it misses no repetition, and among a million texts it takes one for a
 * repetition in one case out of a thousand. Keeps a number for each text, so that a million of them leave nothing to
 * be cleared away.
 */
export class RepeatFilter {
  private readonly slots: Uint32Array;
  private used = 0;

  /** @param texts how many are expected; beyond them, and beyond a million, each may count as a repetition */
  constructor(texts: number) {
    const slots = 2 * Math.max(1, Math.min(texts, MOST_TEXTS));
    this.slots = new Uint32Array(2 ** Math.ceil(Math.log2(slots)));
  }

  /** False when the text was not added before for sure. */
  add(text: string): boolean {
    const { slots } = this;
    if (2 * this.used >= slots.length) return true;
    // The same text has the same two numbers: one says where it is looked for, the other what is kept there.
    let place = 0x9e3779b9;
    let mark = 0x41c6ce57;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      place = Math.imul(place ^ code, 0x9e3779b1);
      mark = Math.imul(mark ^ code, 0x5f356495);
    }
    place = Math.imul(place ^ (place >>> 16), 0x85ebca6b) ^ Math.imul(mark ^ (mark >>> 13), 0xc2b2ae35);
    mark = Math.imul(mark ^ (mark >>> 16), 0x85ebca6b) ^ Math.imul(place ^ (place >>> 13), 0xc2b2ae35);
    return this.put(place, mark >>> 0 || 1);
  }

  /** True when the mark is there already. */
  private put(place: number, mark: number): boolean {
    const { slots } = this;
    const last = slots.length - 1;
    let at = place & last;
    for (; slots[at] !== FREE; at = (at + 1) & last) if (slots[at] === mark) return true;
    slots[at] = mark;
    this.used++;
    return false;
  }
}
