/** The greatest number of moments that ever fell into any window of the given length. */
export class SlidingMaximum {
  private times = new Float64Array(256);
  private head = 0;
  private size = 0;
  private latest = 0;
  private greatest = 0;

  constructor(private readonly windowMs: number) {}

  get maximum(): number {
    return this.greatest;
  }

  /** Notes a moment (milliseconds); a clock that steps back counts as standing still. */
  add(at: number): void {
    this.latest = Math.max(this.latest, at);
    while (this.size > 0 && this.times[this.head]! <= this.latest - this.windowMs) {
      this.head = (this.head + 1) % this.times.length;
      this.size -= 1;
    }
    if (this.size === this.times.length) this.grow();
    this.times[(this.head + this.size) % this.times.length] = this.latest;
    this.size += 1;
    this.greatest = Math.max(this.greatest, this.size);
  }

  private grow(): void {
    const larger = new Float64Array(this.times.length * 2);
    for (let index = 0; index < this.size; index += 1) {
      larger[index] = this.times[(this.head + index) % this.times.length]!;
    }
    this.times = larger;
    this.head = 0;
  }
}
