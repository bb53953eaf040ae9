/** Chance that comes out the same for the same seed. */
export class Dice {
  constructor(private state: number) {}

  /** A whole number from 0 to below `end`. */
  upTo(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * end);
  }

  percent(chance: number): boolean {
    return this.upTo(100) < chance;
  }

  one<T>(of: readonly T[]): T {
    return of[this.upTo(of.length)]!;
  }
}
