import type { CutReason, ExportLimits } from '../export-source.js';

/** How much of its limits a file has used up. */
export class Allowance {
  /** Set by the first row that is too much. */
  cut: CutReason | undefined;
  private rows = 0;
  private bytes = 0;

  constructor(
    private readonly limits: ExportLimits,
    private readonly onRows: (count: number) => void,
  ) {}

  /** What the file says at its end of what is not in it. */
  get notes(): string[] {
    const { gone, notes } = this.limits;
    return [...(gone === undefined ? [] : [gone]), ...(this.cut ? [notes[this.cut]] : [])];
  }

  /** Counts a row; false when it, and so every later one, is to be left out. */
  take(bytes: number): boolean {
    if (this.rows >= this.limits.rows) this.cut ??= 'rows';
    if (this.bytes + bytes > this.limits.bytes) this.cut ??= 'bytes';
    if (this.cut) return false;
    this.rows += 1;
    this.bytes += bytes;
    this.onRows(1);
    return true;
  }
}
