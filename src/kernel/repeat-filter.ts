const FIRST_SLOTS = 1 << 16;
const FREE = 0;

/**
 * Tells whether a text may have been added twice: it misses no repetition, and takes a text for one in a case out of
 * some hundred thousand. Keeps a number for each text, so that a million of them leave nothing to be cleared away.
 */
export class RepeatFilter {
  private slots = new Uint32Array(FIRST_SLOTS);
  private used = 0;
  private found = false;

  /** False when no two of the texts are the same for sure. */
  get mayRepeat(): boolean {
    return this.found;
  }

  add(text: string): void {
    if (this.found) return;
    if (2 * this.used >= this.slots.length) this.grow();
    this.found = !this.put(hashOf(text));
  }

  /** False when the hash is there already. */
  private put(hash: number): boolean {
    const { slots } = this;
    const last = slots.length - 1;
    let at = hash & last;
    for (; slots[at] !== FREE; at = (at + 1) & last) if (slots[at] === hash) return false;
    slots[at] = hash;
    this.used++;
    return true;
  }

  private grow(): void {
    const full = this.slots;
    this.slots = new Uint32Array(2 * full.length);
    this.used = 0;
    for (const hash of full) if (hash !== FREE) this.put(hash);
  }
}

// FNV-1a over the code units, its bits mixed once more; never FREE.
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0 || 1;
}
